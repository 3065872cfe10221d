import { Button, Table } from "antd";

import { serialOf, useList } from "../api/use_list";
import type { Run, RunItem } from "../api/words";
import { groupedCode, numberText } from "../format";
import { useText } from "../i18n";

/** The labels that no reader of the gate could read: they must not be printed. */
export function RunFailures({ run }: { readonly run: Run }) {
  const t = useText();
  const path = run.failed_count === 0 ? null : `/v1/studio/runs/${run.id}/items`;
  const list = useList<RunItem>(path, { passed: false, limit: 20 }, serialOf);
  if (run.failed_count === 0) return null;
  return (
    <section className="run-section">
      <h2>{t("runs.failures", { count: numberText(run.failed_count) })}</h2>
      <p className="quiet run-small">{t("runs.failuresText")}</p>
      <Table<RunItem>
        size="small"
        pagination={false}
        loading={list.isLoading}
        rowKey="serial"
        dataSource={[...list.rows]}
        columns={[
          { title: t("codes.label"), dataIndex: "label_number", width: 90 },
          {
            title: t("codes.serial"),
            dataIndex: "serial",
            render: (serial: string) => <span className="mono">{groupedCode(serial)}</span>,
          },
          { title: t("runs.reason"), dataIndex: "reason" },
        ]}
      />
      {list.hasMore && (
        <Button block loading={list.isLoadingMore} onClick={list.loadMore}>
          {t("list.more")}
        </Button>
      )}
    </section>
  );
}
