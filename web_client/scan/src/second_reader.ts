import type { ReadOutcome } from "./api";
import { visiblePart, type Quad, type Rect, type Size } from "./geometry";
import type { Sighting } from "./reader";

/** Searching this long without a code, the phone's own reader has had its chance. */
export const AFTER_MS = 4000;
/** Time between two pictures that are sent. */
export const EVERY_MS = 1500;
/** Pictures that one search sends at most: a person who is not scanning sends no film. */
export const MOST_TRIES = 6;
/** Longest side that is sent; about 200 kB as JPEG. */
const SENT_SIDE_PX = 1600;
const JPEG_QUALITY = 0.85;
/** Sharpness is measured in a square of this side in the middle, where the frame is. */
const SHARPNESS_SIDE_PX = 256;

/** What the server read in a picture of the camera. */
export interface Answered {
  readonly codes: Sighting["codes"];
  /** The picture that was read; corners are those of the camera's picture. */
  readonly picture: HTMLCanvasElement;
  readonly cut: Cut;
}

/** The part of the camera's picture that was sent, and its scale. */
export interface Cut {
  readonly part: Rect;
  readonly scale: number;
}

export interface Moment {
  readonly now_ms: number;
  readonly searching_ms: number;
  /** The page is seen and the phone is online. */
  readonly awake: boolean;
}

/** When the server is asked for help, as a pure state: tries made and when the last one began. */
export interface Turns {
  readonly tries: number;
  readonly last_ms: number;
  readonly asking: boolean;
  /** The service reads no photos: it is not asked again. */
  readonly refused: boolean;
}

export const NO_TURNS: Turns = { tries: 0, last_ms: -Infinity, asking: false, refused: false };

/** Whether pictures are worth keeping now, and whether the best one may be sent. */
export function turnOf(
  turns: Turns,
  moment: Moment,
): { readonly keep: boolean; readonly send: boolean } {
  const keep =
    moment.awake &&
    !turns.asking &&
    !turns.refused &&
    turns.tries < MOST_TRIES &&
    moment.searching_ms >= AFTER_MS;
  // The first picture waits a little too, so that it is the best of several.
  const since = Math.max(turns.last_ms, moment.now_ms - moment.searching_ms + AFTER_MS);
  return { keep, send: keep && moment.now_ms - since >= EVERY_MS };
}

/** Variance of the Laplacian of grey pixels: how sharp a picture is, for pictures of one scene. */
export function sharpnessOf(rgba: Uint8ClampedArray, width: number, height: number): number {
  let [sum, squares, count] = [0, 0, 0];
  const at = (x: number, y: number): number => rgba[(y * width + x) * 4 + 1] ?? 0;
  for (let y = 1; y < height - 1; y += 2) {
    for (let x = 1; x < width - 1; x += 2) {
      const edge = 4 * at(x, y) - at(x - 1, y) - at(x + 1, y) - at(x, y - 1) - at(x, y + 1);
      sum += edge;
      squares += edge * edge;
      count += 1;
    }
  }
  return count === 0 ? 0 : squares / count - (sum / count) ** 2;
}

/** Corners of a sent picture as corners of the camera's picture. */
export function cameraQuad(quad: Quad, cut: Cut): Quad {
  const move = ({ x, y }: { x: number; y: number }): { x: number; y: number } => ({
    x: cut.part.x + x / cut.scale,
    y: cut.part.y + y / cut.scale,
  });
  return [move(quad[0]), move(quad[1]), move(quad[2]), move(quad[3])];
}

export interface SecondReader {
  /** Looks at the picture after a look of the phone's reader that found nothing. */
  readonly consider: (video: HTMLVideoElement, view: Size, searching_ms: number) => void;
  readonly asking: () => boolean;
  readonly stop: () => void;
}

/** Sends the sharpest picture now and then to the server, once the phone alone reads nothing. */
export function makeSecondReader(
  read: (photo: Blob) => Promise<ReadOutcome>,
  answered: (answer: Answered) => void,
): SecondReader {
  let turns = NO_TURNS;
  let stopped = false;
  let best: {
    readonly canvas: HTMLCanvasElement;
    readonly cut: Cut;
    readonly score: number;
  } | null = null;
  let spare = document.createElement("canvas");

  const keepIfSharper = (video: HTMLVideoElement, view: Size): void => {
    const cut = cutOf({ width: video.videoWidth, height: video.videoHeight }, view);
    const score = drawn(spare, video, cut);
    if (score === null || (best !== null && score <= best.score)) return;
    const freed: HTMLCanvasElement = best?.canvas ?? document.createElement("canvas");
    best = { canvas: spare, cut, score };
    spare = freed;
  };
  const send = async (picture: HTMLCanvasElement, cut: Cut): Promise<void> => {
    const photo = await new Promise<Blob | null>((resolve) => {
      picture.toBlob(resolve, "image/jpeg", JPEG_QUALITY);
    });
    const outcome: ReadOutcome = photo === null ? { kind: "unreachable" } : await read(photo);
    turns = { ...turns, asking: false, refused: outcome.kind === "refused" };
    if (stopped || outcome.kind !== "codes") return;
    const codes = outcome.codes.map(({ text, corners_px }) => ({
      text,
      corners_px: cameraQuad(corners_px, cut),
    }));
    answered({ codes, picture, cut });
  };
  return {
    consider(video, view, searching_ms) {
      const now_ms = performance.now();
      const awake = !document.hidden && navigator.onLine;
      const turn = turnOf(turns, { now_ms, searching_ms, awake });
      if (stopped || !turn.keep || video.videoWidth === 0) return;
      keepIfSharper(video, view);
      if (!turn.send || best === null) return;
      const { canvas, cut } = best;
      best = null;
      turns = { ...turns, tries: turns.tries + 1, last_ms: now_ms, asking: true };
      void send(canvas, cut);
    },
    asking: () => turns.asking,
    stop() {
      stopped = true;
      best = null;
    },
  };
}

function cutOf(picture: Size, view: Size): Cut {
  const part = visiblePart(picture, view);
  return { part, scale: Math.min(1, SENT_SIDE_PX / Math.max(part.width, part.height)) };
}

/** Draws the cut and measures its sharpness; null where the browser gives no pixels. */
function drawn(canvas: HTMLCanvasElement, video: HTMLVideoElement, cut: Cut): number | null {
  canvas.width = Math.max(1, Math.round(cut.part.width * cut.scale));
  canvas.height = Math.max(1, Math.round(cut.part.height * cut.scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) return null;
  const { x, y, width, height } = cut.part;
  context.drawImage(video, x, y, width, height, 0, 0, canvas.width, canvas.height);
  const side = Math.min(SHARPNESS_SIDE_PX, canvas.width, canvas.height);
  const [left, top] = [(canvas.width - side) >> 1, (canvas.height - side) >> 1];
  return sharpnessOf(context.getImageData(left, top, side, side).data, side, side);
}
