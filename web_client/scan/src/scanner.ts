import { boundsOf, centreOf, pictureRect, searchFrame, type Quad, type Size } from "./geometry";
import { chooseHint, holdHint, type HeldHint, type Hint } from "./hints";
import { classifyPayload, type Payload } from "./payload";
import type { Reader, Sighting } from "./reader";

/** A code that is to be acted on, with its corners in picture pixels. */
export interface Found {
  readonly payload: Payload;
  readonly quad: Quad;
}

/** Time between two looks: about ten a second, which leaves the phone cool. */
const REST_MS = 70;
/** Looks in a row that must show the same foreign code before it is called one. */
const FOREIGN_LOOKS = 4;

/** What one sighting means; `frame` is the search frame in picture pixels. */
export function judge(
  sighting: Sighting,
  frame: { x: number; y: number; width: number; height: number },
  own_host: string,
): { readonly own: Found | null; readonly own_codes: number; readonly foreign: Found | null } {
  const own = new Map<string, Found>();
  let foreign: Found | null = null;
  for (const { text, corners_px } of sighting.codes) {
    if (text === null) continue;
    const payload = classifyPayload(text, own_host);
    if (payload.kind === "query") own.set(payload.payload, { payload, quad: corners_px });
    else foreign ??= { payload, quad: corners_px };
  }
  const all = [...own.values()];
  const inside = all.filter(({ quad }) => {
    const { x, y } = centreOf(quad);
    const across = x >= frame.x && x <= frame.x + frame.width;
    return across && y >= frame.y && y <= frame.y + frame.height;
  });
  const chosen = all.length === 1 ? all[0] : inside.length === 1 ? inside[0] : undefined;
  const own_codes = chosen === undefined ? all.length : 1;
  return { own: chosen ?? null, own_codes, foreign: all.length === 0 ? foreign : null };
}

export interface ScannerEvents {
  readonly onHint: (hint: Hint) => void;
  readonly onFound: (found: Found) => void;
  readonly onFailed: () => void;
}

/** Looks at the video until a code is found, the reader fails or it is stopped. */
export function startScanner(
  video: HTMLVideoElement,
  reader: Reader,
  view: () => Size,
  events: ScannerEvents,
): () => void {
  let running = true;
  const started_ms = performance.now();
  let held: HeldHint = { hint: "starting", since_ms: started_ms };
  let foreign_looks = 0;

  const show = (hint: Hint): void => {
    const next = holdHint(held, hint, performance.now());
    if (next !== held) events.onHint(next.hint);
    held = next;
  };
  const finish = (found: Found): void => {
    running = false;
    show("read");
    events.onFound(found);
  };
  const lookOnce = async (): Promise<void> => {
    const size = view();
    const sighting = await reader.look(video, size);
    if (sighting === null) {
      if (isStopped()) return;
      if (video.videoWidth > 0) stopFailed();
      return;
    }
    const picture = { width: video.videoWidth, height: video.videoHeight };
    const frame = pictureRect(searchFrame(size), picture, size);
    const verdict = judge(sighting, frame, location.host);
    if (isStopped()) return;
    foreign_looks = verdict.foreign === null ? 0 : foreign_looks + 1;
    if (verdict.own !== null) finish(verdict.own);
    else if (verdict.foreign !== null && foreign_looks >= FOREIGN_LOOKS) finish(verdict.foreign);
    else {
      const measures = { ...sighting, own_codes: verdict.own_codes };
      show(chooseHint(measures, performance.now() - started_ms));
    }
  };
  // Read through a function: the flag changes while a look is awaited.
  const isStopped = (): boolean => !running;
  const stopFailed = (): void => {
    running = false;
    events.onFailed();
  };
  const loop = async (): Promise<void> => {
    while (!isStopped()) {
      await lookOnce();
      await new Promise((resolve) => setTimeout(resolve, REST_MS));
    }
  };
  loop().catch(stopFailed);
  return () => {
    running = false;
  };
}

const CROP_SIDE_PX = 320;

/** The code as the camera saw it, with a little of the label around it. */
export function cropOf(video: HTMLVideoElement, quad: Quad): HTMLCanvasElement {
  const bounds = boundsOf(quad);
  const side = Math.max(bounds.width, bounds.height) * 1.3;
  const canvas = document.createElement("canvas");
  canvas.width = CROP_SIDE_PX;
  canvas.height = CROP_SIDE_PX;
  const left = bounds.x + bounds.width / 2 - side / 2;
  const top = bounds.y + bounds.height / 2 - side / 2;
  const context = canvas.getContext("2d");
  context?.drawImage(video, left, top, side, side, 0, 0, CROP_SIDE_PX, CROP_SIDE_PX);
  return canvas;
}
