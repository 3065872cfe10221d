import { PictureOutlined } from "@ant-design/icons";
import { Progress } from "antd";
import { useEffect, useRef, useState } from "react";

import { useText, type Text } from "../../i18n";
import { useLanguage } from "../../i18n";
import type { UploadRefusal } from "../model/upload_check";
import { problemText } from "../problem_text";
import { useStudio } from "../studio_context";
import type { Upload } from "../use_upload";

function refusalText(t: Text, refusal: UploadRefusal): string {
  switch (refusal.kind) {
    case "empty":
      return t("studio.upload.empty");
    case "type":
      return t("studio.upload.type", { type: refusal.type === "" ? "?" : refusal.type });
    case "bytes":
      return t("studio.upload.bytes", { mb: refusal.mb, most: refusal.most_mb });
  }
}

/** Files from a drop, a paste anywhere on the page, or the file dialog. */
export function DropZone({
  upload,
  isLarge,
}: {
  readonly upload: Upload;
  readonly isLarge: boolean;
}) {
  const t = useText();
  const language = useLanguage();
  const { catalogue } = useStudio();
  const [isOver, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const { state, send } = upload;

  useEffect(() => {
    const onPaste = (event: ClipboardEvent): void => {
      const file = event.clipboardData?.files[0];
      if (file === undefined) return;
      event.preventDefault();
      send(file, file.name);
    };
    window.addEventListener("paste", onPaste);
    return () => {
      window.removeEventListener("paste", onPaste);
    };
  }, [send]);

  return (
    <div className="st-field">
      <label
        className={`st-drop${isOver ? " st-drop-over" : ""}${isLarge ? " st-drop-large" : ""}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => {
          setOver(false);
        }}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          const file = event.dataTransfer.files[0];
          if (file !== undefined) send(file, file.name);
        }}
      >
        <PictureOutlined className="st-drop-icon" aria-hidden="true" />
        <span className="st-drop-text">
          <span className="st-drop-title">
            {t(isLarge ? "studio.upload.title" : "studio.upload.replace")}
          </span>
          <span className="st-hint">{t("studio.upload.hint")}</span>
        </span>
        <input
          ref={input}
          className="st-unseen"
          type="file"
          data-testid="artwork-file"
          accept={catalogue.limits.artwork_media_types.join()}
          onChange={(event) => {
            const file = event.target.files?.[0];
            if (file !== undefined) send(file, file.name);
            event.target.value = "";
          }}
        />
      </label>
      {state.kind === "sending" && (
        <Progress
          percent={Math.round(100 * state.share)}
          size="small"
          showInfo={false}
          aria-label={t("studio.upload.sending")}
        />
      )}
      {state.kind === "refused" && (
        <p className="st-error" role="alert">
          {state.name}: {refusalText(t, state.refusal)}
        </p>
      )}
      {state.kind === "failed" && (
        <p className="st-error" role="alert">
          {state.name}: {problemText(t, language, state.problem)}
        </p>
      )}
    </div>
  );
}
