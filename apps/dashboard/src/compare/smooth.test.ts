import { describe, expect, it } from "vitest";
import { smooth } from "./smooth.js";

describe("smooth", () => {
  it("leaves values as they are without a weight", () => {
    expect(smooth([1, null, 3], 0)).toEqual([1, null, 3]);
  });

  it("keeps a level line level from its first value on", () => {
    for (const value of smooth([4, 4, 4, 4], 0.9)) expect(value).toBeCloseTo(4);
  });

  it("draws each value towards those before", () => {
    const [first, second] = smooth([0, 3], 0.5);
    expect(first).toBe(0);
    expect(second).toBeCloseTo(2);
  });

  it("passes by gaps and infinities", () => {
    const [a, gap, infinite, b] = smooth([2, null, Number.POSITIVE_INFINITY, 2], 0.5);
    expect([gap, infinite]).toEqual([null, Number.POSITIVE_INFINITY]);
    expect([a, b]).toEqual([2, 2]);
  });
});
