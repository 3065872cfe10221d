/** The console's table: search and chips above, density and columns at will, more rows on demand. */
import { ProTable, type ProColumns } from "@ant-design/pro-components";
import { Alert, Button, Input, Tag } from "antd";
import { useState, type ReactNode } from "react";

import type { List } from "../api/use_list";
import { numberText } from "../format";
import { useText } from "../i18n";
import { wordsOf } from "../layout/tell";
import "./list_table.css";

/** A filter that is set, shown as a chip that can be taken away. */
export interface Chip {
  readonly key: string;
  readonly text: string;
  readonly onClear: () => void;
}

interface Props<Row> {
  /** Under this name the chosen columns are remembered. */
  readonly name: string;
  readonly list: List<Row>;
  readonly columns: readonly ProColumns<Row>[];
  readonly rowKey: (row: Row) => string;
  /** Least width of the table in px; narrower places scroll it. */
  readonly widthPx: number;
  readonly search?: {
    readonly value: string;
    readonly placeholder: string;
    readonly onSearch: (value: string) => void;
  };
  readonly filters?: ReactNode;
  readonly chips?: readonly Chip[];
  readonly actions?: readonly ReactNode[];
  readonly empty: ReactNode;
  readonly onOpen: (row: Row) => void;
}

export function ListTable<Row extends object>(props: Props<Row>) {
  const { name, list, columns, rowKey, widthPx, chips = [], actions = [], empty } = props;
  const t = useText();
  return (
    <div className="list-table">
      {list.error !== null && <ListError list={list} />}
      <ProTable<Row>
        columns={[...columns]}
        dataSource={[...list.rows]}
        rowKey={rowKey}
        loading={list.isLoading}
        search={false}
        pagination={false}
        defaultSize="middle"
        scroll={{ x: widthPx }}
        sticky={{ offsetHeader: 0 }}
        columnsState={{
          persistenceType: "localStorage",
          persistenceKey: `dianjin.columns.${name}`,
        }}
        options={{
          density: true,
          setting: { draggable: false, checkedReset: true },
          fullScreen: false,
          reload: () => void list.refresh().catch(() => undefined),
        }}
        headerTitle={<Toolbar {...props} />}
        toolBarRender={() => [...actions]}
        tableExtraRender={() => (chips.length === 0 ? null : <Chips chips={chips} />)}
        locale={{
          emptyText: list.isLoading ? <Waiting /> : list.error === null ? empty : t("list.error"),
        }}
        onRow={(row) => ({
          onClick: () => {
            props.onOpen(row);
          },
        })}
        rowClassName="list-row"
      />
      {list.rows.length > 0 && (
        <footer className="list-foot">
          <span className="quiet">
            {t(list.hasMore ? "list.shownSoFar" : "list.shownAll", {
              count: numberText(list.rows.length),
            })}
          </span>
          {list.hasMore && (
            <Button loading={list.isLoadingMore} onClick={list.loadMore}>
              {t("list.more")}
            </Button>
          )}
        </footer>
      )}
    </div>
  );
}

/** Keeps the place of the rows that are on their way. */
function Waiting() {
  return <div className="list-waiting" />;
}

function Toolbar<Row>({ search, filters }: Pick<Props<Row>, "search" | "filters">) {
  const [typed, setTyped] = useState(search?.value ?? "");
  return (
    <div className="list-toolbar">
      {search !== undefined && (
        <Input.Search
          className="list-search"
          allowClear
          value={typed}
          placeholder={search.placeholder}
          aria-label={search.placeholder}
          maxLength={100}
          onChange={(event) => {
            setTyped(event.target.value);
          }}
          onSearch={(value) => {
            search.onSearch(value.trim());
          }}
        />
      )}
      {filters}
    </div>
  );
}

function Chips({ chips }: { readonly chips: readonly Chip[] }) {
  const t = useText();
  return (
    <div className="list-chips" aria-label={t("list.filters")} role="group">
      {chips.map((chip) => (
        <Tag key={chip.key} closable onClose={chip.onClear}>
          {chip.text}
        </Tag>
      ))}
    </div>
  );
}

function ListError<Row>({ list }: { readonly list: List<Row> }) {
  const t = useText();
  const words = wordsOf(list.error, t);
  if (words === null) return null;
  return (
    <Alert
      className="list-error"
      type="error"
      showIcon
      title={words.title}
      description={words.detail}
      action={
        <Button onClick={() => void list.refresh().catch(() => undefined)}>
          {t("list.again")}
        </Button>
      }
    />
  );
}
