import { Button, Result, Skeleton } from "antd";
import { useCallback, useMemo } from "react";

import { useLanguage, useText } from "../i18n";
import { ActionBar } from "./actions/action_bar";
import { shownPlacement, type Edit } from "./model/document";
import { ControlPanel } from "./panel/control_panel";
import { CertificateCard } from "./parts/certificate_card";
import { Filmstrip } from "./parts/filmstrip";
import { Stage } from "./parts/stage";
import { TryOutCard } from "./parts/try_out_card";
import { usePreview } from "./preview/use_preview";
import { problemText } from "./problem_text";
import { StudioContext, useStudio, type Catalogue, type Studio } from "./studio_context";
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
  const preview = usePreview(document, revision, editedAtMs);
  const used = preview.shown?.out.placement ?? null;
  const { edit: apply } = rest;
  const version = preview.shown?.out.version;
  const edit = useCallback(
    (change: Edit) => {
      const isPlaced = change.kind === "placement" && version !== undefined;
      apply(isPlaced ? { ...change, version } : change);
    },
    [apply, version],
  );
  const studio = useMemo<Studio>(
    () => ({ ...rest, edit, catalogue, preview, placement: shownPlacement(document, used) }),
    // Everything else of `rest` changes with the document or never.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [
      document,
      edit,
      rest.template,
      rest.canUndo,
      rest.canRedo,
      preview.shown,
      preview.busy,
      preview.problem,
      catalogue,
    ],
  );
  return (
    <StudioContext value={studio}>
      <Workbench />
    </StudioContext>
  );
}

function Workbench() {
  const { document, preview } = useStudio();
  useTemplateLink();
  const { state: certificate, certify } = useCertificate(document);
  const { state: tryOut, shoot } = useTryOut(document);
  const canProve = document.artwork !== null && preview.shown !== null && preview.problem === null;
  const isFresh = certificate.kind === "done" && !certificate.isStale;
  return (
    <div className="studio">
      <ActionBar />
      <div className="st-main">
        <Stage marginMap={isFresh ? certificate.certificate.margin_map : null} />
        <Filmstrip />
        <div className="st-proof">
          <CertificateCard state={certificate} canCertify={canProve} onCertify={certify} />
          <TryOutCard state={tryOut} canShoot={canProve} onShoot={shoot} />
        </div>
      </div>
      <ControlPanel />
    </div>
  );
}

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
