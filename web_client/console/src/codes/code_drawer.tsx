import { Drawer, Typography } from "antd";
import { useEffect, useState } from "react";
import { Link } from "react-router";

import { api } from "../api/client";
import type { Code, CodeArt } from "../api/words";
import { dateTimeText, groupedCode, numberText } from "../format";
import { useText } from "../i18n";
import { StateMark } from "../layout/state_mark";
import { useMay } from "../session/session";
import { Facts } from "../table/facts";
import { CODE_STATE_TONES, CODE_STATE_WORDS } from "./code_states";
import type { Products } from "./use_products";

interface Props {
  readonly code: Code | null;
  readonly products: Products;
  readonly onClose: () => void;
}

export function CodeDrawer({ code, products, onClose }: Props) {
  const t = useText();
  return (
    <Drawer
      open={code !== null}
      onClose={onClose}
      size={560}
      title={code === null ? "" : t("codes.label") + " " + numberText(code.label_number)}
      destroyOnHidden
    >
      {code !== null && <CodeSheet code={code} products={products} />}
    </Drawer>
  );
}

function CodeSheet({ code, products }: { readonly code: Code; readonly products: Products }) {
  const t = useText();
  const art = useCodeArt(code.serial);
  const label = art?.current ?? null;
  return (
    <>
      <p className="code-serial mono">{groupedCode(code.serial)}</p>
      <Facts
        facts={[
          {
            name: t("codes.state"),
            value: (
              <StateMark tone={CODE_STATE_TONES[code.state]}>
                {t(CODE_STATE_WORDS[code.state])}
              </StateMark>
            ),
          },
          {
            name: t("codes.payload"),
            value: (
              <Typography.Text copyable className="mono">
                {code.payload}
              </Typography.Text>
            ),
          },
          { name: t("codes.product"), value: products.nameOf(code.product_id, code.gtin) },
          { name: "GTIN", value: <span className="mono">{code.gtin}</span> },
          { name: t("codes.activated"), value: dateTimeText(code.activated_at) },
          { name: t("codes.queries"), value: numberText(code.query_count) },
          { name: t("codes.firstQuery"), value: dateTimeText(code.first_queried_at) },
          ...(code.voided_at === null
            ? []
            : [
                { name: t("codes.voided"), value: dateTimeText(code.voided_at) },
                { name: t("codes.voidReason"), value: code.void_reason ?? "—" },
              ]),
          ...(label === null
            ? []
            : [
                {
                  name: t("codes.art"),
                  value: <Link to={`/runs?run=${label.run_id}`}>{label.run_number}</Link>,
                },
              ]),
        ]}
      />
    </>
  );
}

/** In which run the code was drawn; null while it is asked and for a code that never was. */
function useCodeArt(serial: string): CodeArt | null {
  const mayRead = useMay("studio.read");
  const [art, setArt] = useState<CodeArt | null>(null);
  useEffect(() => {
    if (!mayRead) return undefined;
    const stop = new AbortController();
    api
      .get<CodeArt>(`/v1/studio/codes/${serial}`, { signal: stop.signal })
      .then(setArt)
      .catch(() => {
        // The code's own facts stand without it.
      });
    return () => {
      stop.abort();
    };
  }, [serial, mayRead]);
  return art?.serial === serial ? art : null;
}
