/** One short hint at a time, chosen from what the camera really measures. */
export type Hint =
  | "starting"
  | "aim"
  | "closer"
  | "farther"
  | "hold_still"
  | "more_light"
  | "tilt_against_glare"
  | "one_code"
  | "asking"
  | "read";

export interface FrameMeasures {
  /** Mean luma of the picture, 0..255. */
  readonly luma_mean: number;
  /** Share of burnt-out pixels inside the search frame, 0..1. */
  readonly glare_share: number;
  /** Mean absolute change of the thumbnail since the last picture, luma levels. */
  readonly motion: number;
  /** Longest side of a symbol that was found but could not be read, share of the view; else null. */
  readonly symbol_share: number | null;
  /** Distinct codes of our form in the picture. */
  readonly own_codes: number;
}

/** Below this a phone camera is at its longest exposure and noise hides small modules. */
const DARK_LUMA = 42;
/** A patch of burnt paper this large can cover a finder pattern of a framed label. */
const GLARE_SHARE = 0.05;
/** Hand shake of a phone held still stays under 4 levels; a moving one is above 12. */
const MOVING_LEVELS = 12;
/** Under this share of the view the modules of a version-4 symbol are below two pixels. */
const SMALL_SYMBOL_SHARE = 0.2;
const LARGE_SYMBOL_SHARE = 0.92;
/** Searching this long without any symbol means that the label is too far away. */
const LONG_SEARCH_MS = 4000;
/** A hint stays at least this long, so that it can be read. */
const HINT_HOLD_MS = 1400;

/** The hint for one picture; light first, because no other advice helps in the dark. */
export function chooseHint(measures: FrameMeasures, searching_ms: number): Hint {
  if (measures.own_codes > 1) return "one_code";
  if (measures.luma_mean < DARK_LUMA) return "more_light";
  if (measures.motion > MOVING_LEVELS) return "hold_still";
  if (measures.glare_share > GLARE_SHARE) return "tilt_against_glare";
  if (measures.symbol_share !== null) {
    if (measures.symbol_share < SMALL_SYMBOL_SHARE) return "closer";
    if (measures.symbol_share > LARGE_SYMBOL_SHARE) return "farther";
    return "hold_still";
  }
  return searching_ms > LONG_SEARCH_MS ? "closer" : "aim";
}

export interface HeldHint {
  readonly hint: Hint;
  readonly since_ms: number;
}

/** Keeps a hint long enough to be read; "read" replaces any hint at once. */
export function holdHint(held: HeldHint, next: Hint, now_ms: number): HeldHint {
  if (next === held.hint) return held;
  const settled = now_ms - held.since_ms >= HINT_HOLD_MS;
  const urgent = next === "read" || held.hint === "starting";
  return settled || urgent ? { hint: next, since_ms: now_ms } : held;
}
