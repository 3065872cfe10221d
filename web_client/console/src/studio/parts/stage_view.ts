/** How the preview is looked at; none of it is part of the design. */

export type Desk = "desk" | "kraft" | "ink" | "brand";
export const DESKS: readonly Desk[] = ["desk", "kraft", "ink", "brand"];

export interface StageView {
  readonly desk: Desk;
  /** 1 fits the stage; real size ignores it. */
  readonly zoom: number;
  readonly isRealSize: boolean;
  readonly showsMargins: boolean;
  readonly showsMap: boolean;
}

export const FIRST_VIEW: StageView = {
  desk: "desk",
  zoom: 1,
  isRealSize: false,
  showsMargins: false,
  showsMap: false,
};

const ZOOMS: readonly number[] = [0.5, 0.75, 1, 1.5, 2, 3, 4];

export function nextZoom(zoom: number, isIn: boolean): number {
  const beyond = ZOOMS.filter((value) => (isIn ? value > zoom : value < zoom));
  return (isIn ? beyond[0] : beyond.at(-1)) ?? zoom;
}
