import { Progress } from "antd";

import type { Run } from "../api/words";
import { useText } from "../i18n";
import { countText, isUnderWay, STATE_WORDS } from "./standing";

interface Props {
  readonly run: Run;
  readonly hasCount?: boolean;
}

/** How far a run is, by bar and in numbers. */
export function RunProgress({ run, hasCount = true }: Props) {
  const t = useText();
  const status = run.state === "failed" ? "exception" : isUnderWay(run) ? "active" : "normal";
  return (
    <div className="run-progress">
      <Progress
        percent={run.percent}
        showInfo={false}
        size="small"
        status={status}
        aria-label={`${run.number}: ${t(STATE_WORDS[run.state])}`}
      />
      {hasCount && <span className="number">{countText(run)}</span>}
    </div>
  );
}
