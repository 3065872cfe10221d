import type { Crop } from "./brief";

export type CropGrip = "whole" | "top_left" | "top_right" | "bottom_left" | "bottom_right";

/** Less than this share of the artwork is no picture any more. */
const LEAST_SHARE = 0.05;

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

function rounded({ left, top, right, bottom }: Crop): Crop {
  const round = (share: number): number => Math.round(1e4 * share) / 1e4;
  return { left: round(left), top: round(top), right: round(right), bottom: round(bottom) };
}

/** The crop after a grip has been moved, in shares of the artwork. */
export function movedCrop(crop: Crop, grip: CropGrip, right: number, down: number): Crop {
  if (grip === "whole") {
    const x = within(right, -crop.left, 1 - crop.right);
    const y = within(down, -crop.top, 1 - crop.bottom);
    return rounded({
      left: crop.left + x,
      right: crop.right + x,
      top: crop.top + y,
      bottom: crop.bottom + y,
    });
  }
  const isLeft = grip === "top_left" || grip === "bottom_left";
  const isTop = grip === "top_left" || grip === "top_right";
  return rounded({
    left: isLeft ? within(crop.left + right, 0, crop.right - LEAST_SHARE) : crop.left,
    right: isLeft ? crop.right : within(crop.right + right, crop.left + LEAST_SHARE, 1),
    top: isTop ? within(crop.top + down, 0, crop.bottom - LEAST_SHARE) : crop.top,
    bottom: isTop ? crop.bottom : within(crop.bottom + down, crop.top + LEAST_SHARE, 1),
  });
}
