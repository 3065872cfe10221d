import { useText } from "../../i18n";
import type { RateOut } from "../wire_types";

const NAMES: Readonly<Record<string, string>> = {
  zxing: "ZXing",
  wechat: "WeChat",
  opencv: "OpenCV",
  opencv_aruco: "OpenCV ArUco",
  zbar: "ZBar",
};

/** How many simulated photos each decoder read, with the 95 % interval and the plain code's rate. */
export function RateBars({ rates }: { readonly rates: readonly RateOut[] }) {
  const t = useText();
  if (rates.length === 0) return null;
  const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
  return (
    <div className="st-rates">
      <p className="st-rates-title">
        {t("studio.rates.title")}
        <span className="st-simulated">{t("studio.simulated")}</span>
      </p>
      {rates.map((rate) => (
        <div key={rate.decoder} className="st-rate">
          <span className="st-rate-name">{NAMES[rate.decoder] ?? rate.decoder}</span>
          <span
            className="st-rate-bar"
            role="img"
            aria-label={t("studio.rates.one", {
              read: rate.read,
              cases: rate.cases,
              low: percent(rate.low),
              high: percent(rate.high),
            })}
          >
            <span className="st-rate-fill" style={{ width: percent(rate.rate) }} />
            <span
              className="st-rate-interval"
              style={{ left: percent(rate.low), width: percent(rate.high - rate.low) }}
            />
            {rate.plain_rate !== null && (
              <span className="st-rate-plain" style={{ left: percent(rate.plain_rate) }} />
            )}
          </span>
          <span className="st-rate-value">{Math.round(100 * rate.rate)}%</span>
        </div>
      ))}
      <p className="st-hint">{t("studio.rates.legend", { cases: rates[0]?.cases ?? 0 })}</p>
    </div>
  );
}
