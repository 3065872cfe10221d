import type { Design, Placement } from "./brief";
import type { Artwork } from "./document";

/** The drawn picture in modules; the symbol lies at 0..side in both directions. */
export interface PictureBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly side: number;
}

const VIEW_BOX = /viewBox="(-?[\d.]+) (-?[\d.]+) ([\d.]+) ([\d.]+)"/;

/** Where the symbol lies in an SVG of the service; null for another SVG. */
export function boxOfSvg(svg: string, side: number): PictureBox | null {
  const numbers = VIEW_BOX.exec(svg.slice(0, 2000))?.slice(1).map(Number);
  const [left, top, width, height] = numbers ?? [];
  if (left === undefined || top === undefined || width === undefined || height === undefined) {
    return null;
  }
  return { left, top, width, height, side };
}

/** Where the symbol lies in a picture that is not an SVG: behind its frame and quiet zone. */
export function boxOfDesign(
  design: Pick<Design, "frame" | "quiet_zone_modules">,
  side: number,
  width: number,
  height: number,
): PictureBox {
  const { frame, quiet_zone_modules: quiet } = design;
  const thick = frame?.thickness_modules ?? 0;
  const hasBarOnTop = frame !== null && frame.text !== "" && frame.side === "top";
  const above = hasBarOnTop ? Math.max(frame.bar_modules, thick) : thick;
  return { left: -quiet - thick, top: -quiet - above, width, height, side };
}

/** A rectangle in shares of the picture's width and height, for CSS percentages. */
export interface ShareRect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export function inShares(
  box: PictureBox,
  left: number,
  top: number,
  width: number,
  height: number,
): ShareRect {
  return {
    left: (left - box.left) / box.width,
    top: (top - box.top) / box.height,
    width: width / box.width,
    height: height / box.height,
  };
}

/** Size of the placed artwork in modules, before it is turned (as the service lays it). */
export function artworkSize(
  artwork: Pick<Artwork, "width_px" | "height_px">,
  placement: Placement,
  side: number,
): { readonly width: number; readonly height: number } {
  const { crop, scale, fit } = placement;
  const width = artwork.width_px * (crop.right - crop.left);
  const height = artwork.height_px * (crop.bottom - crop.top);
  const box = scale * side;
  if (fit === "cover") return { width: box, height: box };
  const turn = (placement.rotation_deg * Math.PI) / 180;
  const [cos, sin] = [Math.abs(Math.cos(turn)), Math.abs(Math.sin(turn))];
  const zoom = box / Math.max(width * cos + height * sin, width * sin + height * cos);
  return { width: width * zoom, height: height * zoom };
}

/** Within this distance the artwork snaps to the middle. */
const SNAP_MODULES = 0.6;

function snapped(shift: number): number {
  return Math.abs(shift) < SNAP_MODULES ? 0 : Math.round(shift * 4) / 4;
}

/** The placement after a move; its middle stays on the symbol. */
export function moved(
  placement: Placement,
  right_modules: number,
  down_modules: number,
  side: number,
  snaps = true,
): Placement {
  const reach = side / 2;
  const within = (shift: number): number => Math.min(reach, Math.max(-reach, shift));
  const place = snaps ? snapped : (shift: number): number => shift;
  return {
    ...placement,
    right_modules: place(within(right_modules)),
    down_modules: place(within(down_modules)),
  };
}

const MIN_SCALE = 0.05;

/** The placement whose corner has been pulled to a distance from its middle, in modules. */
export function resized(placement: Placement, reach_modules: number, side: number): Placement {
  const scale = Math.round((200 * reach_modules) / side) / 100;
  return { ...placement, scale: Math.min(1, Math.max(MIN_SCALE, scale)) };
}

/** CSS defines 96 px as 25.4 mm. */
const PX_PER_MM = 96 / 25.4;

export function pxOfMm(mm: number): number {
  return mm * PX_PER_MM;
}

/** Distance between numbered ticks that leaves at least 40 px between them. */
export function tickStep(px_per_mm: number): number {
  return [1, 2, 5, 10, 20, 50].find((step) => step * px_per_mm >= 40) ?? 100;
}
