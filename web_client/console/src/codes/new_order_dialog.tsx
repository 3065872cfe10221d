import { Form, Input, InputNumber, Modal, Select } from "antd";
import { useState } from "react";

import { api, ApiProblem } from "../api/client";
import type { CodeOrder, CodeOrderIn } from "../api/words";
import { dayDigits } from "../format";
import { useText } from "../i18n";
import { nudge } from "../jobs/polling";
import { useTell } from "../layout/tell";
import { idempotentNumber } from "../runs/proposed_number";
import type { Products } from "./use_products";

export const MOST_CODES = 1_000_000;

interface Props {
  readonly isOpen: boolean;
  readonly products: Products;
  readonly onClose: () => void;
  readonly onOrdered: (order: CodeOrder) => void;
}

/** Orders new codes of a product; the number makes a second click harmless. */
export function NewOrderDialog(props: Props) {
  const t = useText();
  const [form] = Form.useForm<CodeOrderIn>();
  const [isAsking, setIsAsking] = useState(false);
  return (
    <Modal
      open={props.isOpen}
      title={t("codes.order")}
      okText={t("codes.orderSubmit")}
      confirmLoading={isAsking}
      onOk={() => {
        form.submit();
      }}
      onCancel={props.onClose}
      destroyOnHidden
    >
      <p className="quiet">{t("codes.orderText")}</p>
      <NewOrderForm {...props} form={form} onAsking={setIsAsking} />
    </Modal>
  );
}

interface FormProps extends Props {
  readonly form: ReturnType<typeof Form.useForm<CodeOrderIn>>[0];
  readonly onAsking: (isAsking: boolean) => void;
}

function NewOrderForm({ form, products, onAsking, onClose, onOrdered }: FormProps) {
  const t = useText();
  const tell = useTell();
  const [number] = useState(() => idempotentNumber("PO", dayDigits(Date.now())));
  const order = async (body: CodeOrderIn) => {
    onAsking(true);
    try {
      onOrdered(await api.post<CodeOrder>("/v1/code-orders", body));
      nudge();
      onClose();
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 409) {
        form.setFields([{ name: "number", errors: [t("order.numberTaken")] }]);
      } else tell(error);
    } finally {
      onAsking(false);
    }
  };
  const only = products.rows.length === 1 ? products.rows[0] : undefined;
  return (
    <Form<CodeOrderIn>
      form={form}
      layout="vertical"
      requiredMark={false}
      preserve={false}
      initialValues={{
        number,
        quantity: 1000,
        ...(only === undefined ? {} : { product_id: only.id }),
      }}
      onFinish={(fields) => void order(fields)}
    >
      <ProductField products={products} name="product_id" />
      <QuantityField name="quantity" />
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

interface FieldProps {
  readonly name: string;
}

export function ProductField({ products, name }: FieldProps & { readonly products: Products }) {
  const t = useText();
  return (
    <Form.Item
      name={name}
      label={t("codes.product")}
      rules={[{ required: true, message: t("order.productMissing") }]}
    >
      <Select
        showSearch={{ optionFilterProp: "label" }}
        loading={products.isLoading}
        placeholder={t("order.productChoose")}
        notFoundContent={t("order.noProducts")}
        options={products.rows.map((product) => ({
          value: product.id,
          label: `${product.name} · ${product.gtin}`,
        }))}
      />
    </Form.Item>
  );
}

export function QuantityField({ name }: FieldProps) {
  const t = useText();
  return (
    <Form.Item
      name={name}
      label={t("codes.quantity")}
      rules={[
        { required: true, message: t("order.quantityMissing") },
        {
          type: "integer",
          min: 1,
          max: MOST_CODES,
          message: t("order.quantityRange", { most: MOST_CODES.toLocaleString("en-US") }),
        },
      ]}
    >
      <InputNumber<number>
        className="order-wide"
        min={1}
        max={MOST_CODES}
        precision={0}
        formatter={(value) => value?.toLocaleString("en-US") ?? ""}
        parser={(text) => Number((text ?? "").replace(/\D/g, ""))}
      />
    </Form.Item>
  );
}
