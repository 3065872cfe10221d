import { SafetyCertificateOutlined } from "@ant-design/icons";
import { Button, Skeleton } from "antd";

import { useLanguage, useText } from "../../i18n";
import { problemText } from "../problem_text";
import type { CertificateState } from "../use_certificate";
import type { CertificateOut } from "../wire_types";
import { RateBars } from "./rate_bars";
import { TrafficLights } from "./traffic_lights";

interface CertificateCardProps {
  readonly state: CertificateState;
  readonly canCertify: boolean;
  readonly onCertify: () => void;
}

/** Whether the code may be handed out, why not, and what to change. */
export function CertificateCard({ state, canCertify, onCertify }: CertificateCardProps) {
  const t = useText();
  const language = useLanguage();
  const light = state.kind === "done" && !state.isStale ? state.certificate.traffic_light : null;
  return (
    <section
      className="st-card"
      aria-label={t("studio.certificate.title")}
      data-testid="certificate"
      data-light={light ?? state.kind}
    >
      <header className="st-card-head">
        <h2>{t("studio.certificate.title")}</h2>
        <Button
          icon={<SafetyCertificateOutlined aria-hidden="true" />}
          loading={state.kind === "running"}
          disabled={!canCertify}
          onClick={onCertify}
        >
          {t(state.kind === "done" ? "studio.certificate.again" : "studio.certificate.begin")}
        </Button>
      </header>
      {state.kind === "none" && (
        <div className="st-verdict">
          <TrafficLights light={null} />
          <p className="st-note">{t("studio.certificate.none")}</p>
        </div>
      )}
      {state.kind === "running" && (
        <div className="st-verdict" role="status">
          <TrafficLights light={null} isBusy />
          <div className="st-grow">
            <p className="st-note">{t("studio.certificate.running")}</p>
            <Skeleton active title={false} paragraph={{ rows: 2 }} />
          </div>
        </div>
      )}
      {state.kind === "failed" && (
        <p className="st-error" role="alert">
          {problemText(t, language, state.problem)}
        </p>
      )}
      {state.kind === "done" && (
        <Findings certificate={state.certificate} isStale={state.isStale} />
      )}
    </section>
  );
}

function Findings({
  certificate,
  isStale,
}: {
  readonly certificate: CertificateOut;
  readonly isStale: boolean;
}) {
  const t = useText();
  const language = useLanguage();
  const { traffic_light: light, reasons, grades, print_size: size } = certificate;
  return (
    <div className={isStale ? "st-findings st-stale" : "st-findings"}>
      {isStale && <p className="st-stale-note">{t("studio.certificate.stale")}</p>}
      <div className="st-verdict">
        <TrafficLights light={light} />
        <div className="st-grow" role="status">
          <p className={`st-verdict-word st-light-${light}`}>{t(`studio.light.${light}`)}</p>
          <p className="st-note">{t(`studio.light.${light}_text`)}</p>
        </div>
        <div className="st-grade">
          <span className="st-grade-letter">{grades.letter}</span>
          <span className="st-note">ISO 15415 · {grades.overall.toFixed(1)}</span>
        </div>
      </div>
      {reasons.length > 0 && (
        <ul className="st-reasons">
          {reasons.map((reason) => (
            <li
              key={`${reason.code}${reason.en}`}
              className={reason.is_blocking ? "st-reason st-reason-blocking" : "st-reason"}
              data-reason={reason.code}
            >
              <span className="st-reason-kind">
                {t(reason.is_blocking ? "studio.reason.blocking" : "studio.reason.advice")}
              </span>
              {language === "en" ? reason.en : reason.zh}
            </li>
          ))}
        </ul>
      )}
      <RateBars rates={certificate.rates} />
      {size !== null && (
        <dl className="st-sizes">
          <div>
            <dt>{t("studio.size.module")}</dt>
            <dd>{size.min_module_mm.toFixed(2)} mm</dd>
          </div>
          <div>
            <dt>{t("studio.size.side")}</dt>
            <dd>{size.min_side_mm.toFixed(1)} mm</dd>
          </div>
          <div>
            <dt>{t("studio.size.distance")}</dt>
            <dd>{(size.reading_distance_mm / 10).toFixed(0)} cm</dd>
          </div>
        </dl>
      )}
    </div>
  );
}
