import { PlusOutlined } from "@ant-design/icons";
import type { ProColumns } from "@ant-design/pro-components";
import { Button, Select } from "antd";
import { useCallback, useMemo, useState } from "react";
import { useSearchParams } from "react-router";

import { idOf, useList } from "../api/use_list";
import type { Run, RunState } from "../api/words";
import { dateTimeText, numberText } from "../format";
import { useText, type Text } from "../i18n";
import { usePolling } from "../jobs/polling";
import { StateMark } from "../layout/state_mark";
import { useMay } from "../session/session";
import { ListTable, type Chip } from "../table/list_table";
import { Teach } from "../table/teach";
import { OrderRunDialog } from "./order_run_dialog";
import { RunProgress } from "./progress_bar";
import { RunDrawer } from "./run_drawer";
import "./runs.css";
import {
  isUnderWay,
  paceText,
  remainingText,
  RUN_STATES,
  runState,
  STATE_TONES,
  STATE_WORDS,
} from "./standing";

/** Filters live in the address, so that a view can be kept and sent. */
const FILTERS = ["template_id", "code_order_id"] as const;
const FILTER_WORDS = { template_id: "runs.ofTemplate", code_order_id: "runs.ofOrder" } as const;

export function RunsPage() {
  const t = useText();
  const [wanted, setWanted] = useSearchParams();
  const mayOrder = useMay("studio.order");
  const [isOrdering, setIsOrdering] = useState(false);
  const q = wanted.get("q") ?? "";
  const openId = wanted.get("run");
  const state = runState(wanted.get("state"));
  const list = useList<Run>(
    "/v1/studio/runs",
    {
      limit: 50,
      q,
      template_id: wanted.get("template_id"),
      code_order_id: wanted.get("code_order_id"),
      state,
    },
    idOf,
  );
  const { refresh, rows } = list;
  const isBusy = rows.some(isUnderWay);
  usePolling(
    useCallback(
      async (signal: AbortSignal) => ({ isChanged: await refresh(signal), isBusy }),
      [refresh, isBusy],
    ),
  );

  const set = (name: string, value: string | null) => {
    setWanted(
      (before) => {
        const after = new URLSearchParams(before);
        if (value === null || value === "") after.delete(name);
        else after.set(name, value);
        return after;
      },
      { replace: true },
    );
  };
  const chips: Chip[] = FILTERS.flatMap((name) => {
    const id = wanted.get(name);
    if (id === null) return [];
    const run = rows.find((row) => row[name] === id);
    const shown = name === "template_id" ? (run?.template_name ?? id.slice(0, 8)) : id.slice(0, 8);
    const onClear = () => {
      set(name, null);
    };
    return [{ key: name, text: t(FILTER_WORDS[name], { name: shown }), onClear }];
  });
  if (q !== "") {
    const onClear = () => {
      set("q", null);
    };
    chips.push({ key: "q", text: t("list.searched", { words: q }), onClear });
  }

  const columns = useMemo(() => columnsIn(t), [t]);
  const orderButton = (
    <Button
      key="order"
      type="primary"
      icon={<PlusOutlined />}
      onClick={() => {
        setIsOrdering(true);
      }}
    >
      {t("runs.order")}
    </Button>
  );
  return (
    <>
      <ListTable<Run>
        key={q}
        name="runs"
        list={list}
        columns={columns}
        rowKey={(run) => run.id}
        widthPx={980}
        search={{
          value: q,
          placeholder: t("runs.search"),
          onSearch: (value) => {
            set("q", value);
          },
        }}
        filters={
          <Select<RunState>
            className="runs-state"
            allowClear
            value={state}
            placeholder={t("runs.anyState")}
            aria-label={t("runs.state")}
            options={RUN_STATES.map((value) => ({ value, label: t(STATE_WORDS[value]) }))}
            onChange={(value: RunState | undefined) => {
              set("state", value ?? null);
            }}
          />
        }
        chips={chips}
        actions={mayOrder ? [orderButton] : []}
        empty={
          chips.length > 0 || state !== null ? (
            <Teach title={t("list.noneFound")} text={t("list.noneFoundAdvice")} />
          ) : (
            <Teach title={t("runs.none")} text={t("runs.noneText")} />
          )
        }
        onOpen={(run) => {
          set("run", run.id);
        }}
      />
      <RunDrawer
        runId={openId}
        shown={rows.find((run) => run.id === openId) ?? null}
        onChanged={list.replace}
        onClose={() => {
          set("run", null);
        }}
      />
      <OrderRunDialog
        isOpen={isOrdering}
        template={null}
        onClose={() => {
          setIsOrdering(false);
        }}
        onOrdered={(run) => {
          void refresh();
          set("run", run.id);
        }}
      />
    </>
  );
}

function columnsIn(t: Text): ProColumns<Run>[] {
  return [
    {
      title: t("runs.number"),
      dataIndex: "number",
      width: 220,
      fixed: "left",
      render: (_, run) => (
        <div className="run-name">
          <Button className="link-button" type="link">
            {run.number}
          </Button>
          <span className="quiet">{run.template_name}</span>
        </div>
      ),
    },
    {
      title: t("runs.state"),
      dataIndex: "state",
      width: 140,
      render: (_, run) => (
        <StateMark tone={STATE_TONES[run.state]}>{t(STATE_WORDS[run.state])}</StateMark>
      ),
    },
    {
      title: t("runs.progress"),
      dataIndex: "percent",
      width: 200,
      render: (_, run) => <RunProgress run={run} />,
    },
    {
      title: t("runs.failed"),
      dataIndex: "failed_count",
      width: 90,
      align: "right",
      render: (_, run) => (
        <span className={run.failed_count > 0 ? "run-failed" : "quiet"}>
          {numberText(run.failed_count)}
        </span>
      ),
    },
    {
      title: t("runs.pace"),
      key: "pace",
      width: 110,
      align: "right",
      render: (_, run) => paceText(run, t),
    },
    {
      title: t("runs.remaining"),
      key: "remaining",
      width: 120,
      align: "right",
      render: (_, run) => remainingText(run, t),
    },
    {
      title: t("runs.created"),
      dataIndex: "created_at",
      width: 160,
      render: (_, run) => <span className="number">{dateTimeText(run.created_at)}</span>,
    },
  ];
}
