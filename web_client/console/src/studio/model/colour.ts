import type { Colour, Fill, Gradient } from "./brief";

/** Reflectances that differ by less are refused (ISO/IEC 15415, symbol contrast of grade B). */
export const MIN_CONTRAST = 0.55;
/** Cameras read it, but worn prints and poor light leave little. */
export const GOOD_CONTRAST = 0.7;
/** Lettering below this ratio is refused (WCAG 2.2, 1.4.3, large text). */
export const MIN_TEXT_RATIO = 3;

export function rgbOf(colour: Colour): string {
  return (typeof colour === "string" ? colour : colour.rgb).toLowerCase();
}

export function isGradient(fill: Fill): fill is Gradient {
  return typeof fill === "object" && "stops" in fill;
}

export function coloursOf(fill: Fill): readonly Colour[] {
  return isGradient(fill) ? fill.stops.map((stop) => stop.colour) : [fill];
}

function channels(colour: Colour): readonly [number, number, number] {
  const rgb = rgbOf(colour);
  const channel = (at: number): number => Number.parseInt(rgb.slice(at, at + 2), 16) / 255;
  return [channel(1), channel(3), channel(5)];
}

/** Light that comes back, 0 to 1: relative luminance of the sRGB colour (IEC 61966-2-1). */
export function reflectance(colour: Colour): number {
  const linear = (c: number): number => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const [red, green, blue] = channels(colour);
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

export type ContrastVerdict =
  | { readonly kind: "good" | "fair" | "poor"; readonly percent: number }
  | { readonly kind: "inverted"; readonly percent: number };

/** What a reader makes of the lightest dark tone on its ground; the service has the last word. */
export function contrastVerdict(fill: Fill, light: Colour): ContrastVerdict {
  const lightest = Math.max(...coloursOf(fill).map(reflectance));
  const contrast = reflectance(light) - lightest;
  const percent = Math.round(100 * contrast);
  if (contrast < 0) return { kind: "inverted", percent };
  if (contrast < MIN_CONTRAST) return { kind: "poor", percent };
  return { kind: contrast < GOOD_CONTRAST ? "fair" : "good", percent };
}

export function textRatio(text: Colour, ground: Colour): number {
  const [one = 0, other = 0] = [reflectance(text), reflectance(ground)].sort((a, b) => a - b);
  return (other + 0.05) / (one + 0.05);
}

/** A fill as CSS, for swatches. */
export function cssOf(fill: Fill): string {
  if (!isGradient(fill)) return rgbOf(fill);
  const stops = fill.stops.map((stop) => `${rgbOf(stop.colour)} ${Math.round(100 * stop.at)}%`);
  // CSS measures angles from the top, designs from the right.
  const angle = (fill.angle_deg ?? 0) + 90;
  return fill.kind === "linear"
    ? `linear-gradient(${angle}deg, ${stops.join(", ")})`
    : `radial-gradient(circle at center, ${stops.join(", ")})`;
}
