import { boundsOf, centreOf, pictureRect, searchFrame, type Quad, type Size } from "./geometry";
import { chooseHint, holdHint, type HeldHint, type Hint } from "./hints";
import { classifyPayload, type Payload } from "./payload";
import type { ReadOutcome } from "./api";
import type { Reader, Sighting } from "./reader";
import { makeSecondReader, type Answered } from "./second_reader";

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
  sighting: Pick<Sighting, "codes">,
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
  /** `picture` holds the code where the server read it; else it is what the video shows. */
  readonly onFound: (found: Found, picture: Answered | null) => void;
  readonly onFailed: () => void;
}

/** Looks at the video until a code is found, the reader fails or it is stopped. */
export function startScanner(
  video: HTMLVideoElement,
  reader: Reader,
  readOnServer: (photo: Blob) => Promise<ReadOutcome>,
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
  const finish = (found: Found, picture: Answered | null): void => {
    running = false;
    second.stop();
    show("read");
    events.onFound(found, picture);
  };
  const frameInPicture = (size: Size): ReturnType<typeof pictureRect> => {
    const picture = { width: video.videoWidth, height: video.videoHeight };
    return pictureRect(searchFrame(size), picture, size);
  };
  // Only a code of our form is taken from the server: what is foreign, the phone says by itself.
  const second = makeSecondReader(readOnServer, (answer) => {
    if (isStopped()) return;
    const { own } = judge(answer, frameInPicture(view()), location.host);
    if (own !== null) finish(own, answer);
  });
  const lookOnce = async (): Promise<void> => {
    const size = view();
    const sighting = await reader.look(video, size);
    if (sighting === null) {
      if (isStopped()) return;
      if (video.videoWidth > 0) stopFailed();
      return;
    }
    if (isStopped()) return;
    const verdict = judge(sighting, frameInPicture(size), location.host);
    foreign_looks = verdict.foreign === null ? 0 : foreign_looks + 1;
    if (verdict.own !== null) finish(verdict.own, null);
    else if (verdict.foreign !== null && foreign_looks >= FOREIGN_LOOKS) {
      finish(verdict.foreign, null);
    } else {
      const searching_ms = performance.now() - started_ms;
      // With codes in sight the phone reads well: nothing is sent while a person has to choose.
      if (verdict.own_codes === 0 && verdict.foreign === null) {
        second.consider(video, size, searching_ms);
      }
      const measures = { ...sighting, own_codes: verdict.own_codes };
      show(second.asking() ? "asking" : chooseHint(measures, searching_ms));
    }
  };
  // Read through a function: the flag changes while a look is awaited.
  const isStopped = (): boolean => !running;
  const stopFailed = (): void => {
    running = false;
    second.stop();
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
    second.stop();
  };
}

const CROP_SIDE_PX = 320;

/** The code as the camera saw it, with a little of the label around it. */
export function cropOf(
  video: HTMLVideoElement,
  quad: Quad,
  answer: Answered | null,
): HTMLCanvasElement {
  const bounds = boundsOf(quad);
  const side = Math.max(bounds.width, bounds.height) * 1.3;
  const canvas = document.createElement("canvas");
  canvas.width = CROP_SIDE_PX;
  canvas.height = CROP_SIDE_PX;
  // The video has moved on since the server was asked: its picture is the one that was read.
  const scale = answer?.cut.scale ?? 1;
  const left = bounds.x + bounds.width / 2 - side / 2 - (answer?.cut.part.x ?? 0);
  const top = bounds.y + bounds.height / 2 - side / 2 - (answer?.cut.part.y ?? 0);
  const [x, y, length] = [left * scale, top * scale, side * scale];
  canvas
    .getContext("2d")
    ?.drawImage(answer?.picture ?? video, x, y, length, length, 0, 0, CROP_SIDE_PX, CROP_SIDE_PX);
  return canvas;
}
