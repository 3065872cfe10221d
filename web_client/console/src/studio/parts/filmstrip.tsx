import { CheckOutlined, LockOutlined } from "@ant-design/icons";

import { useText } from "../../i18n";
import type { ArtStyle } from "../model/brief";
import { useOtherStyle } from "../preview/use_other_style";
import { useBusy, useShown, useStudio } from "../studio_context";

const STYLES: readonly ArtStyle[] = ["dots", "base"];

/** The styles side by side, each with the same artwork and the same content. */
export function Filmstrip() {
  const t = useText();
  const { document } = useStudio();
  const isBusy = useBusy();
  if (document.artwork === null) return null;
  return (
    <div className="st-strip" role="radiogroup" aria-label={t("studio.styles")}>
      {STYLES.map((style, at) => (
        <StyleCard key={style} style={style} number={at + 1} isReady={!isBusy} />
      ))}
      <div className="st-style st-style-coming" aria-disabled="true">
        <span className="st-style-thumb">
          <LockOutlined aria-hidden="true" />
        </span>
        <span className="st-style-text">
          <span className="st-style-name">{t("studio.style.ai")}</span>
          <span className="st-note">{t("studio.style.ai_hint")}</span>
        </span>
      </div>
    </div>
  );
}

interface StyleCardProps {
  readonly style: ArtStyle;
  readonly number: number;
  readonly isReady: boolean;
}

function StyleCard({ style, isReady }: StyleCardProps) {
  const t = useText();
  const { document, edit } = useStudio();
  const shown = useShown();
  const isOn = document.brief.style === style;
  const other = useOtherStyle(document, style, !isOn && isReady);
  const url = isOn && shown?.out.style === style ? shown.url : other;
  return (
    <button
      type="button"
      role="radio"
      aria-checked={isOn}
      data-style={style}
      className={isOn ? "st-style st-style-on" : "st-style"}
      onClick={() => {
        if (!isOn) edit({ kind: "style", style });
      }}
    >
      <span className="st-style-thumb">
        {url === null ? <span className="st-thumb-waiting" /> : <img src={url} alt="" />}
      </span>
      <span className="st-style-text">
        <span className="st-style-name">
          {t(`studio.style.${style}`)}
          {isOn && <CheckOutlined className="st-style-check" aria-hidden="true" />}
        </span>
        <span className="st-note">{t(`studio.style.${style}_hint`)}</span>
      </span>
    </button>
  );
}
