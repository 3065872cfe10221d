/** The phone's camera: opening, torch, lens, and every way in which it can be refused. */
export type CameraProblem =
  "denied" | "no_camera" | "busy" | "in_app" | "insecure" | "unsupported" | "reader_failed";

export interface OpenCamera {
  readonly stream: MediaStream;
  readonly device_id: string | null;
  readonly has_torch: boolean;
  readonly setTorch: (on: boolean) => Promise<boolean>;
  readonly close: () => void;
}

/** Torch is in the Media Capture extensions, not in TypeScript's DOM library. */
interface TorchCapabilities extends MediaTrackCapabilities {
  readonly torch?: boolean;
}
interface TorchConstraint extends MediaTrackConstraintSet {
  readonly torch: boolean;
}

/** Enough pixels for a 12 mm label at arm's length; more only costs reading time. */
const WIDTH_PX = 1920;
const HEIGHT_PX = 1080;

const IN_APP =
  /MicroMessenger|QQ\/|Weibo|DingTalk|AlipayClient|aweme|FBAN|FBAV|Instagram|Line\/|XiaoHongShu/i;

export function isInAppBrowser(user_agent: string): boolean {
  return IN_APP.test(user_agent);
}

/** Why getUserMedia failed, from the DOMException name (Media Capture and Streams, 10.2). */
export function cameraProblem(error_name: string, user_agent: string): CameraProblem {
  switch (error_name) {
    case "NotAllowedError":
    case "SecurityError":
      return isInAppBrowser(user_agent) ? "in_app" : "denied";
    case "NotFoundError":
    case "OverconstrainedError":
      return "no_camera";
    case "NotReadableError":
    case "AbortError":
      return "busy";
    default:
      return isInAppBrowser(user_agent) ? "in_app" : "unsupported";
  }
}

/** Why there is no camera interface at all; null where there is one. */
export function missingInterface(): CameraProblem | null {
  // Old and in-app browsers have no mediaDevices, whatever the DOM library promises.
  if ("mediaDevices" in navigator && "getUserMedia" in navigator.mediaDevices) return null;
  if (isInAppBrowser(navigator.userAgent)) return "in_app";
  return window.isSecureContext ? "unsupported" : "insecure";
}

export async function openCamera(device_id: string | null): Promise<OpenCamera | CameraProblem> {
  const missing = missingInterface();
  if (missing !== null) return missing;
  const lens: MediaTrackConstraints =
    device_id === null
      ? { facingMode: { ideal: "environment" } }
      : { deviceId: { exact: device_id } };
  const video = { ...lens, width: { ideal: WIDTH_PX }, height: { ideal: HEIGHT_PX } };
  try {
    return openedCamera(await navigator.mediaDevices.getUserMedia({ video, audio: false }));
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    return cameraProblem(name, navigator.userAgent);
  }
}

function openedCamera(stream: MediaStream): OpenCamera {
  const track = stream.getVideoTracks()[0];
  const capabilities: TorchCapabilities =
    track !== undefined && "getCapabilities" in track ? track.getCapabilities() : {};
  return {
    stream,
    device_id: track?.getSettings().deviceId ?? null,
    has_torch: capabilities.torch === true,
    async setTorch(on) {
      const torch: TorchConstraint = { torch: on };
      try {
        await track?.applyConstraints({ advanced: [torch] });
        return true;
      } catch {
        return false;
      }
    },
    close() {
      for (const open of stream.getTracks()) open.stop();
    },
  };
}

/** Ids of the cameras, rear ones first as the browser lists them; names need a permission. */
export async function listLenses(): Promise<readonly string[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices
    .filter((device) => device.kind === "videoinput" && device.deviceId !== "")
    .map((device) => device.deviceId);
}

export function nextLens(lenses: readonly string[], current: string | null): string | null {
  if (lenses.length < 2) return null;
  const at = current === null ? -1 : lenses.indexOf(current);
  return lenses[(at + 1) % lenses.length] ?? null;
}
