import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { problemOf } from "../../api/problem";
import { patiently } from "../preview/patient";

const BUSY = { type: "/problems/studio-busy", title: "busy" };

/** Answers in turn: a number of seconds is a 429 with that Retry-After. */
function answers(...turns: readonly (number | null | Error | string)[]) {
  const asked_ms: number[] = [];
  let turn = 0;
  const ask = (): Promise<string> => {
    asked_ms.push(Date.now());
    const answer = turns[Math.min(turn, turns.length - 1)] ?? null;
    turn += 1;
    if (typeof answer === "string") return Promise.resolve(answer);
    if (answer instanceof Error) return Promise.reject(answer);
    const after = answer === null ? null : String(answer);
    return Promise.reject(problemOf(429, BUSY, after));
  };
  return { ask, asked_ms };
}

function watch(promise: Promise<string>) {
  const seen: string[] = [];
  promise.then(
    (value) => seen.push(value),
    (error: unknown) => seen.push(error instanceof Error ? error.name : String(error)),
  );
  return seen;
}

describe("a thumbnail of a busy service", () => {
  beforeEach(() => vi.useFakeTimers({ now: 0 }));
  afterEach(() => vi.useRealTimers());

  it("is asked for once where it comes", async () => {
    const { ask, asked_ms } = answers("picture");
    const seen = watch(patiently(ask, new AbortController().signal));
    await vi.advanceTimersByTimeAsync(60_000);
    expect([seen, asked_ms]).toEqual([["picture"], [0]]);
  });

  it("is asked for again after the seconds of Retry-After, and not before", async () => {
    const { ask, asked_ms } = answers(3, 1, "picture");
    const seen = watch(patiently(ask, new AbortController().signal));
    await vi.advanceTimersByTimeAsync(2_999);
    expect(asked_ms).toEqual([0]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([seen, asked_ms]).toEqual([["picture"], [0, 3_000, 4_000]]);
  });

  it("waits two seconds where the service names none", async () => {
    const { ask, asked_ms } = answers(null, "picture");
    watch(patiently(ask, new AbortController().signal));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked_ms).toEqual([0, 2_000]);
  });

  it("is given up after four refusals", async () => {
    const { ask, asked_ms } = answers(1);
    const seen = watch(patiently(ask, new AbortController().signal));
    await vi.advanceTimersByTimeAsync(60_000);
    expect([seen, asked_ms]).toEqual([["ApiProblem"], [0, 1_000, 2_000, 3_000]]);
  });

  it("is not asked for again after another refusal", async () => {
    const { ask, asked_ms } = answers(problemOf(422, { type: "/problems/design-refused" }));
    const seen = watch(patiently(ask, new AbortController().signal));
    await vi.advanceTimersByTimeAsync(60_000);
    expect([seen, asked_ms]).toEqual([["ApiProblem"], [0]]);
  });

  it("is not asked for again by a hand that has moved on", async () => {
    const { ask, asked_ms } = answers(5, "picture");
    const control = new AbortController();
    const seen = watch(patiently(ask, control.signal));
    await vi.advanceTimersByTimeAsync(1_000);
    control.abort();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([seen, asked_ms]).toEqual([["AbortError"], [0]]);
  });
});
