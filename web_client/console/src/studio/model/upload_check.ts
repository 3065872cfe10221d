import type { LimitsOut } from "../wire_types";

/** Why a file is refused before it is sent; the service looks into it afterwards. */
export type UploadRefusal =
  | { readonly kind: "empty" }
  | { readonly kind: "type"; readonly type: string }
  | { readonly kind: "bytes"; readonly mb: number; readonly most_mb: number };

const MB = 1024 * 1024;

export function checkUpload(
  file: Pick<File, "type" | "size">,
  limits: Pick<LimitsOut, "artwork_media_types" | "artwork_bytes">,
): UploadRefusal | null {
  if (file.size === 0) return { kind: "empty" };
  if (!limits.artwork_media_types.includes(file.type)) return { kind: "type", type: file.type };
  if (file.size > limits.artwork_bytes) {
    return {
      kind: "bytes",
      mb: Math.ceil((10 * file.size) / MB) / 10,
      most_mb: Math.floor(limits.artwork_bytes / MB),
    };
  }
  return null;
}
