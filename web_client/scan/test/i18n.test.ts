import { describe, expect, it } from "vitest";
import { otherLanguage, preferredLanguage, sayIn, type Key } from "../src/i18n";
import { en } from "../src/i18n/en";
import { zh } from "../src/i18n/zh";

const KEYS = Object.keys(zh) as Key[];
const namesIn = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name);

describe("dictionaries", () => {
  it("have the same keys", () => {
    expect(Object.keys(en).sort()).toEqual([...KEYS].sort());
  });

  it.each(KEYS)("say %s in both languages with the same values", (key) => {
    expect(zh[key].trim()).not.toBe("");
    expect(en[key].trim()).not.toBe("");
    expect(namesIn(en[key]).sort()).toEqual(namesIn(zh[key]).sort());
  });

  it("keep Chinese out of English, except for the switch to Chinese", () => {
    const mixed = KEYS.filter((key) => /\p{Script=Han}/u.test(en[key]));
    expect(mixed).toEqual(["tool.language", "tool.language_label"]);
  });

  it("have no exclamation marks: nothing on this page shouts", () => {
    expect(KEYS.filter((key) => /[!！]/.test(zh[key] + en[key]))).toEqual([]);
  });
});

describe("language", () => {
  it("is Chinese when the phone asks for nothing", () => {
    expect(preferredLanguage(null, [])).toBe("zh-CN");
  });

  it.each([
    [null, ["zh-TW"], "zh-CN"],
    [null, ["en-GB", "zh-CN"], "en"],
    [null, ["fr"], "en"],
    ["zh-CN", ["en"], "zh-CN"],
    ["en", ["zh-CN"], "en"],
    ["<script>", ["zh"], "zh-CN"],
  ])("stored %s and wanted %j give %s", (stored, wanted, expected) => {
    expect(preferredLanguage(stored, wanted)).toBe(expected);
  });

  it("switches to the other one and back", () => {
    expect(otherLanguage(otherLanguage("en"))).toBe("en");
  });

  it("fills in values and leaves unknown names visible", () => {
    const say = sayIn("zh-CN");
    expect(say("history.ordinal", { n: 3 })).toBe("第 3 次查询");
    expect(say("history.ordinal")).toBe("第 {n} 次查询");
  });
});
