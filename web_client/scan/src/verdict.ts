import type { Key } from "./i18n";
import type { Layer, LayerOutcome, Verdict } from "./wire_types";

/** Shape of the seal; each shape has one colour, so that neither speaks alone. */
export type SealShape = "whole" | "broken" | "open" | "stop";
export type Tone = "jade" | "cinnabar" | "amber";

export interface VerdictScreen {
  readonly shape: SealShape;
  readonly tone: Tone;
  readonly word: Extract<Key, `seal.${string}`>;
  readonly title: Key;
  readonly meaning: Key;
  readonly advice: readonly Key[];
}

function genuine(title: Key, meaning: Key): VerdictScreen {
  const seal = { shape: "whole", tone: "jade", word: "seal.genuine" } as const;
  return { ...seal, title, meaning, advice: [] };
}

function notGenuine(title: Key, meaning: Key): VerdictScreen {
  const advice: Key[] = ["advice.retake", "advice.keep", "advice.seller", "advice.hotline"];
  const seal = { shape: "broken", tone: "cinnabar", word: "seal.not_genuine" } as const;
  return { ...seal, title, meaning, advice };
}

/** What the person sees for a verdict; a new verdict does not compile until it has a screen. */
export function verdictScreen(verdict: Verdict): VerdictScreen {
  switch (verdict) {
    case "GENUINE_FIRST":
      return genuine("verdict.genuine_first", "meaning.genuine_first");
    case "GENUINE_REPEAT":
      return genuine("verdict.genuine_repeat", "meaning.genuine_repeat");
    case "OVER_LIMIT":
      return {
        shape: "open",
        tone: "amber",
        word: "seal.unsure",
        title: "verdict.over_limit",
        meaning: "meaning.over_limit",
        advice: ["advice.compare", "advice.seller", "advice.hotline"],
      };
    case "NOT_GENUINE_UNKNOWN":
      return notGenuine("verdict.unknown", "meaning.unknown");
    case "NOT_GENUINE_UNACTIVATED":
      return notGenuine("verdict.unactivated", "meaning.unactivated");
    case "NOT_GENUINE_VOID":
      return notGenuine("verdict.void", "meaning.void");
    case "SUSPECTED_COPY":
      return notGenuine("verdict.copy", "meaning.copy");
    case "RECALLED":
      return {
        shape: "stop",
        tone: "cinnabar",
        word: "seal.recalled",
        title: "verdict.recalled",
        meaning: "meaning.recalled",
        advice: ["advice.recall_stop", "advice.recall_contact"],
      };
    case "EXPIRED":
      return {
        shape: "open",
        tone: "amber",
        word: "seal.expired",
        title: "verdict.expired",
        meaning: "meaning.expired",
        advice: ["advice.expired_contact"],
      };
    default:
      return verdict satisfies never;
  }
}

/** Name of a layer and the sentence that explains what it said. */
export function layerWords(layer: Layer, outcome: LayerOutcome): { name: Key; why: Key } {
  return { name: `layer.${layer}`, why: `why.${layer}.${outcome}` };
}

/** Order in which the layers stand under every verdict. */
export const LAYER_ORDER: readonly Layer[] = [
  "code",
  "history",
  "copy_detection",
  "print",
  "hidden",
  "nfc",
];
