import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { makeLatest } from "../preview/latest";

interface Run {
  readonly wish: number;
  readonly signal: AbortSignal;
  readonly finish: (result: string) => void;
  readonly fail: (error: Error) => void;
}

function watch() {
  const runs: Run[] = [];
  const shown: string[] = [];
  const failed: string[] = [];
  const busy: boolean[] = [];
  const latest = makeLatest<number, string>({
    gather_ms: 10,
    run: (wish, signal) =>
      new Promise((finish, fail) => {
        runs.push({ wish, signal, finish, fail });
      }),
    onDone: (_, result) => shown.push(result),
    onFail: (_, error) => failed.push(String(error)),
    onBusy: (is) => busy.push(is),
  });
  return { runs, shown, failed, busy, latest };
}

const settle = () => vi.advanceTimersByTimeAsync(10);

describe("latest", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("runs nothing without a wish", async () => {
    const { runs } = watch();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(runs).toEqual([]);
  });

  it("gathers the events of one movement into one call", async () => {
    const { runs, latest } = watch();
    for (const wish of [1, 2, 3]) latest.push(wish, false);
    await settle();
    expect(runs.map(({ wish }) => wish)).toEqual([3]);
  });

  it("has at most one call under way and one waiting while a slider is dragged", async () => {
    const { runs, shown, latest } = watch();
    latest.push(0, false);
    await settle();
    for (let wish = 1; wish <= 50; wish += 1) latest.push(wish, false);
    await settle();
    expect(runs).toHaveLength(1);
    expect(runs[0]?.signal.aborted).toBe(false);
    runs[0]?.finish("first");
    await settle();
    expect(runs.map(({ wish }) => wish)).toEqual([0, 50]);
    runs[1]?.finish("last");
    await settle();
    expect(shown).toEqual(["first", "last"]);
  });

  it("drops what is under way for an urgent wish", async () => {
    const { runs, shown, latest } = watch();
    latest.push(1, false);
    await settle();
    latest.push(2, true);
    await settle();
    expect(runs[0]?.signal.aborted).toBe(true);
    runs[0]?.finish("stale");
    runs[1]?.finish("fresh");
    await settle();
    expect(shown).toEqual(["fresh"]);
  });

  it("tells a failure and goes on with the next wish", async () => {
    const { runs, shown, failed, busy, latest } = watch();
    latest.push(1, false);
    await settle();
    runs[0]?.fail(new Error("refused"));
    await settle();
    expect(failed).toEqual(["Error: refused"]);
    expect(busy.at(-1)).toBe(false);
    latest.push(2, false);
    await settle();
    runs[1]?.finish("good");
    await settle();
    expect(shown).toEqual(["good"]);
  });

  it("shows nothing after it was stopped", async () => {
    const { runs, shown, latest } = watch();
    latest.push(1, false);
    await settle();
    latest.stop();
    runs[0]?.finish("late");
    await settle();
    expect(shown).toEqual([]);
  });
});
