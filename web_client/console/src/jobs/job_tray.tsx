import { PrinterOutlined, QrcodeOutlined, UnorderedListOutlined } from "@ant-design/icons";
import { Badge, Button, Popover, Progress } from "antd";
import { useCallback, useRef, useState } from "react";
import { useNavigate } from "react-router";

import { api } from "../api/client";
import type { CodeOrder, Page, Run } from "../api/words";
import { numberText } from "../format";
import { useText } from "../i18n";
import { isUnderWay, remainingText, STATE_WORDS } from "../runs/standing";
import { useMay } from "../session/session";
import "./job_tray.css";
import { usePolling } from "./polling";

interface Work {
  readonly runs: readonly Run[];
  readonly orders: readonly CodeOrder[];
}

const NOTHING: Work = { runs: [], orders: [] };

/** Everything long that is under way, wherever it was begun. */
export function JobTray() {
  const t = useText();
  const go = useNavigate();
  const [isOpen, setIsOpen] = useState(false);
  const work = useWork();
  const count = work.runs.length + work.orders.length;
  const open = (path: string) => {
    setIsOpen(false);
    void go(path);
  };
  return (
    <Popover
      open={isOpen}
      onOpenChange={setIsOpen}
      trigger="click"
      placement="bottomRight"
      title={t("jobs.title")}
      content={
        <div className="job-tray">
          {count === 0 && <p className="quiet">{t("jobs.none")}</p>}
          {work.runs.map((run) => (
            <JobLine
              key={run.id}
              icon="run"
              name={run.number}
              detail={`${t(STATE_WORDS[run.state])} · ${remainingText(run, t)}`}
              percent={run.percent}
              onOpen={() => {
                open(`/runs?run=${run.id}`);
              }}
            />
          ))}
          {work.orders.map((order) => (
            <JobLine
              key={order.id}
              icon="order"
              name={order.number}
              detail={t("jobs.codes", {
                done: numberText(order.issued_count),
                total: numberText(order.quantity),
              })}
              percent={(100 * order.issued_count) / order.quantity}
              onOpen={() => {
                open(`/codes?order=${order.id}`);
              }}
            />
          ))}
          <Button
            type="text"
            block
            onClick={() => {
              open("/runs");
            }}
          >
            {t("jobs.all")}
          </Button>
        </div>
      }
    >
      <Badge count={count} size="small" offset={[-6, 6]}>
        <Button
          type="text"
          icon={<UnorderedListOutlined />}
          aria-label={t("jobs.open", { count })}
        />
      </Badge>
    </Popover>
  );
}

function useWork(): Work {
  const mayRuns = useMay("studio.read");
  const mayOrders = useMay("codes.read");
  const [work, setWork] = useState<Work>(NOTHING);
  const seen = useRef(JSON.stringify(NOTHING));
  const ask = useCallback(
    async (signal: AbortSignal) => {
      const options = { query: { limit: 20 }, signal };
      const [runs, orders] = await Promise.all([
        mayRuns ? api.get<Page<Run>>("/v1/studio/runs", options) : null,
        mayOrders ? api.get<Page<CodeOrder>>("/v1/code-orders", options) : null,
      ]);
      const now: Work = {
        runs: (runs?.items ?? []).filter(isUnderWay),
        orders: (orders?.items ?? []).filter((order) => order.completed_at === null),
      };
      const written = JSON.stringify(now);
      const isChanged = written !== seen.current;
      seen.current = written;
      if (isChanged) setWork(now);
      return { isChanged, isBusy: now.runs.length + now.orders.length > 0 };
    },
    [mayRuns, mayOrders],
  );
  usePolling(ask);
  return work;
}

interface LineProps {
  readonly icon: "run" | "order";
  readonly name: string;
  readonly detail: string;
  readonly percent: number;
  readonly onOpen: () => void;
}

function JobLine({ icon, name, detail, percent, onOpen }: LineProps) {
  return (
    <button type="button" className="job-line" onClick={onOpen}>
      <span className="job-icon" aria-hidden="true">
        {icon === "run" ? <PrinterOutlined /> : <QrcodeOutlined />}
      </span>
      <span className="job-words">
        <strong>{name}</strong>
        <span className="quiet">{detail}</span>
        <Progress percent={percent} showInfo={false} size="small" aria-label={name} />
      </span>
    </button>
  );
}
