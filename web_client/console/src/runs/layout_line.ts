/** Layouts as the server reads them: `a4:label=56x28`, `diecut:label=40x40,outline=circle`. */

export type LayoutKind = "a4" | "roll" | "diecut";
export type Outline = "rectangle" | "rounded" | "circle";

export const LAYOUT_KINDS: readonly LayoutKind[] = ["a4", "roll", "diecut"];
export const OUTLINES: readonly Outline[] = ["rectangle", "rounded", "circle"];

/** Width and height in mm to begin with; small enough for the sheet, large enough to be read. */
export const USUAL_LABEL_MM: Readonly<Record<LayoutKind, readonly [number, number]>> = {
  a4: [56, 28],
  roll: [50, 30],
  diecut: [40, 40],
};

export interface Layout {
  readonly kind: LayoutKind;
  readonly widthMm: number;
  readonly heightMm: number;
  /** Of a die-cut label; the others are rectangles. */
  readonly outline: Outline;
}

export function layoutLine({ kind, widthMm, heightMm, outline }: Layout): string {
  const shape = kind === "diecut" ? `,outline=${outline}` : "";
  return `${kind}:label=${widthMm}x${heightMm}${shape}`;
}
