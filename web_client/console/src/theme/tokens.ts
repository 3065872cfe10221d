/**
 * The tokens of the house for code that needs numbers and colours (antd, charts, SVG); style
 * sheets use the same names as CSS custom properties (tokens.css). A test holds both, and the scan
 * page's tokens, to the same values.
 */

export type Mode = "light" | "dark";

export interface Palette {
  /** The page. */
  readonly ground: string;
  /** Sheets, cards, fields: one step above the page. */
  readonly raised: string;
  /** A quiet well below the page's level: table heads, hovered rows, preview desks. */
  readonly sunken: string;
  readonly text: string;
  readonly grey: string;
  /** Shapes and large type only. */
  readonly gold: string;
  readonly goldText: string;
  /** Text on a filled gold control. */
  readonly onGold: string;
  readonly goldSoft: string;
  readonly jade: string;
  readonly jadeSoft: string;
  readonly cinnabar: string;
  readonly cinnabarSoft: string;
  readonly amber: string;
  readonly amberSoft: string;
  readonly indigo: string;
  readonly indigoSoft: string;
  readonly hairline: string;
  readonly shadow: string;
}

export const PAPER = "#fbf9f4";
export const INK = "#15171c";

export const LIGHT: Palette = {
  ground: PAPER,
  raised: "#ffffff",
  sunken: "#f3efe6",
  text: INK,
  grey: "#5b606b",
  gold: "#b8862b",
  goldText: "#855b10",
  onGold: INK,
  goldSoft: "#f6ecd6",
  jade: "#12704a",
  jadeSoft: "#e3f1ea",
  cinnabar: "#b3261e",
  cinnabarSoft: "#f9e6e3",
  amber: "#8f5200",
  amberSoft: "#f9ecd8",
  indigo: "#2b4b8c",
  indigoSoft: "#e6ebf5",
  hairline: "rgb(91 96 107 / 24%)",
  shadow: "0 8px 24px rgb(21 23 28 / 10%)",
};

export const DARK: Palette = {
  ground: INK,
  raised: "#1d2026",
  sunken: "#101216",
  text: PAPER,
  grey: "#a7adb9",
  gold: "#e2b659",
  goldText: "#e2b659",
  onGold: INK,
  goldSoft: "#35301f",
  jade: "#5cd6a0",
  jadeSoft: "#1a322a",
  cinnabar: "#ff8a7a",
  cinnabarSoft: "#3a2524",
  amber: "#ffc15a",
  amberSoft: "#3a2f1d",
  indigo: "#9db8f5",
  indigoSoft: "#252d3e",
  hairline: "rgb(167 173 185 / 24%)",
  shadow: "0 8px 24px rgb(0 0 0 / 40%)",
};

export const PALETTES: Readonly<Record<Mode, Palette>> = { light: LIGHT, dark: DARK };

export const FONT =
  '-apple-system, BlinkMacSystemFont, "PingFang SC", "HarmonyOS Sans SC", "Noto Sans SC", ' +
  '"Noto Sans CJK SC", "Microsoft YaHei", system-ui, sans-serif';
export const MONO =
  'ui-monospace, "SF Mono", "Roboto Mono", "Cascadia Mono", Menlo, Consolas, monospace';

/** Type sizes in px. */
export const SIZES = { small: 13, body: 15, lead: 17, title: 22, page: 30, display: 44 } as const;
/** Distances in px. */
export const GAPS = { 4: 4, 8: 8, 12: 12, 16: 16, 24: 24, 40: 40, 64: 64 } as const;
export const LINE = 1.6;
export const RADIUS = 4;
export const RADIUS_SHEET = 16;
/** Movements in ms. */
export const QUICK_MS = 160;
export const CALM_MS = 240;
