import { App } from "antd";
import { useCallback } from "react";

import { ApiProblem, isAbort, Offline } from "../api/client";
import { languageOf, useText, type Text } from "../i18n";

/** Says in people's words what went wrong; null when there is nothing to say. */
export function wordsOf(error: unknown, t: Text): { title: string; detail: string } | null {
  if (error === null || isAbort(error)) return null;
  if (error instanceof Offline)
    return { title: t("error.offline"), detail: t("error.offlineAdvice") };
  if (!(error instanceof ApiProblem))
    return { title: t("error.failed"), detail: error instanceof Error ? error.message : "" };
  // The page itself leads back to the login.
  if (error.status === 401) return null;
  const zh = error.document["detail_zh"];
  const detail = languageOf(t) === "zh-CN" && typeof zh === "string" ? zh : error.detail;
  const fields = error.errors.map((field) => `${field.field}: ${field.message}`).join("; ");
  return { title: error.title, detail: fields === "" ? detail : fields };
}

/** Tells an error beside the page, where no field is to blame. */
export function useTell(): (error: unknown) => void {
  const { notification } = App.useApp();
  const t = useText();
  return useCallback(
    (error: unknown) => {
      const words = wordsOf(error, t);
      if (words !== null) {
        notification.error({
          title: words.title,
          description: words.detail,
          placement: "topRight",
        });
      }
    },
    [notification, t],
  );
}
