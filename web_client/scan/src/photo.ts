import type { Rect, Size } from "./geometry";
import type { Reading } from "./wire_types";

/** Longest side of the preview; enough for a phone screen. */
const PREVIEW_SIDE_PX = 720;
/** Label shown around the code, as a share of the code's longer side. */
const MARGIN = 0.35;
const GOLD = "#e2b659";

/**
 * A photo with what was read in it drawn on top; null where the browser cannot decode the file.
 * Corners are pixels of the upright photo, clockwise from the symbol's own top-left.
 */
export async function photoPreview(
  photo: Blob,
  reading: Reading | null,
): Promise<HTMLCanvasElement | null> {
  const bitmap = await createImageBitmap(photo).catch(() => null);
  if (bitmap === null) return null;
  const part = partOf(bitmap, reading);
  const scale = Math.min(1, PREVIEW_SIDE_PX / Math.max(part.width, part.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(part.width * scale));
  canvas.height = Math.max(1, Math.round(part.height * scale));
  const context = canvas.getContext("2d");
  if (context === null) return null;
  const { x: left, y: top, width, height } = part;
  context.drawImage(bitmap, left, top, width, height, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  context.strokeStyle = GOLD;
  context.lineWidth = Math.max(4, canvas.width / 50);
  context.lineJoin = "round";
  for (const code of reading?.codes ?? []) {
    context.beginPath();
    for (const [x, y] of code.corners_px) {
      context.lineTo((x - left) * scale, (y - top) * scale);
    }
    context.closePath();
    context.stroke();
  }
  return canvas;
}

/** With one code the part around it, else the whole photo. */
function partOf(photo: Size, reading: Reading | null): Rect {
  const codes = reading?.codes ?? [];
  const [only] = codes;
  const whole = { x: 0, y: 0, width: photo.width, height: photo.height };
  if (codes.length !== 1 || only === undefined) return whole;
  const xs = only.corners_px.map(([x]) => x);
  const ys = only.corners_px.map(([, y]) => y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - left, Math.max(...ys) - top];
  const margin = Math.max(width, height) * MARGIN;
  const x = Math.max(0, left - margin);
  const y = Math.max(0, top - margin);
  return {
    x,
    y,
    width: Math.min(photo.width, left + width + margin) - x,
    height: Math.min(photo.height, top + height + margin) - y,
  };
}
