import { prepareZXingModule, readBarcodes, type ReaderOptions } from "zxing-wasm/reader";
import wasmUrl from "zxing-wasm/reader/zxing_reader.wasm?url";
import { glareShare, meanLuma, motionBetween, thumbnail } from "./measures";
import type { FoundCode, ReadRequest, ReadResponse } from "./reader_messages";

/** Reads codes off the main thread, so that the page stays smooth while it searches. */
const OPTIONS: ReaderOptions = {
  formats: ["QRCode", "MicroQRCode", "RMQRCode", "DataMatrix"],
  tryHarder: true,
  tryRotate: true,
  tryInvert: true,
  tryDownscale: true,
  returnErrors: true,
  maxNumberOfSymbols: 8,
};

/** The worker's own scope; the DOM library types `self` as a window. */
interface WorkerScope {
  postMessage: (message: ReadResponse) => void;
  onmessage: ((event: MessageEvent<ReadRequest>) => void) | null;
}
declare const self: WorkerScope;

const earlier = new Map<ReadRequest["cut"], Uint8Array>();

async function read(request: ReadRequest): Promise<ReadResponse> {
  const pixels = new Uint8ClampedArray(request.rgba);
  const image = new ImageData(pixels, request.width_px, request.height_px);
  const results = await readBarcodes(image, OPTIONS);
  const thumb = thumbnail(pixels, request.width_px, request.height_px);
  const motion = motionBetween(earlier.get(request.cut) ?? null, thumb);
  earlier.set(request.cut, thumb);
  const codes = results.map(({ isValid, text, position }): FoundCode => ({
    text: isValid ? text : null,
    corners_px: [position.topLeft, position.topRight, position.bottomRight, position.bottomLeft],
  }));
  const light = { luma_mean: meanLuma(thumb), glare_share: glareShare(thumb) };
  return { kind: "read", id: request.id, codes, ...light, motion };
}

self.onmessage = (event) => {
  read(event.data).then(
    (response) => {
      self.postMessage(response);
    },
    () => {
      self.postMessage({ kind: "failed" });
    },
  );
};

prepareZXingModule({
  overrides: { locateFile: () => wasmUrl },
  fireImmediately: true,
}).then(
  () => {
    self.postMessage({ kind: "ready" });
  },
  () => {
    self.postMessage({ kind: "failed" });
  },
);
