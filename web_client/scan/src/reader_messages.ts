import type { Quad } from "./geometry";

/** One camera picture for the worker; the pixels are handed over, not copied. */
export interface ReadRequest {
  readonly id: number;
  /** Motion is measured between pictures of the same cut only. */
  readonly cut: "whole" | "close";
  readonly rgba: ArrayBuffer;
  readonly width_px: number;
  readonly height_px: number;
}

export interface FoundCode {
  /** Text of the code; null where a symbol was found but could not be read. */
  readonly text: string | null;
  readonly corners_px: Quad;
}

export type ReadResponse =
  | {
      readonly kind: "read";
      readonly id: number;
      readonly codes: readonly FoundCode[];
      readonly luma_mean: number;
      readonly glare_share: number;
      readonly motion: number;
    }
  | { readonly kind: "ready" }
  | { readonly kind: "failed" };
