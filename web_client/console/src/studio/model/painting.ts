import { isJson } from "./brief_json";

/** What a designer has painted over the artwork: where the code must look like it, and where not. */

export type Brush = "matters" | "free";
export const BRUSHES: readonly Brush[] = ["matters", "free"];

export interface Stroke {
  readonly brush: Brush;
  /** Of the brush, as a share of the artwork's longer side. */
  readonly radius: number;
  /** x, y, x, y … in shares of the artwork's width and height. */
  readonly points: readonly number[];
}

export interface Painting {
  /** The uploaded grey picture. */
  readonly id: string;
  /** Empty where the painting came with a template. */
  readonly strokes: readonly Stroke[];
}

/** Longest side of the grey picture: three pixels for each module of version 40. */
const MAP_SIDE_PX = 512;
const LEAST_SIDE_PX = 16;
/** White counts in full, black not at all; what nobody touched lies between. */
const SHADES: Readonly<Record<Brush | "rest", string>> = {
  matters: "#ffffff",
  rest: "#808080",
  free: "#000000",
};
/** As seen over the artwork. */
const TINTS: Readonly<Record<Brush, string>> = { matters: "#e2a52a", free: "#15171c" };
/** Points that lie closer add nothing that modules could show. */
const LEAST_STEP = 0.006;

interface Sides {
  readonly width: number;
  readonly height: number;
}

/** Pixels of the grey picture, in the shape of the artwork. */
export function mapSize(width_px: number, height_px: number): Sides {
  const scale = MAP_SIDE_PX / Math.max(width_px, height_px);
  const side = (px: number): number => Math.max(LEAST_SIDE_PX, Math.round(px * scale));
  return { width: side(width_px), height: side(height_px) };
}

export function extended(stroke: Stroke, x: number, y: number): Stroke {
  const [beforeX = x, beforeY = y] = stroke.points.slice(-2);
  const isFirst = stroke.points.length === 0;
  if (!isFirst && Math.hypot(x - beforeX, y - beforeY) < LEAST_STEP) return stroke;
  return { ...stroke, points: [...stroke.points, x, y] };
}

type Canvas2D = Pick<
  CanvasRenderingContext2D,
  "beginPath" | "moveTo" | "lineTo" | "stroke" | "lineCap" | "lineJoin" | "lineWidth"
> & { strokeStyle: CanvasRenderingContext2D["strokeStyle"] };

function drawStroke(context: Canvas2D, { width, height }: Sides, stroke: Stroke): void {
  const { points, radius } = stroke;
  context.lineCap = context.lineJoin = "round";
  context.lineWidth = 2 * radius * Math.max(width, height);
  context.beginPath();
  for (let at = 0; at < points.length; at += 2) {
    const [x, y] = [(points[at] ?? 0) * width, (points[at + 1] ?? 0) * height];
    if (at === 0) context.moveTo(x, y);
    // A dab is a line of no length, which round caps make a disc.
    context.lineTo(x, y);
  }
  context.stroke();
}

/** Paints the strokes over the artwork that is shown below. */
export function drawTints(context: CanvasRenderingContext2D, strokes: readonly Stroke[]): void {
  const { canvas } = context;
  context.clearRect(0, 0, canvas.width, canvas.height);
  for (const stroke of strokes) {
    context.strokeStyle = TINTS[stroke.brush];
    drawStroke(context, canvas, stroke);
  }
}

/** The grey picture as a PNG file, as the service reads it. */
export function mapPng(
  artwork: { readonly width_px: number; readonly height_px: number },
  strokes: readonly Stroke[],
): Promise<Blob> {
  const canvas = document.createElement("canvas");
  const size = mapSize(artwork.width_px, artwork.height_px);
  canvas.width = size.width;
  canvas.height = size.height;
  const context = canvas.getContext("2d");
  if (context === null) return Promise.reject(new Error("This browser draws no canvas."));
  context.fillStyle = SHADES.rest;
  context.fillRect(0, 0, size.width, size.height);
  for (const stroke of strokes) {
    context.strokeStyle = SHADES[stroke.brush];
    drawStroke(context, size, stroke);
  }
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error("This browser makes no PNG."));
      else resolve(blob);
    }, "image/png");
  });
}

function strokeFromJson(json: unknown): Stroke | null {
  if (!isJson(json)) return null;
  const { brush, radius, points } = json;
  if (brush !== "matters" && brush !== "free") return null;
  if (typeof radius !== "number" || !Array.isArray(points)) return null;
  const numbers = points.filter((entry): entry is number => typeof entry === "number");
  return numbers.length === points.length ? { brush, radius, points: numbers } : null;
}

/** A painting as the draft keeps it; null where there is none that can be used. */
export function paintingFromJson(json: unknown): Painting | null {
  if (!isJson(json) || typeof json["id"] !== "string" || !Array.isArray(json["strokes"]))
    return null;
  const strokes = json["strokes"].map(strokeFromJson).filter((stroke) => stroke !== null);
  return { id: json["id"], strokes };
}
