import { Alert, Button, Drawer, Skeleton } from "antd";
import { useCallback, useEffect, useState } from "react";
import { Link } from "react-router";

import { api, isAbort } from "../api/client";
import type { Run } from "../api/words";
import { dateTimeText, numberText } from "../format";
import { useText } from "../i18n";
import { nudge } from "../jobs/polling";
import { StateMark } from "../layout/state_mark";
import { useTell } from "../layout/tell";
import { useMay } from "../session/session";
import { Facts } from "../table/facts";
import { CancelRunDialog } from "./cancel_run_dialog";
import { RunProgress } from "./progress_bar";
import { RunCertificate } from "./run_certificate";
import { RunFailures } from "./run_failures";
import { RunFiles } from "./run_files";
import { isUnderWay, paceText, remainingText, STATE_TONES, STATE_WORDS } from "./standing";

interface Props {
  readonly runId: string | null;
  /** The row of the list, which is polled; a run that is opened by its address is fetched. */
  readonly shown: Run | null;
  readonly onChanged: (run: Run) => void;
  readonly onClose: () => void;
}

export function RunDrawer({ runId, shown, onChanged, onClose }: Props) {
  const t = useText();
  const fetched = useRun(shown === null ? runId : null);
  const run = shown ?? fetched;
  return (
    <Drawer
      open={runId !== null}
      onClose={onClose}
      size={640}
      title={run === null ? t("runs.run") : run.number}
      destroyOnHidden
    >
      {run === null ? <Skeleton active /> : <RunSheet run={run} onChanged={onChanged} />}
    </Drawer>
  );
}

function useRun(runId: string | null): Run | null {
  const tell = useTell();
  const [run, setRun] = useState<Run | null>(null);
  useEffect(() => {
    if (runId === null) return undefined;
    const stop = new AbortController();
    api
      .get<Run>(`/v1/studio/runs/${runId}`, { signal: stop.signal })
      .then(setRun)
      .catch((error: unknown) => {
        if (!isAbort(error)) tell(error);
      });
    return () => {
      stop.abort();
    };
  }, [runId, tell]);
  return run?.id === runId ? run : null;
}

function RunSheet({
  run,
  onChanged,
}: {
  readonly run: Run;
  readonly onChanged: (run: Run) => void;
}) {
  const t = useText();
  const mayOrder = useMay("studio.order");
  const [isCancelling, setIsCancelling] = useState(false);
  const onCancelled = useCallback(
    (after: Run) => {
      onChanged(after);
      nudge();
    },
    [onChanged],
  );
  return (
    <>
      <div className="run-head">
        <StateMark tone={STATE_TONES[run.state]}>{t(STATE_WORDS[run.state])}</StateMark>
        <RunProgress run={run} hasCount={false} />
        <div className="run-numbers">
          <Figure name={t("runs.doneCount")} value={numberText(run.done_count)} />
          <Figure name={t("runs.quantity")} value={numberText(run.quantity)} />
          <Figure name={t("runs.pace")} value={paceText(run, t)} />
          <Figure name={t("runs.remaining")} value={remainingText(run, t)} />
        </div>
        {run.error !== null && <Alert type="error" showIcon title={run.error} />}
        {run.state === "cancelled" && (
          <Alert
            type="info"
            showIcon
            title={t("runs.cancelledAt", { date: dateTimeText(run.cancelled_at) })}
            description={run.cancel_reason ?? ""}
          />
        )}
        {isUnderWay(run) && mayOrder && (
          <div>
            <Button
              danger
              onClick={() => {
                setIsCancelling(true);
              }}
            >
              {t("runs.cancel")}
            </Button>
          </div>
        )}
      </div>
      <Facts
        facts={[
          {
            name: t("runs.template"),
            value: (
              <Link to={`/studio?template=${run.template_id}`}>
                {t("runs.templateRevision", {
                  name: run.template_name,
                  revision: run.template_revision,
                })}
              </Link>
            ),
          },
          {
            name: t("runs.labels"),
            value: `${numberText(run.labels_first)} – ${numberText(run.labels_last)}`,
          },
          { name: t("runs.output"), value: outputText(run) },
          { name: t("runs.created"), value: dateTimeText(run.created_at) },
          { name: t("runs.ended"), value: dateTimeText(run.ended_at) },
          {
            name: t("runs.codeOrder"),
            value: <Link to={`/codes?order_id=${run.code_order_id}`}>{t("runs.showCodes")}</Link>,
          },
        ]}
      />
      <RunFiles run={run} />
      <RunCertificate run={run} />
      <RunFailures run={run} />
      <CancelRunDialog
        run={run}
        isOpen={isCancelling}
        onClose={() => {
          setIsCancelling(false);
        }}
        onCancelled={onCancelled}
      />
    </>
  );
}

function outputText(run: Run): string {
  return ["format", "layout", "part_labels"]
    .map((name) => run.output[name])
    .filter((value) => typeof value === "string" || typeof value === "number")
    .join(" · ")
    .toUpperCase();
}

function Figure({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div className="run-number">
      <span>{name}</span>
      <strong className="number">{value}</strong>
    </div>
  );
}
