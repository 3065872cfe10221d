import { describe, expect, it } from "vitest";
import { chooseHint, holdHint, type FrameMeasures } from "../src/hints";
import { glareShare, meanLuma, motionBetween, THUMB_SIDE_PX, thumbnail } from "../src/measures";

const CALM: FrameMeasures = {
  luma_mean: 120,
  glare_share: 0,
  motion: 1,
  symbol_share: null,
  own_codes: 0,
};

describe("hint", () => {
  it.each([
    ["nothing yet", {}, 0, "aim"],
    ["nothing for long", {}, 5000, "closer"],
    ["dark", { luma_mean: 20, motion: 30 }, 0, "more_light"],
    ["moving", { motion: 30, glare_share: 0.5 }, 0, "hold_still"],
    ["glare", { glare_share: 0.2 }, 0, "tilt_against_glare"],
    ["small symbol", { symbol_share: 0.1 }, 0, "closer"],
    ["symbol of good size that cannot be read", { symbol_share: 0.6 }, 0, "hold_still"],
    ["symbol over the frame", { symbol_share: 1.2 }, 0, "farther"],
    ["two codes of ours", { own_codes: 2, luma_mean: 20 }, 0, "one_code"],
  ] as const)("%s", (_name, measures, searching_ms, hint) => {
    expect(chooseHint({ ...CALM, ...measures }, searching_ms)).toBe(hint);
  });

  it("stays long enough to be read", () => {
    const held = { hint: "aim", since_ms: 0 } as const;
    expect(holdHint(held, "closer", 500)).toBe(held);
    expect(holdHint(held, "closer", 1500)).toEqual({ hint: "closer", since_ms: 1500 });
  });

  it("gives way at once when the code is read or the camera has started", () => {
    expect(holdHint({ hint: "aim", since_ms: 0 }, "read", 1).hint).toBe("read");
    expect(holdHint({ hint: "starting", since_ms: 0 }, "aim", 1).hint).toBe("aim");
  });
});

/** A flat RGBA picture. */
function flat(
  red: number,
  green: number,
  blue: number,
  width: number,
  height: number,
): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let at = 0; at < pixels.length; at += 4) pixels.set([red, green, blue, 255], at);
  return pixels;
}

describe("measures", () => {
  // Rec. 601: 0.299 R + 0.587 G + 0.114 B, here within one level of 8-bit weights.
  it.each([
    ["black", [0, 0, 0], 0],
    ["white", [255, 255, 255], 255],
    ["red", [255, 0, 0], 76.2],
    ["green", [0, 255, 0], 149.7],
    ["blue", [0, 0, 255], 29.1],
  ] as const)("luma of %s", (_name, [red, green, blue], luma) => {
    const measured = meanLuma(thumbnail(flat(red, green, blue, 30, 50), 30, 50));
    expect(Math.abs(measured - luma)).toBeLessThanOrEqual(1.2);
  });

  it("glare is the burnt share of the middle", () => {
    expect(glareShare(thumbnail(flat(255, 255, 255, 64, 64), 64, 64))).toBe(1);
    const spot = new Uint8Array(THUMB_SIDE_PX * THUMB_SIDE_PX);
    // Eight of the 32 rows of the middle half are burnt: a quarter.
    for (let row = 20; row < 28; row += 1) spot.fill(255, row * 64, row * 64 + 64);
    expect(glareShare(spot)).toBe(0.25);
  });

  it("motion is zero for the same picture and for the first one", () => {
    const thumb = new Uint8Array(THUMB_SIDE_PX * THUMB_SIDE_PX).fill(90);
    expect(motionBetween(null, thumb)).toBe(0);
    expect(motionBetween(thumb, thumb)).toBe(0);
    expect(
      motionBetween(
        thumb,
        thumb.map((luma) => luma + 20),
      ),
    ).toBe(20);
  });
});
