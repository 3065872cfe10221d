import type { Key, Language, Text } from "../i18n";
import type { Bilingual } from "./wire_types";

/** What the service says, and the Chinese words for it; groups fill the braces. */
const SAYINGS: readonly (readonly [RegExp, Key])[] = [
  [
    /No version from (?<low>\d+) to (?<high>\d+) shows.* of (?<wished>[\d.]+%).*best is (?<best>[\d.]+%) at version (?<version>\d+)/,
    "studio.said.fidelity",
  ],
  [/is lighter than its ground/, "studio.said.inverted"],
  [
    /reflects (?<percent>\d+) % apart.*nearest that works on this ground is (?<near>#\w+)/,
    "studio.said.contrast",
  ],
  [/reflects (?<percent>-?\d+) % apart/, "studio.said.no_ground"],
  [
    /beside much darker modules.*nearest that works on this ground is (?<near>#\w+)/,
    "studio.said.beside",
  ],
  [/has a contrast of (?<ratio>[\d.]+):1.* (?<near>#\w+) works here/, "studio.said.lettering"],
  [/(?:At level (?<level>[LMQH]) this one works)/, "studio.said.seal_level"],
  [/clears \d+ modules/, "studio.said.seal"],
  [
    /inks (?<percent>\d+) % of its cell.*smallest that works is (?<least>[\d.]+)/,
    "studio.said.ink",
  ],
  [/choose (?<low>[-\d.]+) to (?<high>[\d.]+)/, "studio.said.range"],
  [/(?<given>\d+) characters are too many; (?<fits>\d+) fit/, "studio.said.characters"],
  [
    /are (?<gap>[\d.]+) apart; readers need.*dark_max of (?<dark>[\d.]+) with a light_min of (?<light>[\d.]+)/,
    "studio.said.bounds",
  ],
];

/** A refusal in the page's language. */
export function refusalText(t: Text, language: Language, { zh, en }: Bilingual): string {
  if (language === "en") return en;
  if (/[\u4e00-\u9fff]/.test(zh)) return zh;
  for (const [pattern, key] of SAYINGS) {
    const found = pattern.exec(en);
    if (found !== null) return t(key, found.groups ?? {});
  }
  return t("studio.said.other", { message: en });
}
