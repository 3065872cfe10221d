import { pictureRect, searchFrame, visiblePart, type Quad, type Rect, type Size } from "./geometry";
import type { FoundCode, ReadRequest, ReadResponse } from "./reader_messages";

/** What one camera picture gave, in pixels of the whole picture. */
export interface Sighting {
  readonly codes: readonly FoundCode[];
  readonly luma_mean: number;
  readonly glare_share: number;
  readonly motion: number;
  /** Longest side of an unread symbol as a share of the search frame; null when there is none. */
  readonly symbol_share: number | null;
}

export interface Reader {
  /** Reads the picture that the video shows now; null when the reader has failed. */
  readonly look: (video: HTMLVideoElement, view: Size) => Promise<Sighting | null>;
  readonly close: () => void;
}

/** Longest side handed to the reader: 25 modules of a framed label get over 20 pixels each. */
const MAX_SIDE_PX = 1024;
/** The close look takes the search frame and this much around it, at full camera resolution. */
const CLOSE_LOOK_MARGIN = 1.3;

interface Cut {
  readonly part: Rect;
  readonly scale: number;
}

export function startReader(): Reader {
  const worker = new Worker(new URL("./reader.worker.ts", import.meta.url), { type: "module" });
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  let next_id = 0;
  let failed = false;
  let settle: ((response: ReadResponse | null) => void) | null = null;

  const fail = (): void => {
    failed = true;
    settle?.(null);
    settle = null;
  };
  worker.onerror = fail;
  worker.onmessage = (event: MessageEvent<ReadResponse>) => {
    switch (event.data.kind) {
      case "ready":
        return;
      case "failed":
        fail();
        return;
      case "read":
        settle?.(event.data);
        settle = null;
        return;
      default:
        event.data satisfies never;
    }
  };

  const ask = (request: ReadRequest): Promise<ReadResponse | null> =>
    new Promise((resolve) => {
      settle = resolve;
      worker.postMessage(request, [request.rgba]);
    });

  return {
    async look(video, view) {
      const picture = { width: video.videoWidth, height: video.videoHeight };
      if (failed || context === null || picture.width === 0) return null;
      next_id += 1;
      const name = next_id % 2 === 1 ? "whole" : "close";
      const cut = name === "whole" ? wholeView(picture, view) : closeLook(picture, view);
      const pixels = grab(context, video, cut);
      const size = { width_px: pixels.width, height_px: pixels.height };
      const response = await ask({ id: next_id, cut: name, rgba: pixels.data.buffer, ...size });
      if (response?.kind !== "read") return null;
      return sighting(response, cut, pictureRect(searchFrame(view), picture, view).width);
    },
    close() {
      fail();
      worker.terminate();
    },
  };
}

function cutOf(part: Rect): Cut {
  return { part, scale: Math.min(1, MAX_SIDE_PX / Math.max(part.width, part.height)) };
}

function wholeView(picture: Size, view: Size): Cut {
  return cutOf(visiblePart(picture, view));
}

function closeLook(picture: Size, view: Size): Cut {
  const frame = pictureRect(searchFrame(view), picture, view);
  const margin = (frame.width * (CLOSE_LOOK_MARGIN - 1)) / 2;
  const left = Math.max(0, frame.x - margin);
  const top = Math.max(0, frame.y - margin);
  const width = Math.min(picture.width - left, frame.width * CLOSE_LOOK_MARGIN);
  const height = Math.min(picture.height - top, frame.height * CLOSE_LOOK_MARGIN);
  return cutOf({ x: left, y: top, width, height });
}

function grab(context: CanvasRenderingContext2D, video: HTMLVideoElement, cut: Cut): ImageData {
  const width = Math.max(1, Math.round(cut.part.width * cut.scale));
  const height = Math.max(1, Math.round(cut.part.height * cut.scale));
  if (context.canvas.width !== width) context.canvas.width = width;
  if (context.canvas.height !== height) context.canvas.height = height;
  const { x, y, width: from_width, height: from_height } = cut.part;
  context.drawImage(video, x, y, from_width, from_height, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

function sighting(
  response: Extract<ReadResponse, { kind: "read" }>,
  cut: Cut,
  frame_px: number,
): Sighting {
  const codes = response.codes.map((code) => ({
    ...code,
    corners_px: moved(code.corners_px, cut),
  }));
  const unread = codes.filter((code) => code.text === null).map((code) => side(code.corners_px));
  return {
    codes,
    luma_mean: response.luma_mean,
    glare_share: response.glare_share,
    motion: response.motion,
    symbol_share: unread.length > 0 ? Math.max(...unread) / frame_px : null,
  };
}

function moved(quad: Quad, cut: Cut): Quad {
  const move = ({ x, y }: { x: number; y: number }): { x: number; y: number } => ({
    x: cut.part.x + x / cut.scale,
    y: cut.part.y + y / cut.scale,
  });
  return [move(quad[0]), move(quad[1]), move(quad[2]), move(quad[3])];
}

function side(quad: Quad): number {
  return Math.max(
    Math.hypot(quad[1].x - quad[0].x, quad[1].y - quad[0].y),
    Math.hypot(quad[3].x - quad[0].x, quad[3].y - quad[0].y),
  );
}
