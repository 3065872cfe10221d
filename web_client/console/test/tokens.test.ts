import { describe, expect, it } from "vitest";

import scan from "../../scan/src/styles/tokens.css?raw";
import ours from "../src/theme/tokens.css?raw";
import { DARK, LIGHT, type Palette } from "../src/theme/tokens";

/** The custom properties of the rule that begins with `head`. */
function rule(css: string, head: string): ReadonlyMap<string, string> {
  const start = css.indexOf(head);
  const body = css.slice(css.indexOf("{", start) + 1, css.indexOf("\n}", start));
  const found = [...body.matchAll(/--([\w-]+):\s*([^;]+);/g)];
  return new Map(found.map((match) => [match[1] ?? "", (match[2] ?? "").trim()]));
}

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** WCAG 2.2, relative luminance. */
function contrast(one: string, other: string): number {
  const [dark = 0, bright = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
}

describe.each([
  ["light", LIGHT, ":root {"],
  ["dark", DARK, ':root[data-mode="dark"] {'],
] as const)("the %s tokens", (mode, palette: Palette, head) => {
  it("are the same in the script and in the style sheet", () => {
    const css = rule(ours, head);
    for (const [name, value] of Object.entries(palette)) {
      expect([name, css.get(kebab(name))]).toEqual([name, value]);
    }
  });

  it("are those of the scan page where both have a name", () => {
    const names = ["gold", "gold-text", "jade", "cinnabar", "amber", "indigo", "grey", "raised"];
    const page = mode === "light" ? rule(scan, ":root {") : rule(scan, "  :root {");
    const css = rule(ours, head);
    expect(names.map((name) => css.get(name))).toEqual(names.map((name) => page.get(name)));
  });

  it("can be read: text at least 4.5 to 1 on every ground that it stands on", () => {
    const grounds = [palette.ground, palette.raised, palette.sunken, palette.goldSoft];
    const texts = [palette.text, palette.grey, palette.goldText, palette.jade, palette.cinnabar];
    texts.push(palette.amber, palette.indigo);
    for (const ground of grounds) {
      for (const text of texts) expect(contrast(text, ground)).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrast(palette.onGold, palette.gold)).toBeGreaterThanOrEqual(4.5);
  });
});
