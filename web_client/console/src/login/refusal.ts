import { ApiProblem, Offline } from "../api/client";

/** Why signing in did not work, in the four ways that people can do something about. */
export interface Refusal {
  readonly kind: "wrong" | "locked" | "offline" | "failed";
  readonly untilMs: number;
}

export function refusalOf(error: unknown, nowMs: number): Refusal {
  if (error instanceof Offline) return { kind: "offline", untilMs: nowMs };
  if (!(error instanceof ApiProblem)) return { kind: "failed", untilMs: nowMs };
  if (error.status === 429) {
    return { kind: "locked", untilMs: nowMs + 1000 * (error.retryAfterS ?? 30) };
  }
  // 422: a login of an impossible form is as wrong as one that nobody has.
  const isWrong = error.status === 401 || error.status === 422;
  return { kind: isWrong ? "wrong" : "failed", untilMs: nowMs };
}

export function secondsLeft(refusal: Refusal | null, nowMs: number): number {
  if (refusal?.kind !== "locked") return 0;
  return Math.max(0, Math.ceil((refusal.untilMs - nowMs) / 1000));
}
