import { listLenses, nextLens, openCamera, type CameraProblem, type OpenCamera } from "./camera";
import type { ReadOutcome } from "./api";
import { viewQuad, type Quad, type Size } from "./geometry";
import type { Hint } from "./hints";
import { startReader, type Reader } from "./reader";
import { cropOf, startScanner, type Found } from "./scanner";
import type { SearchFrame } from "./search_frame";

/** The camera, the reader and the gold frame together: everything behind the scan screen. */
export interface Viewfinder {
  readonly open: () => Promise<void>;
  readonly close: () => void;
  readonly resized: () => void;
  readonly toggleTorch: () => Promise<void>;
  readonly switchLens: () => Promise<void>;
  readonly state: () => { readonly torch: boolean | null; readonly has_lenses: boolean };
}

export interface ViewfinderEvents {
  readonly onHint: (hint: Hint) => void;
  readonly onFound: (found: Found, crop: HTMLCanvasElement) => void;
  readonly onProblem: (problem: CameraProblem) => void;
  /** Torch, lenses or picture changed: the tools must be drawn again. */
  readonly onChange: () => void;
}

export function makeViewfinder(
  video: HTMLVideoElement,
  frame: SearchFrame,
  readOnServer: (photo: Blob) => Promise<ReadOutcome>,
  view: () => Size,
  events: ViewfinderEvents,
): Viewfinder {
  let camera: OpenCamera | null = null;
  let reader: Reader | null = null;
  let lenses: readonly string[] = [];
  /** The lens that the person has switched to; null for the one that the phone proposes. */
  let chosen_lens: string | null = null;
  let torch = false;
  let stopScanner: () => void = () => undefined;
  /** Each opening has a number; a slow one that was overtaken closes its camera again. */
  let opening = 0;

  const close = (): void => {
    opening += 1;
    stopScanner();
    camera?.close();
    camera = null;
    torch = false;
    frame.hide();
  };
  const fail = (problem: CameraProblem): void => {
    if (problem === "reader_failed") {
      reader?.close();
      reader = null;
    }
    close();
    events.onProblem(problem);
  };
  const snapTo = (quad: Quad): void => {
    frame.snap(viewQuad(quad, { width: video.videoWidth, height: video.videoHeight }, view()));
  };
  const openLens = async (device_id: string | null): Promise<void> => {
    close();
    const mine = opening;
    const wanted = await openCamera(device_id);
    // A lens that is gone, an unplugged camera perhaps, must not cost the person the others.
    const opened = wanted === "no_camera" && device_id !== null ? await openCamera(null) : wanted;
    if (typeof opened === "string") {
      if (mine === opening) fail(opened);
      return;
    }
    if (mine !== opening) {
      opened.close();
      return;
    }
    camera = opened;
    video.srcObject = opened.stream;
    // Autoplay may refuse until a touch; the picture then starts with the next one.
    await video.play().catch(() => undefined);
    lenses = await listLenses();
    reader ??= startReader();
    frame.search(view());
    events.onChange();
    stopScanner = startScanner(video, reader, readOnServer, view, {
      onHint: events.onHint,
      onFound(found, answer) {
        const crop = cropOf(video, found.quad, answer);
        video.pause();
        snapTo(found.quad);
        events.onFound(found, crop);
      },
      onFailed() {
        fail("reader_failed");
      },
    });
  };
  return {
    open: () => openLens(chosen_lens),
    close,
    resized() {
      if (camera !== null) frame.search(view());
    },
    async toggleTorch() {
      if (camera !== null && (await camera.setTorch(!torch))) torch = !torch;
      events.onChange();
    },
    async switchLens() {
      const next = nextLens(lenses, camera?.device_id ?? null);
      if (next === null) return;
      chosen_lens = next;
      await openLens(next);
    },
    state: () => ({
      torch: camera?.has_torch === true ? torch : null,
      has_lenses: lenses.length > 1,
    }),
  };
}
