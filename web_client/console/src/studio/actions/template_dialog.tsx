import { Alert, Button, Input, Modal } from "antd";
import { useState } from "react";

import { useLanguage, useText } from "../../i18n";
import { codeIn, studioApi } from "../api";
import type { TemplateLink } from "../model/document";
import { studioProblem, type StudioProblem } from "../model/problem";
import { problemText } from "../problem_text";
import { useStudio } from "../studio_context";
import type { TemplateOut } from "../wire_types";

interface TemplateDialogProps {
  readonly isOpen: boolean;
  /** Saved on the way to an order. */
  readonly isForOrder: boolean;
  readonly onClose: () => void;
  readonly onSaved: (saved: TemplateLink) => void;
}

const LONGEST_NAME = 100;

type Saving =
  | { readonly kind: "idle" | "running" }
  | { readonly kind: "failed"; readonly problem: StudioProblem; readonly isConflict: boolean };

export function TemplateDialog({ isOpen, isForOrder, onClose, onSaved }: TemplateDialogProps) {
  const t = useText();
  return (
    <Modal
      open={isOpen}
      title={t(isForOrder ? "studio.template.order_title" : "studio.template.title")}
      footer={null}
      destroyOnHidden
      onCancel={onClose}
    >
      <TemplateForm isForOrder={isForOrder} onSaved={onSaved} />
    </Modal>
  );
}

function isConflict(problem: StudioProblem): boolean {
  return problem.kind === "refused" && problem.slug === "conflict";
}

function TemplateForm({
  isForOrder,
  onSaved,
}: Pick<TemplateDialogProps, "isForOrder" | "onSaved">) {
  const t = useText();
  const language = useLanguage();
  const { document, template, link } = useStudio();
  const [name, setName] = useState(template?.name ?? "");
  const [saving, setSaving] = useState<Saving>({ kind: "idle" });
  const trimmed = name.trim();

  const run = (act: () => Promise<TemplateOut>): void => {
    setSaving({ kind: "running" });
    act()
      .then((saved) => {
        const next = { id: saved.id, name: saved.name, revision: saved.revision };
        link(next);
        onSaved(next);
      })
      .catch((error: unknown) => {
        const problem = studioProblem(error);
        setSaving({ kind: "failed", problem, isConflict: isConflict(problem) });
      });
  };
  const code = codeIn(document);
  const saveNew = (): void => {
    if (code !== null) run(() => studioApi.saveTemplate(trimmed, code));
  };
  const update = (): void => {
    if (code !== null && template !== null)
      run(() => studioApi.updateTemplate(template, trimmed, code));
  };
  /** The newer revision is read, and replaced knowingly. */
  const overwrite = (): void => {
    if (code === null || template === null) return;
    run(async () => {
      const { revision } = await studioApi.template(template.id);
      return studioApi.updateTemplate({ ...template, revision }, trimmed, code);
    });
  };
  const isRunning = saving.kind === "running";
  const isUsable = trimmed !== "" && code !== null;
  const isStale =
    saving.kind === "failed" && saving.isConflict && template !== null && trimmed === template.name;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isUsable) (template === null ? saveNew : update)();
      }}
    >
      <p className="st-note">
        {t(isForOrder ? "studio.template.order_text" : "studio.template.text")}
      </p>
      <label className="st-field">
        <span className="st-field-label">{t("studio.template.name")}</span>
        <Input
          autoFocus
          value={name}
          maxLength={LONGEST_NAME}
          placeholder={t("studio.template.example")}
          onChange={(event) => {
            setName(event.target.value);
          }}
        />
      </label>
      {saving.kind === "failed" && (
        <Alert
          type={isStale ? "warning" : "error"}
          showIcon
          title={isStale ? t("studio.template.conflict") : problemText(t, language, saving.problem)}
          action={
            isStale ? (
              <Button size="small" onClick={overwrite}>
                {t("studio.template.overwrite")}
              </Button>
            ) : undefined
          }
        />
      )}
      <div className="st-dialog-foot">
        {template !== null && (
          <Button
            disabled={!isUsable || trimmed === template.name}
            loading={isRunning}
            onClick={saveNew}
          >
            {t("studio.template.save_new")}
          </Button>
        )}
        <Button type="primary" htmlType="submit" disabled={!isUsable} loading={isRunning}>
          {t(template === null ? "studio.template.save" : "studio.template.update")}
        </Button>
      </div>
    </form>
  );
}
