import { PlusOutlined } from "@ant-design/icons";
import { Alert, App, Button, Input, Segmented, Skeleton } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";

import { api } from "../api/client";
import { idOf, useList } from "../api/use_list";
import type { Template } from "../api/words";
import { useText } from "../i18n";
import { useTell, wordsOf } from "../layout/tell";
import { OrderRunDialog } from "../runs/order_run_dialog";
import { useMay } from "../session/session";
import { Teach } from "../table/teach";
import { TemplateCard } from "./template_card";
import "../table/list_table.css";
import "./templates.css";

type Shelf = "live" | "archived";

export function TemplatesPage() {
  const t = useText();
  const go = useNavigate();
  const tell = useTell();
  const { message } = App.useApp();
  const mayWrite = useMay("studio.write");
  const mayOrder = useMay("studio.order");
  const [shelf, setShelf] = useState<Shelf>("live");
  const [typed, setTyped] = useState("");
  const [wanted, setWanted] = useState("");
  const [ordering, setOrdering] = useState<Template | null>(null);
  const isArchived = shelf === "archived";
  const list = useList<Template>(
    "/v1/studio/templates",
    { limit: 60, q: wanted, archived: isArchived },
    idOf,
  );

  const shelve = async (template: Template) => {
    const act = isArchived ? "restore" : "archive";
    try {
      await api.post<Template>(`/v1/studio/templates/${template.id}/${act}`);
      list.remove(template.id);
      void message.success(
        t(isArchived ? "template.restored" : "template.archived", { name: template.name }),
      );
    } catch (error) {
      tell(error);
    }
  };

  const problem = wordsOf(list.error, t);
  return (
    <>
      <div className="templates-bar">
        <Input.Search
          className="list-search"
          allowClear
          value={typed}
          maxLength={100}
          placeholder={t("templates.search")}
          aria-label={t("templates.search")}
          onChange={(event) => {
            setTyped(event.target.value);
          }}
          onSearch={(value) => {
            setWanted(value.trim());
          }}
        />
        <Segmented<Shelf>
          value={shelf}
          onChange={setShelf}
          options={[
            { value: "live", label: t("templates.live") },
            { value: "archived", label: t("templates.archived") },
          ]}
        />
        <span className="templates-space" />
        {mayWrite && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => void go("/studio")}>
            {t("templates.new")}
          </Button>
        )}
      </div>
      {problem !== null && (
        <Alert type="error" showIcon title={problem.title} description={problem.detail} />
      )}
      {list.isLoading && <CardsWaiting />}
      {!list.isLoading && list.error === null && list.rows.length === 0 && (
        <Nothing shelf={shelf} isSearched={wanted !== ""} />
      )}
      <div className="templates-grid">
        {list.rows.map((template) => (
          <TemplateCard
            key={template.id}
            template={template}
            isArchived={isArchived}
            mayWrite={mayWrite}
            mayOrder={mayOrder}
            onShelve={() => void shelve(template)}
            onOrder={() => {
              setOrdering(template);
            }}
          />
        ))}
      </div>
      {list.hasMore && (
        <Button className="templates-more" loading={list.isLoadingMore} onClick={list.loadMore}>
          {t("list.more")}
        </Button>
      )}
      <OrderRunDialog
        isOpen={ordering !== null}
        template={ordering}
        onClose={() => {
          setOrdering(null);
        }}
        onOrdered={() => void go("/runs")}
      />
    </>
  );
}

function CardsWaiting() {
  return (
    <div className="templates-grid" aria-busy="true">
      {[1, 2, 3, 4].map((card) => (
        <div key={card} className="template-card">
          <Skeleton.Node active className="template-waiting" />
          <Skeleton className="template-words" active title paragraph={{ rows: 1 }} />
        </div>
      ))}
    </div>
  );
}

function Nothing({ shelf, isSearched }: { readonly shelf: Shelf; readonly isSearched: boolean }) {
  const t = useText();
  const go = useNavigate();
  const mayWrite = useMay("studio.write");
  if (isSearched) {
    return <Teach title={t("list.noneFound")} text={t("list.noneFoundAdvice")} />;
  }
  if (shelf === "archived") {
    return <Teach title={t("templates.noneArchived")} text={t("templates.noneArchivedText")} />;
  }
  return (
    <Teach
      title={t("templates.none")}
      text={t("templates.noneText")}
      action={
        mayWrite && <Button onClick={() => void go("/studio")}>{t("templates.openStudio")}</Button>
      }
    />
  );
}
