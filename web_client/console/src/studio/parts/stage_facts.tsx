import { WarningOutlined } from "@ant-design/icons";
import { Popover } from "antd";
import { memo } from "react";

import { useLanguage, useText } from "../../i18n";
import type { PreviewOut } from "../wire_types";

/** What is shown, in one line: version, fidelity, size; and what to know about it. */
export const StageFacts = memo(function StageFacts({ out }: { readonly out: PreviewOut }) {
  const t = useText();
  const language = useLanguage();
  const { warnings, print } = out;
  return (
    <div className="st-facts">
      <span>{t("studio.facts.version", { version: out.version, level: out.level })}</span>
      {out.zone_fidelity !== null && (
        <span data-testid="fidelity">
          {t("studio.facts.fidelity", { percent: (100 * out.zone_fidelity).toFixed(1) })}
        </span>
      )}
      <span>
        {t("studio.facts.size", {
          width: print.width_mm.toFixed(1),
          height: print.height_mm.toFixed(1),
        })}
      </span>
      {warnings.length > 0 && (
        <Popover
          trigger={["click"]}
          placement="topRight"
          content={
            <ul className="st-warnings">
              {warnings.map((warning) => (
                <li key={`${warning.code}${warning.en}`}>
                  {language === "en" ? warning.en : warning.zh}
                </li>
              ))}
            </ul>
          }
        >
          <button type="button" className="st-warn">
            <WarningOutlined aria-hidden="true" />{" "}
            {t("studio.facts.warnings", { count: warnings.length })}
          </button>
        </Popover>
      )}
    </div>
  );
});
