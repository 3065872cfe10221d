import { en } from "./en";
import { zh, type Key } from "./zh";

export type { Key } from "./zh";
export type Language = "zh-CN" | "en";

const DICTIONARIES: Readonly<Record<Language, Readonly<Record<Key, string>>>> = { "zh-CN": zh, en };

/** Says a key in a language; `{name}` in the text is replaced by the value of that name. */
export type Say = (key: Key, values?: Readonly<Record<string, string | number>>) => string;

export function sayIn(language: Language): Say {
  const words = DICTIONARIES[language];
  return (key, values = {}) =>
    words[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Chinese unless the phone asks for another language first: the codes are sold in China. */
export function preferredLanguage(stored: string | null, wanted: readonly string[]): Language {
  if (stored === "zh-CN" || stored === "en") return stored;
  const first = wanted[0]?.toLowerCase() ?? "zh";
  return first.startsWith("zh") ? "zh-CN" : "en";
}

export function otherLanguage(language: Language): Language {
  return language === "zh-CN" ? "en" : "zh-CN";
}
