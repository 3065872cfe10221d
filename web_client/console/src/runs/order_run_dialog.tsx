import { Form, Input, InputNumber, Modal, Radio, Segmented, Select } from "antd";
import { useState } from "react";

import { api, ApiProblem } from "../api/client";
import { Picture } from "../api/picture";
import { idOf, useList } from "../api/use_list";
import type { CodeOrder, CodeOrderIn, Run, RunIn, RunOutput, Template } from "../api/words";
import { ProductField, QuantityField } from "../codes/new_order_dialog";
import { useProducts } from "../codes/use_products";
import { dayDigits, numberText } from "../format";
import { useText } from "../i18n";
import { nudge } from "../jobs/polling";
import { useTell } from "../layout/tell";
import { useMay } from "../session/session";
import {
  LAYOUT_KINDS,
  layoutLine,
  OUTLINES,
  USUAL_LABEL_MM,
  type Layout,
  type LayoutKind,
} from "./layout_line";
import { idempotentNumber } from "./proposed_number";
import "./runs.css";

const LAYOUT_WORDS = {
  a4: ["layout.a4", "layout.a4Text"],
  roll: ["layout.roll", "layout.rollText"],
  diecut: ["layout.dieCut", "layout.dieCutText"],
} as const;
const OUTLINE_WORDS = {
  rectangle: "outline.rectangle",
  rounded: "outline.rounded",
  circle: "outline.circle",
} as const;
const FORMAT_WORDS = {
  pdf: "format.pdf",
  svg: "format.svg",
  zip: "format.zip",
  csv: "format.csv",
} as const;
const FORMATS = ["pdf", "svg", "zip", "csv"] as const;
const PART_LABELS = [500, 1000, 2000, 5000] as const;
const LEAST_MM = 10;
const MOST_MM = 300;

interface Props {
  readonly isOpen: boolean;
  /** Chosen already; null lets choose. */
  readonly template: Template | null;
  readonly codeOrder?: CodeOrder | null;
  readonly onClose: () => void;
  readonly onOrdered: (run: Run) => void;
}

interface Fields extends Layout {
  readonly format: RunOutput["format"];
  readonly part_labels: number;
  readonly number: string;
  readonly template_id: string;
  readonly source: "existing" | "new";
  readonly code_order_id?: string;
  readonly product_id?: string;
  readonly quantity?: number;
}

/** Orders a run: a template, the codes of an order (or a new one), and how they are laid out. */
export function OrderRunDialog(props: Props) {
  const t = useText();
  const [form] = Form.useForm<Fields>();
  const [isAsking, setIsAsking] = useState(false);
  return (
    <Modal
      open={props.isOpen}
      width={640}
      centered
      styles={{ body: { maxHeight: "calc(100vh - 200px)", overflowY: "auto", paddingRight: 4 } }}
      title={t("order.title")}
      okText={t("order.submit")}
      confirmLoading={isAsking}
      onOk={() => {
        form.submit();
      }}
      onCancel={props.onClose}
      destroyOnHidden
    >
      <OrderForm {...props} form={form} onAsking={setIsAsking} />
    </Modal>
  );
}

interface FormProps extends Props {
  readonly form: ReturnType<typeof Form.useForm<Fields>>[0];
  readonly onAsking: (isAsking: boolean) => void;
}

function OrderForm({ form, template, codeOrder = null, onAsking, onClose, onOrdered }: FormProps) {
  const t = useText();
  const tell = useTell();
  const mayIssue = useMay("codes.issue");
  const products = useProducts();
  const source = Form.useWatch<Fields["source"] | undefined>("source", form) ?? "existing";
  const [number] = useState(() => idempotentNumber("RUN", dayDigits(Date.now())));

  const order = async (fields: Fields) => {
    onAsking(true);
    try {
      const codeOrderId = fields.code_order_id ?? (await newCodeOrder(fields)).id;
      const body: RunIn = {
        number: fields.number.trim(),
        template_id: fields.template_id,
        code_order_id: codeOrderId,
        output: {
          format: fields.format,
          layout: layoutLine(fields),
          part_labels: fields.part_labels,
        },
      };
      const run = await api.post<Run>("/v1/studio/runs", body);
      nudge();
      onClose();
      onOrdered(run);
    } catch (error) {
      if (error instanceof ApiProblem && error.slug === "conflict") {
        form.setFields([{ name: "number", errors: [error.detail] }]);
      } else tell(error);
    } finally {
      onAsking(false);
    }
  };

  return (
    <Form<Fields>
      form={form}
      layout="vertical"
      requiredMark={false}
      preserve={false}
      initialValues={{
        number,
        template_id: template?.id,
        source: "existing",
        code_order_id: codeOrder?.id,
        quantity: 1000,
        kind: "a4",
        widthMm: USUAL_LABEL_MM.a4[0],
        heightMm: USUAL_LABEL_MM.a4[1],
        outline: "rectangle",
        format: "pdf",
        part_labels: 1000,
      }}
      onFinish={(fields) => void order(fields)}
    >
      <TemplateField chosen={template} />
      {mayIssue && codeOrder === null && (
        <Form.Item name="source" label={t("order.codes")}>
          <Segmented
            options={[
              { value: "existing", label: t("order.existing") },
              { value: "new", label: t("order.new") },
            ]}
          />
        </Form.Item>
      )}
      {source === "existing" ? (
        <CodeOrderField chosen={codeOrder} nameOf={products.nameOf} />
      ) : (
        <div className="order-two">
          <ProductField products={products} name="product_id" />
          <QuantityField name="quantity" />
        </div>
      )}
      <LayoutFields form={form} />
      <div className="order-two">
        <Form.Item name="format" label={t("order.format")}>
          <Select options={FORMATS.map((value) => ({ value, label: t(FORMAT_WORDS[value]) }))} />
        </Form.Item>
        <Form.Item name="part_labels" label={t("order.part")}>
          <Select
            options={PART_LABELS.map((value) => ({
              value,
              label: t("order.partLabels", { count: numberText(value) }),
            }))}
          />
        </Form.Item>
      </div>
      <Form.Item
        name="number"
        label={t("order.number")}
        extra={t("order.numberText")}
        rules={[{ required: true, whitespace: true, message: t("order.numberMissing") }]}
      >
        <Input maxLength={64} />
      </Form.Item>
    </Form>
  );
}

function LayoutFields({ form }: Pick<FormProps, "form">) {
  const t = useText();
  const kind = Form.useWatch<LayoutKind | undefined>("kind", form) ?? "a4";
  return (
    <>
      <Form.Item name="kind" label={t("order.layout")}>
        <Radio.Group
          className="order-choice"
          onChange={(event) => {
            const [widthMm, heightMm] = USUAL_LABEL_MM[event.target.value as LayoutKind];
            form.setFieldsValue({ widthMm, heightMm });
          }}
          options={LAYOUT_KINDS.map((value) => ({
            value,
            label: (
              <>
                {t(LAYOUT_WORDS[value][0])}
                <small>{t(LAYOUT_WORDS[value][1])}</small>
              </>
            ),
          }))}
        />
      </Form.Item>
      <div className="order-three">
        {(["widthMm", "heightMm"] as const).map((name) => (
          <Form.Item
            key={name}
            name={name}
            label={t(name === "widthMm" ? "order.width" : "order.height")}
            rules={[{ required: true, message: t("order.sizeMissing") }]}
          >
            <InputNumber
              className="order-wide"
              min={LEAST_MM}
              max={MOST_MM}
              precision={1}
              suffix="mm"
            />
          </Form.Item>
        ))}
        {kind === "diecut" && (
          <Form.Item name="outline" label={t("order.outline")}>
            <Select
              options={OUTLINES.map((value) => ({ value, label: t(OUTLINE_WORDS[value]) }))}
            />
          </Form.Item>
        )}
      </div>
    </>
  );
}

/** The new codes carry the run's number: sending the form again finds the same order. */
async function newCodeOrder(fields: Fields): Promise<CodeOrder> {
  const body: CodeOrderIn = {
    number: fields.number.trim(),
    product_id: fields.product_id ?? "",
    quantity: fields.quantity ?? 0,
  };
  return api.post<CodeOrder>("/v1/code-orders", body);
}

function TemplateField({ chosen }: { readonly chosen: Template | null }) {
  const t = useText();
  const [q, setQ] = useState("");
  const path = chosen === null ? "/v1/studio/templates" : null;
  const list = useList<Template>(path, { limit: 50, q }, idOf);
  const rows = chosen === null ? list.rows : [chosen];
  return (
    <Form.Item
      name="template_id"
      label={t("order.template")}
      rules={[{ required: true, message: t("order.templateMissing") }]}
    >
      <Select
        className="order-given"
        disabled={chosen !== null}
        showSearch={{ filterOption: false, onSearch: setQ }}
        loading={list.isLoading}
        placeholder={t("order.templateChoose")}
        notFoundContent={t("order.noTemplates")}
        options={rows.map((template) => ({ value: template.id, label: template.name }))}
        optionRender={(option) => (
          <span className="order-template">
            <Picture path={`/v1/studio/templates/${String(option.value)}/thumbnail`} alt="" />
            {option.label}
          </span>
        )}
      />
    </Form.Item>
  );
}

interface CodeOrderProps {
  readonly chosen: CodeOrder | null;
  readonly nameOf: (productId: string | null, gtin: string) => string;
}

function CodeOrderField({ chosen, nameOf }: CodeOrderProps) {
  const t = useText();
  const path = chosen === null ? "/v1/code-orders" : null;
  const list = useList<CodeOrder>(path, { limit: 200 }, idOf);
  const rows = chosen === null ? list.rows : [chosen];
  return (
    <Form.Item
      name="code_order_id"
      label={t("order.codeOrder")}
      rules={[{ required: true, message: t("order.codeOrderMissing") }]}
    >
      <Select
        className="order-given"
        disabled={chosen !== null}
        showSearch={{ optionFilterProp: "label" }}
        loading={list.isLoading}
        placeholder={t("order.codeOrderChoose")}
        notFoundContent={t("order.noCodeOrders")}
        options={rows.map((order) => ({
          value: order.id,
          label: t("order.codeOrderLine", {
            number: order.number,
            quantity: numberText(order.quantity),
            product: nameOf(order.product_id, order.gtin),
          }),
        }))}
      />
    </Form.Item>
  );
}
