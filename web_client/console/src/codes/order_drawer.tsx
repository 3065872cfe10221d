import { Button, Drawer, Space, Tooltip } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";

import { saveFile } from "../api/save_file";
import type { CodeOrder } from "../api/words";
import { dateTimeText, numberText } from "../format";
import { useText } from "../i18n";
import { useTell } from "../layout/tell";
import { OrderRunDialog } from "../runs/order_run_dialog";
import { useMay } from "../session/session";
import { Facts } from "../table/facts";
import { labelsText } from "./orders_view";
import type { Products } from "./use_products";

interface Props {
  readonly order: CodeOrder | null;
  readonly products: Products;
  readonly onClose: () => void;
}

export function OrderDrawer({ order, products, onClose }: Props) {
  return (
    <Drawer
      open={order !== null}
      onClose={onClose}
      size={560}
      title={order?.number}
      destroyOnHidden
    >
      {order !== null && <OrderSheet order={order} products={products} />}
    </Drawer>
  );
}

function OrderSheet({
  order,
  products,
}: {
  readonly order: CodeOrder;
  readonly products: Products;
}) {
  const t = useText();
  const go = useNavigate();
  const tell = useTell();
  const mayIssue = useMay("codes.issue");
  const mayRun = useMay("studio.order");
  const [isSaving, setIsSaving] = useState(false);
  const [isOrdering, setIsOrdering] = useState(false);
  const isComplete = order.completed_at !== null;
  const save = async () => {
    setIsSaving(true);
    try {
      await saveFile(`/v1/code-orders/${order.id}/codes.csv`, `codes-${order.number}.csv`);
    } catch (error) {
      tell(error);
    } finally {
      setIsSaving(false);
    }
  };
  return (
    <>
      <Space wrap className="order-acts">
        {mayRun && (
          <Tooltip title={isComplete ? "" : t("codes.notComplete")}>
            <Button
              type="primary"
              disabled={!isComplete}
              onClick={() => {
                setIsOrdering(true);
              }}
            >
              {t("codes.run")}
            </Button>
          </Tooltip>
        )}
        <Button onClick={() => void go(`/codes?order_id=${order.id}`)}>{t("codes.show")}</Button>
        {mayIssue && (
          <Tooltip title={isComplete ? t("codes.csvText") : t("codes.notComplete")}>
            <Button disabled={!isComplete} loading={isSaving} onClick={() => void save()}>
              {t("codes.csv")}
            </Button>
          </Tooltip>
        )}
      </Space>
      <Facts
        facts={[
          { name: t("codes.product"), value: products.nameOf(order.product_id, order.gtin) },
          { name: "GTIN", value: <span className="mono">{order.gtin}</span> },
          { name: t("codes.quantity"), value: numberText(order.quantity) },
          { name: t("codes.issued"), value: numberText(order.issued_count) },
          { name: t("codes.labels"), value: labelsText(order) },
          { name: t("codes.created"), value: dateTimeText(order.created_at) },
          { name: t("codes.completed"), value: dateTimeText(order.completed_at) },
        ]}
      />
      <OrderRunDialog
        isOpen={isOrdering}
        template={null}
        codeOrder={order}
        onClose={() => {
          setIsOrdering(false);
        }}
        onOrdered={(run) => void go(`/runs?run=${run.id}`)}
      />
    </>
  );
}
