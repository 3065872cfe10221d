import { describe, expect, it } from "vitest";
import openapi from "../../openapi.json";
import { en } from "../src/i18n/en";
import { zh } from "../src/i18n/zh";
import { hintKey, noticeOfProblem } from "../src/notice";
import { LAYER_ORDER, layerWords, verdictScreen } from "../src/verdict";
import type { LayerOutcome, Verdict } from "../src/wire_types";

const VERDICTS = openapi.components.schemas.VerdictStatus.enum as Verdict[];
const LAYERS = openapi.components.schemas.Layer.enum;
const OUTCOMES = openapi.components.schemas.LayerOutcome.enum as LayerOutcome[];

describe("verdict screens", () => {
  // The table is the order's: FEATURES rows 54-60 and the seals of the design.
  it.each([
    ["GENUINE_FIRST", "whole", "jade", "正品"],
    ["GENUINE_REPEAT", "whole", "jade", "正品"],
    ["OVER_LIMIT", "open", "amber", "无法判定"],
    ["NOT_GENUINE_UNKNOWN", "broken", "cinnabar", "警惕假冒"],
    ["NOT_GENUINE_UNACTIVATED", "broken", "cinnabar", "警惕假冒"],
    ["NOT_GENUINE_VOID", "broken", "cinnabar", "警惕假冒"],
    ["SUSPECTED_COPY", "broken", "cinnabar", "警惕假冒"],
    ["RECALLED", "stop", "cinnabar", "已召回"],
    ["EXPIRED", "open", "amber", "已过期"],
  ] as const)("%s is a %s seal in %s that says %s", (verdict, shape, tone, word) => {
    const screen = verdictScreen(verdict);
    expect([screen.shape, screen.tone, zh[screen.word]]).toEqual([shape, tone, word]);
  });

  it("exist for every verdict that the server can give", () => {
    for (const verdict of VERDICTS) expect(zh[verdictScreen(verdict).title]).toBeTruthy();
    expect(VERDICTS).toHaveLength(9);
  });

  it("never show the genuine seal for anything but the two genuine verdicts", () => {
    const whole = VERDICTS.filter((verdict) => verdictScreen(verdict).shape === "whole");
    expect(whole.sort()).toEqual(["GENUINE_FIRST", "GENUINE_REPEAT"]);
  });

  it("say what to do whenever the seal is not the genuine one", () => {
    const silent = VERDICTS.filter((verdict) => verdictScreen(verdict).advice.length === 0);
    expect(silent.sort()).toEqual(["GENUINE_FIRST", "GENUINE_REPEAT"]);
  });
});

describe("layers", () => {
  it("are all shown, in one order", () => {
    expect([...LAYER_ORDER].sort()).toEqual([...LAYERS].sort());
  });

  it("explain every outcome in both languages", () => {
    for (const layer of LAYER_ORDER) {
      for (const outcome of OUTCOMES) {
        const { name, why } = layerWords(layer, outcome);
        for (const key of [name, why]) expect([zh[key], en[key]]).not.toContain(undefined);
      }
    }
  });
});

describe("problems", () => {
  const problem = { host: null, hint: null, retry_after_s: null };

  it.each([
    ["foreign-code", 422, "foreign_link"],
    ["malformed-code", 422, "malformed"],
    ["too-many-codes", 422, "too_many_codes"],
    ["several-codes", 422, "several_codes"],
    ["no-code-found", 422, "no_code"],
    ["empty-upload", 422, "photo_refused"],
    ["upload-too-large", 413, "photo_refused"],
    ["not-an-image", 415, "photo_refused"],
    ["unsupported-image", 415, "photo_refused"],
    ["truncated-image", 422, "photo_refused"],
    ["too-many-pixels", 422, "photo_refused"],
    ["animated-image", 422, "photo_refused"],
    ["cmyk-image", 422, "photo_refused"],
    ["bad-metadata", 422, "photo_refused"],
    ["rate-limited", 429, "rate_limited"],
    ["internal", 500, "server_error"],
    ["unavailable", 503, "server_error"],
    ["never-heard-of", 418, "refused"],
    ["", 502, "server_error"],
  ])("%s (%i) has the screen %s", (slug, status, kind) => {
    expect(noticeOfProblem({ ...problem, slug, status }, 0).kind).toBe(kind);
  });

  it("waits as long as the server says", () => {
    const limited = { ...problem, slug: "rate-limited", status: 429, retry_after_s: 42 };
    expect(noticeOfProblem(limited, 1000)).toEqual({ kind: "rate_limited", until_ms: 43_000 });
  });

  it("has words for the retake hints and none for what it does not know", () => {
    const named = openapi.components.schemas.RetakeHint.enum.filter((hint) => hint !== "none");
    expect(named.filter((hint) => hintKey(hint) === null)).toEqual([]);
    expect(hintKey("HOLD_STILL")).toBe("hint.hold_still");
    expect(hintKey("tilt-against-glare")).toBe("hint.tilt_against_glare");
    expect(hintKey("none")).toBeNull();
    expect(hintKey("constructor")).toBeNull();
    expect(hintKey(null)).toBeNull();
  });
});
