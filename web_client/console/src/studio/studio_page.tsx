import { Button, Result, Skeleton } from "antd";
import { memo, useCallback, useMemo, useState } from "react";

import { useLanguage, useText } from "../i18n";
import { ActionBar } from "./actions/action_bar";
import { stableText } from "./model/brief_json";
import { shownPlacement, type Edit } from "./model/document";
import { ControlPanel } from "./panel/control_panel";
import { CertificateCard } from "./parts/certificate_card";
import { Filmstrip } from "./parts/filmstrip";
import { Stage } from "./parts/stage";
import { TryOutCard } from "./parts/try_out_card";
import { usePreview } from "./preview/use_preview";
import { problemText } from "./problem_text";
import {
  BusyContext,
  HindranceContext,
  ShownContext,
  StudioContext,
  useProblem,
  useShown,
  useStudio,
  type Catalogue,
  type Studio,
} from "./studio_context";
import "./studio.css";
import { useCatalogue } from "./use_catalogue";
import { useCertificate } from "./use_certificate";
import { useDocument } from "./use_document";
import { useTemplateLink } from "./use_template_link";
import { useTryOut } from "./use_tryout";

/** The designer's studio: artwork in, certified codes out. */
export function StudioPage() {
  const t = useText();
  const language = useLanguage();
  const state = useCatalogue();
  switch (state.kind) {
    case "loading":
      return <Waiting />;
    case "failed":
      return (
        <Result
          status="warning"
          title={problemText(t, language, state.problem)}
          extra={<Button onClick={state.retry}>{t("studio.retry")}</Button>}
        />
      );
    case "ready":
      return <OpenStudio catalogue={state.catalogue} />;
  }
}

function OpenStudio({ catalogue }: { readonly catalogue: Catalogue }) {
  const { revision, editedAtMs, ...rest } = useDocument();
  const { document } = rest;
  const { shown, busy, problem, retry } = usePreview(document, revision, editedAtMs);
  const used = useSame(shown?.out.placement ?? null);
  const { edit: apply } = rest;
  const version = shown?.out.version;
  const edit = useCallback(
    (change: Edit) => {
      const isPlaced = change.kind === "placement" && version !== undefined;
      apply(isPlaced ? { ...change, version } : change);
    },
    [apply, version],
  );
  const studio = useMemo<Studio>(
    () => ({ ...rest, edit, catalogue, placement: shownPlacement(document, used) }),
    // Everything else of `rest` changes with the document or never.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [document, edit, rest.template, rest.canUndo, rest.canRedo, used, catalogue],
  );
  const hindrance = useMemo(() => ({ problem, retry }), [problem, retry]);
  return (
    <StudioContext value={studio}>
      <HindranceContext value={hindrance}>
        <ShownContext value={shown}>
          <BusyContext value={busy}>
            <Workbench />
          </BusyContext>
        </ShownContext>
      </HindranceContext>
    </StudioContext>
  );
}

/** The first of equal values, so that an answer which says the same again changes nothing. */
function useSame<T>(value: T): T {
  const [same, setSame] = useState(value);
  if (same === value || stableText(same) === stableText(value)) return same;
  setSame(value);
  return value;
}

const Bar = memo(ActionBar);
const Styles = memo(Filmstrip);
const Controls = memo(ControlPanel);
const Certificate = memo(CertificateCard);
const Photos = memo(TryOutCard);

const Workbench = memo(function Workbench() {
  const { document } = useStudio();
  const hasPicture = useShown() !== null;
  const problem = useProblem();
  useTemplateLink();
  const { state: certificate, certify } = useCertificate(document);
  const { state: tryOut, shoot } = useTryOut(document);
  const canProve = document.artwork !== null && hasPicture && problem === null;
  const isFresh = certificate.kind === "done" && !certificate.isStale;
  return (
    <div className="studio">
      <Bar />
      <div className="st-main">
        <Stage marginMap={isFresh ? certificate.certificate.margin_map : null} />
        <Styles />
        <div className="st-proof">
          <Certificate state={certificate} canCertify={canProve} onCertify={certify} />
          <Photos state={tryOut} canShoot={canProve} onShoot={shoot} />
        </div>
      </div>
      <Controls />
    </div>
  );
});

function Waiting() {
  const t = useText();
  return (
    <div className="studio" aria-busy="true" aria-label={t("studio.loading")}>
      <div className="st-bar">
        <Skeleton.Input active size="small" />
      </div>
      <div className="st-main">
        <div className="st-stage st-desk-desk">
          <div className="st-area">
            <div className="st-label st-label-waiting" />
          </div>
        </div>
      </div>
      <aside className="st-panel">
        <div className="st-section">
          <Skeleton active paragraph={{ rows: 8 }} />
        </div>
      </aside>
    </div>
  );
}
