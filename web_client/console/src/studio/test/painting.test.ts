import { describe, expect, it } from "vitest";

import { extended, mapSize, paintingFromJson } from "../model/painting";

const stroke = { brush: "matters", radius: 0.04, points: [] } as const;

describe("painting", () => {
  it("is as large as the service reads it, in the shape of the artwork", () => {
    expect(mapSize(480, 240)).toEqual({ width: 512, height: 256 });
    expect(mapSize(100, 3000)).toEqual({ width: 17, height: 512 });
    expect(mapSize(1, 9000)).toEqual({ width: 16, height: 512 });
  });

  it("keeps the first dab and leaves out points that nobody could tell apart", () => {
    const dab = extended(stroke, 0.5, 0.5);
    expect(dab.points).toEqual([0.5, 0.5]);
    expect(extended(dab, 0.501, 0.5)).toBe(dab);
    expect(extended(dab, 0.6, 0.5).points).toEqual([0.5, 0.5, 0.6, 0.5]);
  });

  it("is read back from a draft, without what no brush can have made", () => {
    const whole = { id: "map", strokes: [{ ...stroke, points: [0.1, 0.2] }] };
    expect(paintingFromJson(JSON.parse(JSON.stringify(whole)))).toEqual(whole);
    expect(paintingFromJson(null)).toBeNull();
    expect(paintingFromJson({ id: 7, strokes: [] })).toBeNull();
    const odd = [{ brush: "fire", radius: 1, points: [] }, { ...stroke, points: ["a"] }, 4];
    expect(paintingFromJson({ id: "map", strokes: odd })).toEqual({ id: "map", strokes: [] });
  });
});
