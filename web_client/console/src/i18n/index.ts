/**
 * Words in two languages.
 *
 *     const t = useText();
 *     t("runs.done", { done: 12, total: 40 })     // `{done}` in the text is replaced
 */
import { useSyncExternalStore } from "react";

import { setApiLanguage } from "../api/client";
import { locales as studio } from "../studio/locales";
import { en } from "./en";
import { zh } from "./zh";

export type Language = "zh-CN" | "en";
export type Key = keyof typeof zh | keyof typeof studio.zh;
export type Values = Readonly<Record<string, string | number>>;
/** Says a key; a name in braces in the text is replaced by the value of that name. */
export type Text = (key: Key, values?: Values) => string;

const STORED = "dianjin.language";

export const DICTIONARIES: Readonly<Record<Language, Readonly<Record<Key, string>>>> = {
  "zh-CN": { ...zh, ...studio.zh },
  en: { ...en, ...studio.en },
};

function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function textIn(language: Language): Text {
  const words = DICTIONARIES[language];
  return (key, values = {}) => fill(words[key], values);
}

/** Chinese, unless another was chosen before or the browser asks for another language first. */
export function preferredLanguage(stored: string | null, wanted: readonly string[]): Language {
  if (stored === "zh-CN" || stored === "en") return stored;
  const first = wanted[0]?.toLowerCase() ?? "zh";
  return first.startsWith("zh") ? "zh-CN" : "en";
}

const TEXTS: Readonly<Record<Language, Text>> = { "zh-CN": textIn("zh-CN"), en: textIn("en") };
/** The language that a `Text` speaks. */
export function languageOf(t: Text): Language {
  return t === TEXTS.en ? "en" : "zh-CN";
}

const listeners = new Set<() => void>();
let current: Language = "zh-CN";

function remembered(): string | null {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

/** Called once at the start. */
export function startLanguage(): void {
  apply(preferredLanguage(remembered(), navigator.languages));
}

function apply(language: Language): void {
  current = language;
  setApiLanguage(language);
  document.documentElement.lang = language;
  for (const listener of listeners) listener();
}

export function setLanguage(language: Language): void {
  try {
    localStorage.setItem(STORED, language);
  } catch {
    // A browser that keeps nothing still switches for this visit.
  }
  apply(language);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, () => current);
}

export function useText(): Text {
  return TEXTS[useLanguage()];
}
