/** How codes are made, as the service understands it (JSON of a brief; absent fields are plain). */

export type ArtStyle = "dots" | "base";
export type ErrorLevel = "L" | "M" | "Q" | "H";
export type Fit = "contain" | "cover";
export type ToneMode = "auto" | "line" | "photo";
export type ModuleShape =
  | "square"
  | "dot"
  | "rounded"
  | "connected"
  | "diamond"
  | "star"
  /** An outline of the design's own, which some ready-made looks bring. */
  | "path";
export type CornerShape = "square" | "rounded" | "circle" | "leaf";
export type AlignmentShape = "square" | "rounded" | "circle" | "modules";
export type LogoShape = "square" | "rounded" | "circle";
export type DotShape = "round" | "square" | "diamond";
export type Corner = "top_left" | "top_right" | "bottom_left";

export const CORNERS: readonly Corner[] = ["top_left", "top_right", "bottom_left"];

/** An ink: its look alone, or its look with what the press needs. */
export type Colour =
  | string
  | {
      readonly rgb: string;
      readonly cmyk?: readonly number[] | null;
      readonly spot?: string | null;
    };

export interface Stop {
  readonly at: number;
  readonly colour: Colour;
}

export interface Gradient {
  readonly kind: "linear" | "radial";
  readonly stops: readonly Stop[];
  readonly angle_deg?: number;
}

export type Fill = Colour | Gradient;

export interface Modules {
  readonly shape: ModuleShape;
  readonly size_share: number;
  /** SVG path data of the shape "path"; empty for the others. */
  readonly path: string;
}

export interface Finder {
  readonly ring: CornerShape;
  readonly pupil: CornerShape;
  readonly ring_colour: Colour | null;
  readonly pupil_colour: Colour | null;
}

export type Finders = Readonly<Record<Corner, Finder>>;

export interface Logo {
  readonly width_share: number;
  readonly shape: LogoShape;
  readonly margin_modules: number;
  readonly ground: Colour | null;
  readonly text: string;
  readonly text_colour: Colour;
}

export interface Caption {
  readonly text: string;
  readonly size_modules: number;
  readonly colour: Colour | null;
}

export interface Frame {
  readonly text: string;
  readonly side: "top" | "bottom";
  readonly thickness_modules: number;
  readonly bar_modules: number;
  readonly radius_modules: number;
  readonly colour: Colour;
  readonly text_colour: Colour;
}

export interface Design {
  readonly name: string;
  readonly modules: Modules;
  readonly finders: Finders;
  readonly alignment: AlignmentShape;
  readonly dark: Fill;
  readonly light: Colour;
  readonly is_transparent: boolean;
  readonly quiet_zone_modules: number;
  readonly logo: Logo | null;
  readonly caption: Caption | null;
  readonly frame: Frame | null;
}

export interface Crop {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Placement {
  readonly fit: Fit;
  readonly scale: number;
  readonly rotation_deg: number;
  readonly crop: Crop;
  readonly right_modules: number;
  readonly down_modules: number;
}

export interface BaseStyle {
  readonly dot_shape: DotShape;
  readonly radius_modules: number;
  readonly max_radius_modules: number;
  readonly margin: number;
  readonly dark_max: number;
  readonly light_min: number;
  readonly spread: number;
  readonly saturation: number;
  readonly dot_saturation: number;
  readonly timing: "solid" | "dots";
}

/** A brief with every field that the studio has a control for. */
export interface Brief {
  readonly style: ArtStyle;
  readonly version: number | null;
  readonly level: ErrorLevel | null;
  readonly fidelity: number;
  /** How shades become dark and light modules (dots). */
  readonly tone: ToneMode;
  readonly budget: number;
  /** Null: where it costs no reading, which is at the levels M, Q and H. */
  readonly steers_padding: boolean | null;
  readonly design: Design;
  readonly base: BaseStyle;
}

export const WHOLE_CROP: Crop = { left: 0, top: 0, right: 1, bottom: 1 };
export const PLAIN_FINDER: Finder = {
  ring: "square",
  pupil: "square",
  ring_colour: null,
  pupil_colour: null,
};
export const PLAIN_DESIGN: Design = {
  name: "",
  modules: { shape: "square", size_share: 1, path: "" },
  finders: { top_left: PLAIN_FINDER, top_right: PLAIN_FINDER, bottom_left: PLAIN_FINDER },
  alignment: "square",
  dark: "#000000",
  light: "#ffffff",
  is_transparent: false,
  quiet_zone_modules: 4,
  logo: null,
  caption: null,
  frame: null,
};
export const PLAIN_LOGO: Logo = {
  width_share: 0.16,
  shape: "rounded",
  margin_modules: 0.5,
  ground: "#b3261e",
  text: "正品",
  text_colour: "#ffffff",
};
export const PLAIN_CAPTION: Caption = { text: "", size_modules: 2.6, colour: null };
export const PLAIN_FRAME: Frame = {
  text: "",
  side: "bottom",
  thickness_modules: 1,
  bar_modules: 6,
  radius_modules: 3,
  colour: "#15171c",
  text_colour: "#ffffff",
};
export const PLAIN_BASE: BaseStyle = {
  dot_shape: "round",
  radius_modules: 0.3,
  max_radius_modules: 0.5,
  margin: 0.2,
  dark_max: 0.3,
  light_min: 0.76,
  spread: 0.5,
  saturation: 1.25,
  dot_saturation: 2,
  timing: "dots",
};
export const PLAIN_BRIEF: Brief = {
  style: "dots",
  version: null,
  level: null,
  fidelity: 0.95,
  tone: "auto",
  budget: 0,
  steers_padding: null,
  design: PLAIN_DESIGN,
  base: PLAIN_BASE,
};

/** Where the artwork lies when nobody has moved it. */
export function ownPlacement(style: ArtStyle): Placement {
  const rest = { rotation_deg: 0, crop: WHOLE_CROP, right_modules: 0, down_modules: 0 };
  return style === "dots"
    ? { fit: "contain", scale: 0.5, ...rest }
    : { fit: "cover", scale: 1, ...rest };
}
