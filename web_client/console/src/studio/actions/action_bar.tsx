import {
  DownloadOutlined,
  PrinterOutlined,
  RedoOutlined,
  SaveOutlined,
  UndoOutlined,
} from "@ant-design/icons";
import { App, Button, Tooltip } from "antd";
import { useEffect, useState } from "react";
import { useNavigate } from "react-router";

import { useLanguage, useText } from "../../i18n";
import { OrderRunDialog } from "../../runs/order_run_dialog";
import { studioApi } from "../api";
import { studioProblem } from "../model/problem";
import { problemText } from "../problem_text";
import { useShown, useStudio } from "../studio_context";
import { DownloadDialog } from "./download_dialog";
import { TemplateDialog } from "./template_dialog";

type Open = "download" | "template" | "order" | null;
type Ordering = Parameters<typeof OrderRunDialog>[0]["template"];

/** True where a key press belongs to a text that is being written. */
function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLTextAreaElement ||
    (target instanceof HTMLInputElement && target.type === "text")
  );
}

export function ActionBar() {
  const t = useText();
  const language = useLanguage();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const { document, template, canUndo, canRedo, undo, redo } = useStudio();
  const [open, setOpen] = useState<Open>(null);
  const [ordering, setOrdering] = useState<Ordering>(null);
  const hasPicture = useShown() !== null;
  const hasCode = document.artwork !== null && hasPicture;

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || isWriting(event.target)) return;
      const key = event.key.toLowerCase();
      if (key !== "z" && key !== "y") return;
      event.preventDefault();
      if (key === "y" || event.shiftKey) redo();
      else undo();
    };
    window.addEventListener("keydown", onKey);
    return () => {
      window.removeEventListener("keydown", onKey);
    };
  }, [undo, redo]);

  const order = (id: string): void => {
    studioApi
      .template(id)
      .then(setOrdering)
      .catch((error: unknown) => {
        void message.error(problemText(t, language, studioProblem(error)));
      });
  };
  const close = (): void => {
    setOpen(null);
  };
  return (
    <div className="st-bar">
      <div className="st-bar-name">
        <span className="st-doc-name">{template?.name ?? t("studio.untitled")}</span>
        {template !== null && (
          <span className="st-note">{t("studio.revision", { revision: template.revision })}</span>
        )}
      </div>
      <div className="st-bar-undo">
        <Tooltip title={t("studio.undo_hint")}>
          <Button
            type="text"
            icon={<UndoOutlined />}
            aria-label={t("studio.undo")}
            disabled={!canUndo}
            onClick={undo}
          />
        </Tooltip>
        <Tooltip title={t("studio.redo_hint")}>
          <Button
            type="text"
            icon={<RedoOutlined />}
            aria-label={t("studio.redo")}
            disabled={!canRedo}
            onClick={redo}
          />
        </Tooltip>
      </div>
      <Button
        icon={<PrinterOutlined aria-hidden="true" />}
        disabled={!hasCode}
        onClick={() => {
          if (template === null) setOpen("order");
          else order(template.id);
        }}
      >
        {t("studio.order")}
      </Button>
      <Button
        icon={<DownloadOutlined aria-hidden="true" />}
        disabled={!hasCode}
        onClick={() => {
          setOpen("download");
        }}
      >
        {t("studio.download")}
      </Button>
      <Button
        type="primary"
        icon={<SaveOutlined aria-hidden="true" />}
        disabled={!hasCode}
        onClick={() => {
          setOpen("template");
        }}
      >
        {t("studio.save")}
      </Button>
      <DownloadDialog isOpen={open === "download"} onClose={close} />
      <TemplateDialog
        isOpen={open === "template" || open === "order"}
        isForOrder={open === "order"}
        onClose={close}
        onSaved={(saved) => {
          void message.success(t("studio.saved", { name: saved.name }));
          if (open === "order") order(saved.id);
          close();
        }}
      />
      <OrderRunDialog
        isOpen={ordering !== null}
        template={ordering}
        onClose={() => {
          setOrdering(null);
        }}
        onOrdered={() => void navigate("/runs")}
      />
    </div>
  );
}
