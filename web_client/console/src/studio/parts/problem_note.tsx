import { Button } from "antd";
import { useEffect, useState } from "react";

import { useLanguage, useText } from "../../i18n";
import type { StudioProblem } from "../model/problem";
import { problemText } from "../problem_text";
import { useHindrance, useStudio } from "../studio_context";

/** What keeps the picture from changing; the last good one stays beside it. */
export function ProblemNote({ problem }: { readonly problem: StudioProblem }) {
  const t = useText();
  const language = useLanguage();
  const { canUndo, undo } = useStudio();
  const [isOnline, setOnline] = useState(() => navigator.onLine);
  const { retry } = useHindrance();
  const wait_s = problem.kind === "busy" ? problem.retryAfterS : null;

  useEffect(() => {
    const change = (): void => {
      setOnline(navigator.onLine);
      if (navigator.onLine) retry();
    };
    window.addEventListener("online", change);
    return () => {
      window.removeEventListener("online", change);
    };
  }, [retry]);
  useEffect(() => {
    if (wait_s === null) return undefined;
    const timer = setTimeout(retry, 1000 * wait_s);
    return () => {
      clearTimeout(timer);
    };
  }, [wait_s, retry]);

  const canRetry = problem.kind === "broken" || (problem.kind === "offline" && isOnline);
  return (
    <div
      className={`st-problem st-problem-${problem.kind}`}
      role="alert"
      data-problem={problem.kind}
    >
      <span>{problemText(t, language, problem)}</span>
      {problem.kind === "refused" && canUndo && (
        <Button size="small" onClick={undo}>
          {t("studio.undo_last")}
        </Button>
      )}
      {canRetry && (
        <Button size="small" onClick={retry}>
          {t("studio.retry")}
        </Button>
      )}
    </div>
  );
}
