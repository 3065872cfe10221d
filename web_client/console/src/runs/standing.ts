/** How a run stands, in words, colours and numbers. */
import type { Run, RunState } from "../api/words";
import { numberText, rateText, spanOf } from "../format";
import type { Key, Text } from "../i18n";

export type Tone = "quiet" | "busy" | "good" | "doubt" | "bad";

export const STATE_WORDS: Readonly<Record<RunState, Key>> = {
  queued: "run.queued",
  certifying: "run.certifying",
  running: "run.running",
  done: "run.done",
  done_with_failures: "run.doneWithFailures",
  failed: "run.failed",
  cancelled: "run.cancelled",
};

export const STATE_TONES: Readonly<Record<RunState, Tone>> = {
  queued: "quiet",
  certifying: "busy",
  running: "busy",
  done: "good",
  done_with_failures: "doubt",
  failed: "bad",
  cancelled: "quiet",
};

/** All states, in the order in which a run goes through them. */
export const RUN_STATES = Object.keys(STATE_WORDS) as readonly RunState[];

/** The state that a text of the address names; null where there is none of that name. */
export function runState(text: string | null): RunState | null {
  return RUN_STATES.find((state) => state === text) ?? null;
}

/** True while something may still happen to the run. */
export function isUnderWay(run: Pick<Run, "state" | "ended_at">): boolean {
  return run.state === "queued" || run.state === "certifying" || run.state === "running";
}

type Paced = Pick<
  Run,
  "quantity" | "done_count" | "remaining_s" | "certified_at" | "ended_at" | "state"
>;

/** Labels per second since the certificate; null while nobody knows. No clock of ours is asked. */
export function paceOf(run: Paced): number | null {
  if (run.remaining_s !== null && run.remaining_s > 0) {
    return (run.quantity - run.done_count) / run.remaining_s;
  }
  if (run.certified_at === null || run.ended_at === null || run.done_count === 0) return null;
  const seconds = (Date.parse(run.ended_at) - Date.parse(run.certified_at)) / 1000;
  return seconds > 0 ? run.done_count / seconds : null;
}

export function paceText(run: Paced, t: Text): string {
  const pace = paceOf(run);
  return pace === null ? "—" : t("run.pace", { pace: rateText(pace) });
}

export function remainingText(run: Paced, t: Text): string {
  if (run.remaining_s === null) return "—";
  const { hours, minutes, seconds } = spanOf(run.remaining_s);
  if (hours > 0) return t("span.hours", { hours, minutes });
  if (minutes > 0) return t("span.minutes", { minutes, seconds });
  return t("span.seconds", { seconds });
}

export function countText(run: Pick<Run, "done_count" | "quantity">): string {
  return `${numberText(run.done_count)} / ${numberText(run.quantity)}`;
}
