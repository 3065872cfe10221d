import { describe, expect, it } from "vitest";

import { DICTIONARIES, preferredLanguage, textIn } from "../src/i18n";

const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
const entries = Object.entries(DICTIONARIES["zh-CN"]);

describe("the two dictionaries", () => {
  it("have the same keys and the same values to fill in", () => {
    const english: Readonly<Record<string, string>> = DICTIONARIES.en;
    expect(Object.keys(english).sort()).toEqual(entries.map(([key]) => key).sort());
    for (const [key, zh] of entries) {
      expect([key, names(english[key] ?? "")]).toEqual([key, names(zh)]);
    }
  });

  it("leave no text empty", () => {
    for (const language of ["zh-CN", "en"] as const) {
      for (const text of Object.values(DICTIONARIES[language])) expect(text.trim()).not.toBe("");
    }
  });

  it("write Chinese with Chinese punctuation", () => {
    const wrong = entries.filter(([, text]) => /[一-鿿][,;:?!]/.test(text));
    expect(wrong).toEqual([]);
  });
});

describe("textIn", () => {
  it("fills in values and leaves unknown names as they are", () => {
    const t = textIn("en");
    expect(t("login.wait", { seconds: 9 })).toBe("Wait 9 s");
    expect(t("login.wait")).toBe("Wait {seconds} s");
  });
});

describe("preferredLanguage", () => {
  it.each([
    [null, [], "zh-CN"],
    [null, ["en-GB", "zh"], "en"],
    [null, ["zh-TW"], "zh-CN"],
    ["en", ["zh-CN"], "en"],
    ["klingon", ["fr"], "en"],
  ] as const)("stored %s, wanted %j: %s", (stored, wanted, language) => {
    expect(preferredLanguage(stored, wanted)).toBe(language);
  });
});
