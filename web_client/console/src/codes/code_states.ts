import type { CodeState } from "../api/words";
import type { Key } from "../i18n";
import type { Tone } from "../runs/standing";

export const CODE_STATES: readonly CodeState[] = ["ISSUED", "ACTIVE", "VOID"];

export const CODE_STATE_WORDS: Readonly<Record<CodeState, Key>> = {
  ISSUED: "code.issued",
  ACTIVE: "code.active",
  VOID: "code.void",
};

export const CODE_STATE_TONES: Readonly<Record<CodeState, Tone>> = {
  ISSUED: "quiet",
  ACTIVE: "good",
  VOID: "bad",
};

export function isCodeState(value: string | null): value is CodeState {
  return value === "ISSUED" || value === "ACTIVE" || value === "VOID";
}

export type Sought =
  | { readonly kind: "label"; readonly labelNumber: number }
  | { readonly kind: "code"; readonly serial: string };

/**
 * What a text in the search box means: up to 12 digits are a label's number, anything longer is a
 * code (20 characters, spaces and hyphens allowed) or a printed link that ends in one.
 */
export function soughtIn(typed: string): Sought | null {
  const text = typed.trim();
  if (text === "") return null;
  const bare = text.replace(/[,\s]/g, "");
  if (/^[1-9]\d{0,11}$/.test(bare)) return { kind: "label", labelNumber: Number(bare) };
  const printed = /\/21\/([^/?#]+)/.exec(text)?.[1];
  return { kind: "code", serial: (printed ?? text).replace(/[\s-]/g, "").toUpperCase() };
}
