import { PlusOutlined } from "@ant-design/icons";
import type { ProColumns } from "@ant-design/pro-components";
import { Button, Progress } from "antd";
import { useCallback, useMemo, useState, type ReactNode } from "react";

import { idOf, useList } from "../api/use_list";
import type { CodeOrder } from "../api/words";
import { dateTimeText, numberText } from "../format";
import { useText, type Text } from "../i18n";
import { usePolling } from "../jobs/polling";
import { useMay } from "../session/session";
import { ListTable } from "../table/list_table";
import { Teach } from "../table/teach";
import type { Wanted } from "./codes_page";
import { NewOrderDialog } from "./new_order_dialog";
import { OrderDrawer } from "./order_drawer";
import "../runs/runs.css";
import { useProducts, type Products } from "./use_products";

interface Props {
  readonly wanted: Wanted;
  readonly choice: ReactNode;
}

export function OrdersView({ wanted, choice }: Props) {
  const t = useText();
  const mayIssue = useMay("codes.issue");
  const products = useProducts();
  const [isOrdering, setIsOrdering] = useState(false);
  const list = useList<CodeOrder>("/v1/code-orders", { limit: 50 }, idOf);
  const { refresh, rows } = list;
  const isBusy = rows.some((order) => order.completed_at === null);
  usePolling(
    useCallback(
      async (signal: AbortSignal) => ({ isChanged: await refresh(signal), isBusy }),
      [refresh, isBusy],
    ),
  );
  const columns = useMemo(() => columnsIn(t, products), [t, products]);
  const openId = wanted.get("order");
  const orderButton = (
    <Button
      key="order"
      type="primary"
      icon={<PlusOutlined />}
      onClick={() => {
        setIsOrdering(true);
      }}
    >
      {t("codes.order")}
    </Button>
  );
  return (
    <>
      <ListTable<CodeOrder>
        name="code-orders"
        list={list}
        columns={columns}
        rowKey={idOf}
        widthPx={900}
        filters={choice}
        actions={mayIssue ? [orderButton] : []}
        empty={<Teach title={t("codes.noOrders")} text={t("codes.noOrdersText")} />}
        onOpen={(order) => {
          wanted.set({ order: order.id });
        }}
      />
      <OrderDrawer
        order={rows.find((order) => order.id === openId) ?? null}
        products={products}
        onClose={() => {
          wanted.set({ order: null });
        }}
      />
      <NewOrderDialog
        isOpen={isOrdering}
        products={products}
        onClose={() => {
          setIsOrdering(false);
        }}
        onOrdered={(order) => {
          void refresh();
          wanted.set({ order: order.id });
        }}
      />
    </>
  );
}

function columnsIn(t: Text, products: Products): ProColumns<CodeOrder>[] {
  return [
    {
      title: t("codes.orderNumber"),
      dataIndex: "number",
      width: 200,
      fixed: "left",
      render: (_, order) => (
        <Button className="link-button" type="link">
          {order.number}
        </Button>
      ),
    },
    {
      title: t("codes.product"),
      dataIndex: "product_id",
      width: 260,
      render: (_, order) => (
        <div className="run-name">
          <span>{products.nameOf(order.product_id, order.gtin)}</span>
          <span className="quiet mono">{order.gtin}</span>
        </div>
      ),
    },
    {
      title: t("codes.issued"),
      dataIndex: "issued_count",
      width: 180,
      render: (_, order) => <OrderProgress order={order} />,
    },
    {
      title: t("codes.labels"),
      key: "labels",
      width: 160,
      render: (_, order) => labelsText(order),
    },
    {
      title: t("codes.created"),
      dataIndex: "created_at",
      width: 160,
      render: (_, order) => <span className="number">{dateTimeText(order.created_at)}</span>,
    },
  ];
}

export function labelsText(order: CodeOrder): string {
  return `${numberText(order.first_label_number)} – ${numberText(order.last_label_number)}`;
}

function OrderProgress({ order }: { readonly order: CodeOrder }) {
  if (order.completed_at !== null) return <span>{numberText(order.quantity)}</span>;
  return (
    <div className="run-progress">
      <Progress
        percent={(100 * order.issued_count) / order.quantity}
        showInfo={false}
        size="small"
        status="active"
        aria-label={order.number}
      />
      <span className="number">
        {numberText(order.issued_count)} / {numberText(order.quantity)}
      </span>
    </div>
  );
}
