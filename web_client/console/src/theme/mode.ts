/** Light or dark: as the system says, unless one was chosen; the choice is remembered. */
import { useSyncExternalStore } from "react";

import type { Mode } from "./tokens";

export type { Mode } from "./tokens";
export type ModeChoice = Mode | "system";

const STORED = "dianjin.mode";
const listeners = new Set<() => void>();
let choice: ModeChoice = "system";
let darkSystem: MediaQueryList | null = null;

function tell(): void {
  document.documentElement.dataset["mode"] = modeNow();
  for (const listener of listeners) listener();
}

function modeNow(): Mode {
  if (choice !== "system") return choice;
  return darkSystem?.matches === true ? "dark" : "light";
}

/** Called once at the start, before the first picture. */
export function startMode(): void {
  try {
    const stored = localStorage.getItem(STORED);
    if (stored === "light" || stored === "dark") choice = stored;
  } catch {
    // A browser that keeps nothing follows the system.
  }
  darkSystem = window.matchMedia("(prefers-color-scheme: dark)");
  darkSystem.addEventListener("change", tell);
  tell();
}

export function setModeChoice(next: ModeChoice): void {
  choice = next;
  try {
    if (next === "system") localStorage.removeItem(STORED);
    else localStorage.setItem(STORED, next);
  } catch {
    // The choice holds for this visit.
  }
  tell();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useMode(): Mode {
  return useSyncExternalStore(subscribe, modeNow);
}

export function useModeChoice(): ModeChoice {
  return useSyncExternalStore(subscribe, () => choice);
}
