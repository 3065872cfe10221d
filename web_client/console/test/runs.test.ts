import { describe, expect, it } from "vitest";

import { soughtIn } from "../src/codes/code_states";
import { bytesText, dateTimeText, dayDigits, groupedCode, spanOf } from "../src/format";
import { textIn } from "../src/i18n";
import { FASTEST_MS, IDLE_MS, nextPauseMs, SLOWEST_BUSY_MS } from "../src/jobs/polling";
import { layoutLine } from "../src/runs/layout_line";
import { idempotentNumber } from "../src/runs/proposed_number";
import { isUnderWay, paceOf, remainingText } from "../src/runs/standing";

const RUN = {
  state: "running",
  quantity: 1_000,
  done_count: 250,
  remaining_s: 150,
  certified_at: "2026-11-22T00:00:00Z",
  ended_at: null,
} as const;

describe("paceOf", () => {
  it("is what is left over the time left while a run goes on", () => {
    expect(paceOf(RUN)).toBe(5);
  });

  it("is all over the time since the certificate when it has ended", () => {
    const ended = { ...RUN, remaining_s: null, done_count: 1_000 };
    expect(paceOf({ ...ended, ended_at: "2026-11-22T00:00:40Z" })).toBe(25);
  });

  it("is unknown before the first label and for a run that took no time", () => {
    expect(paceOf({ ...RUN, remaining_s: null })).toBeNull();
    expect(paceOf({ ...RUN, remaining_s: null, ended_at: RUN.certified_at })).toBeNull();
  });
});

describe("remainingText", () => {
  it("names the two largest units", () => {
    const t = textIn("en");
    const texts = [0, 59, 61, 3_725].map((s) => remainingText({ ...RUN, remaining_s: s }, t));
    expect(texts).toEqual(["0 s", "59 s", "1 min 1 s", "1 h 2 min"]);
    expect(remainingText({ ...RUN, remaining_s: null }, t)).toBe("—");
  });
});

describe("isUnderWay", () => {
  it("holds for three of the seven states", () => {
    const states = ["queued", "certifying", "running", "done", "failed", "cancelled"] as const;
    const held = states.map((state) => isUnderWay({ state, ended_at: null }));
    expect(held).toEqual([true, true, true, false, false, false]);
  });
});

describe("nextPauseMs", () => {
  it("grows while nothing changes, up to a bound that is nearer while work is under way", () => {
    const settle = (isBusy: boolean) => {
      let pause = FASTEST_MS;
      for (let round = 0; round < 40; round += 1) {
        const next = nextPauseMs(pause, { isChanged: false, isBusy });
        expect(next).toBeGreaterThanOrEqual(pause);
        pause = next;
      }
      return pause;
    };
    expect(settle(true)).toBe(SLOWEST_BUSY_MS);
    expect(settle(false)).toBe(IDLE_MS);
  });

  it("is short again as soon as something moves", () => {
    expect(nextPauseMs(IDLE_MS, { isChanged: true, isBusy: true })).toBe(FASTEST_MS);
  });
});

describe("formats", () => {
  it("writes dates in Asia/Shanghai, whatever the machine's zone", () => {
    expect(dateTimeText("2026-11-22T16:05:59Z")).toBe("2026-11-23 00:05");
    expect(dateTimeText(null)).toBe("—");
    expect(dayDigits(Date.parse("2026-11-22T16:05:59Z"))).toBe("20261123");
  });

  it("groups codes by four and measures bytes", () => {
    expect(groupedCode("0123456789ABCDEFGHJK")).toBe("0123 4567 89AB CDEF GHJK");
    expect(groupedCode("")).toBe("");
    expect([0, 999, 1_000, 12_345_678].map(bytesText)).toEqual([
      "0 B",
      "999 B",
      "1.0 KB",
      "12.3 MB",
    ]);
    expect(spanOf(-5)).toEqual({ hours: 0, minutes: 0, seconds: 0 });
  });
});

describe("soughtIn", () => {
  it.each([
    ["", null],
    ["  12 ", { kind: "label", labelNumber: 12 }],
    ["1,234", { kind: "label", labelNumber: 1234 }],
    ["gc48 zhqs-tqsz jgvx ta2r", { kind: "code", serial: "GC48ZHQSTQSZJGVXTA2R" }],
    [
      "https://x.example/01/09521234543213/21/GC48ZHQSTQSZJGVXTA2R?a=1",
      { kind: "code", serial: "GC48ZHQSTQSZJGVXTA2R" },
    ],
  ] as const)("%j means %j", (typed, sought) => {
    expect(soughtIn(typed)).toEqual(sought);
  });
});

describe("orders", () => {
  it("write layouts as the command line does", () => {
    const label = { widthMm: 40, heightMm: 32.5, outline: "circle" } as const;
    expect(layoutLine({ kind: "a4", ...label })).toBe("a4:label=40x32.5");
    expect(layoutLine({ kind: "diecut", ...label })).toBe("diecut:label=40x32.5,outline=circle");
  });

  it("propose numbers of the day that two people don't share", () => {
    expect(idempotentNumber("RUN", "20261122", Uint8Array.of(0, 31, 32, 255))).toBe(
      "RUN-20261122-0Z0Z",
    );
    expect(idempotentNumber("RUN", "20261122")).toMatch(/^RUN-20261122-[0-9A-HJKMNP-TV-Z]{4}$/);
  });
});
