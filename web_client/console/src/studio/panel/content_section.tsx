import { Input, Segmented, Select } from "antd";
import { useState } from "react";

import { useText } from "../../i18n";
import type { ErrorLevel } from "../model/brief";
import { SAMPLE_PAYLOAD } from "../model/document";
import { payloadKind, type PayloadKind } from "../model/payload";
import { useShown, useStudio } from "../studio_context";
import { DigitalLinkFields } from "./digital_link_fields";
import { ChoiceField, Field } from "./field";

const KINDS: readonly PayloadKind[] = ["digital_link", "url", "text"];
const EXAMPLES: Readonly<Record<PayloadKind, string>> = {
  digital_link: SAMPLE_PAYLOAD,
  url: "https://www.example.com/p/8QKX2M",
  text: "点金 2026",
};
const VERSIONS = Array.from({ length: 40 }, (_, at) => at + 1);
const LEVELS: readonly ErrorLevel[] = ["L", "M", "Q", "H"];

export function ContentSection() {
  const t = useText();
  const { document, edit, settle } = useStudio();
  const { payload, brief } = document;
  const [kind, setKind] = useState(() => payloadKind(payload));
  const choose = (next: PayloadKind): void => {
    setKind(next);
    if (payloadKind(payload) !== next) edit({ kind: "payload", payload: EXAMPLES[next] });
  };
  const used = useShown()?.out;
  return (
    <>
      <Field label="studio.payload.kind">
        <Segmented<PayloadKind>
          block
          aria-label={t("studio.payload.kind")}
          value={kind}
          options={KINDS.map((value) => ({ value, label: t(`studio.payload.${value}`) }))}
          onChange={choose}
        />
      </Field>
      {kind === "digital_link" && <DigitalLinkFields />}
      <Field label="studio.payload.said" path="payload" hint={`studio.payload.${kind}_hint`}>
        <Input.TextArea
          aria-label={t("studio.payload.said")}
          className="st-payload"
          rows={3}
          value={payload}
          spellCheck={false}
          onChange={(event) => {
            edit({ kind: "payload", payload: event.target.value });
          }}
          onBlur={settle}
        />
      </Field>
      <Field label="studio.version.label" path="version" hint="studio.version.hint">
        <Select<number>
          aria-label={t("studio.version.label")}
          value={brief.version ?? 0}
          options={[
            {
              value: 0,
              label:
                used === undefined || brief.version !== null
                  ? t("studio.version.auto")
                  : t("studio.version.auto_used", { version: used.version }),
            },
            ...VERSIONS.map((value) => ({
              value,
              label: t("studio.version.one", { version: value, side: 17 + 4 * value }),
            })),
          ]}
          onChange={(version) => {
            edit({ kind: "brief", patch: { version: version === 0 ? null : version } });
          }}
        />
      </Field>
      <ChoiceField<ErrorLevel | "auto">
        label="studio.level.label"
        path="level"
        hint={brief.style === "dots" ? "studio.level.dots_hint" : "studio.level.base_hint"}
        value={brief.level ?? "auto"}
        options={[
          { value: "auto", label: t("studio.auto") },
          ...LEVELS.map((level) => ({
            value: level,
            label: level,
            title: t(`studio.level.${level}`),
          })),
        ]}
        onChange={(level) => {
          edit({ kind: "brief", patch: { level: level === "auto" ? null : level } });
        }}
      />
    </>
  );
}
