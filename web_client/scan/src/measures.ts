/** Light, glare and motion of a camera picture, measured on a small grey thumbnail. */
export const THUMB_SIDE_PX = 64;

/** Rec. 601 luma of RGBA pixels, sampled on a THUMB_SIDE_PX grid (nearest pixel centre). */
export function thumbnail(
  rgba: Uint8ClampedArray,
  width_px: number,
  height_px: number,
): Uint8Array {
  const thumb = new Uint8Array(THUMB_SIDE_PX * THUMB_SIDE_PX);
  for (let row = 0; row < THUMB_SIDE_PX; row += 1) {
    const y = Math.floor(((row + 0.5) * height_px) / THUMB_SIDE_PX);
    for (let column = 0; column < THUMB_SIDE_PX; column += 1) {
      const x = Math.floor(((column + 0.5) * width_px) / THUMB_SIDE_PX);
      const at = (y * width_px + x) * 4;
      const [red, green, blue] = [rgba[at] ?? 0, rgba[at + 1] ?? 0, rgba[at + 2] ?? 0];
      thumb[row * THUMB_SIDE_PX + column] = (77 * red + 150 * green + 29 * blue) >> 8;
    }
  }
  return thumb;
}

export function meanLuma(thumb: Uint8Array): number {
  let sum = 0;
  for (const luma of thumb) sum += luma;
  return sum / thumb.length;
}

/** Levels from here on are burnt out: paper in normal light stays near 220. */
const BURNT_LUMA = 252;

/** Share of burnt-out pixels in the middle half of the thumbnail, where the frame is. */
export function glareShare(thumb: Uint8Array): number {
  const [first, last] = [THUMB_SIDE_PX / 4, (THUMB_SIDE_PX * 3) / 4];
  let burnt = 0;
  for (let row = first; row < last; row += 1) {
    for (let column = first; column < last; column += 1) {
      if ((thumb[row * THUMB_SIDE_PX + column] ?? 0) >= BURNT_LUMA) burnt += 1;
    }
  }
  return burnt / ((last - first) * (last - first));
}

/** Mean absolute difference of two thumbnails, luma levels; 0 where there is no earlier one. */
export function motionBetween(earlier: Uint8Array | null, later: Uint8Array): number {
  if (earlier === null) return 0;
  let sum = 0;
  for (let at = 0; at < later.length; at += 1) {
    sum += Math.abs((earlier[at] ?? 0) - (later[at] ?? 0));
  }
  return sum / later.length;
}
