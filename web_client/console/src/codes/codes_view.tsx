import type { ProColumns } from "@ant-design/pro-components";
import { App, Button, Select } from "antd";
import { useMemo, useState, type ReactNode } from "react";

import { api, ApiProblem } from "../api/client";
import { serialOf, useList } from "../api/use_list";
import type { Code, CodeState } from "../api/words";
import { dateTimeText, groupedCode, numberText } from "../format";
import { useText, type Text } from "../i18n";
import { StateMark } from "../layout/state_mark";
import { useTell } from "../layout/tell";
import { ListTable, type Chip } from "../table/list_table";
import { Teach } from "../table/teach";
import { CodeDrawer } from "./code_drawer";
import {
  CODE_STATE_TONES,
  CODE_STATE_WORDS,
  CODE_STATES,
  isCodeState,
  soughtIn,
} from "./code_states";
import type { Wanted } from "./codes_page";
import { useOrderNumber } from "./use_order_number";
import { useProducts, type Products } from "./use_products";

interface Props {
  readonly wanted: Wanted;
  readonly choice: ReactNode;
}

export function CodesView({ wanted, choice }: Props) {
  const t = useText();
  const tell = useTell();
  const { message } = App.useApp();
  const products = useProducts();
  const [open, setOpen] = useState<Code | null>(null);
  const state = wanted.get("state");
  const orderId = wanted.get("order_id");
  const label = wanted.get("label_number");
  const orderNumber = useOrderNumber(orderId);
  const list = useList<Code>(
    "/v1/codes",
    {
      limit: 50,
      order_id: orderId,
      state: isCodeState(state) ? state : null,
      label_number: label,
    },
    serialOf,
  );

  const find = async (typed: string) => {
    const sought = soughtIn(typed);
    if (sought === null) {
      wanted.set({ label_number: null });
      return;
    }
    if (sought.kind === "label") {
      wanted.set({ view: "codes", label_number: String(sought.labelNumber) });
      return;
    }
    try {
      setOpen(await api.get<Code>(`/v1/codes/${encodeURIComponent(sought.serial)}`));
    } catch (error) {
      if (error instanceof ApiProblem && (error.status === 404 || error.status === 422)) {
        void message.warning(t("codes.unknown", { code: sought.serial.slice(0, 40) }));
      } else tell(error);
    }
  };

  const chips: Chip[] = [];
  const chip = (key: string, text: string) => {
    const onClear = () => {
      wanted.set({ view: "codes", [key]: null });
    };
    chips.push({ key, text, onClear });
  };
  if (orderId !== null) chip("order_id", t("codes.ofOrder", { number: orderNumber }));
  if (isCodeState(state)) chip("state", t("codes.inState", { state: t(CODE_STATE_WORDS[state]) }));
  if (label !== null) chip("label_number", t("codes.ofLabel", { label }));

  const columns = useMemo(() => columnsIn(t, products), [t, products]);
  return (
    <>
      <ListTable<Code>
        name="codes"
        list={list}
        columns={columns}
        rowKey={serialOf}
        widthPx={960}
        search={{
          value: "",
          placeholder: t("codes.search"),
          onSearch: (value) => void find(value),
        }}
        filters={
          <>
            <Select<CodeState>
              className="codes-state"
              allowClear
              value={isCodeState(state) ? state : null}
              placeholder={t("codes.anyState")}
              aria-label={t("codes.state")}
              options={CODE_STATES.map((value) => ({ value, label: t(CODE_STATE_WORDS[value]) }))}
              onChange={(value: CodeState | undefined) => {
                wanted.set({ view: "codes", state: value ?? null });
              }}
            />
            {choice}
          </>
        }
        chips={chips}
        empty={
          chips.length > 0 ? (
            <Teach title={t("list.noneFound")} text={t("list.noneFoundAdvice")} />
          ) : (
            <Teach title={t("codes.noCodes")} text={t("codes.noCodesText")} />
          )
        }
        onOpen={setOpen}
      />
      <CodeDrawer
        code={open}
        products={products}
        onClose={() => {
          setOpen(null);
        }}
      />
    </>
  );
}

function columnsIn(t: Text, products: Products): ProColumns<Code>[] {
  return [
    {
      title: t("codes.serial"),
      dataIndex: "serial",
      width: 270,
      fixed: "left",
      render: (_, code) => (
        <Button className="link-button mono" type="link">
          {groupedCode(code.serial)}
        </Button>
      ),
    },
    {
      title: t("codes.label"),
      dataIndex: "label_number",
      width: 110,
      align: "right",
      render: (_, code) => numberText(code.label_number),
    },
    {
      title: t("codes.state"),
      dataIndex: "state",
      width: 110,
      render: (_, code) => (
        <StateMark tone={CODE_STATE_TONES[code.state]}>{t(CODE_STATE_WORDS[code.state])}</StateMark>
      ),
    },
    {
      title: t("codes.product"),
      dataIndex: "product_id",
      ellipsis: true,
      render: (_, code) => products.nameOf(code.product_id, code.gtin),
    },
    {
      title: t("codes.queries"),
      dataIndex: "query_count",
      width: 100,
      align: "right",
      render: (_, code) => numberText(code.query_count),
    },
    {
      title: t("codes.activated"),
      dataIndex: "activated_at",
      width: 160,
      render: (_, code) => <span className="number">{dateTimeText(code.activated_at)}</span>,
    },
  ];
}
