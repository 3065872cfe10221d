import { describe, expect, it } from "vitest";

import { mountains } from "../src/brand/mountains";

describe("the landscape of dots", () => {
  const dots = mountains(68, 84);

  it("is ink for the most part, with some gold", () => {
    const gold = dots.filter((dot) => dot.isGold).length;
    expect(gold / dots.length).toBeGreaterThan(0.01);
    expect(gold / dots.length).toBeLessThan(0.1);
  });

  it("is the same every time and stays light", () => {
    expect(mountains(68, 84)).toEqual(dots);
    expect(dots.length).toBeLessThan(68 * 84);
  });

  it("keeps dots apart in their row and inside the picture's height", () => {
    for (const dot of dots) {
      expect(dot.r).toBeLessThanOrEqual(0.53);
      expect(dot.y).toBeGreaterThan(0);
      expect(dot.y).toBeLessThan(84);
    }
    expect(mountains(0, 0)).toEqual([]);
  });
});
