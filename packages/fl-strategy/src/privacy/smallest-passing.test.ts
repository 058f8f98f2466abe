import { describe, expect, it } from "vitest";
import { smallestPassing } from "./smallest-passing.js";

describe("smallestPassing", () => {
  it.each([1e-9, 0.3, 1, 7.5, 1e12])("finds the first number from %d on, and it passes", (edge) => {
    for (const start of [1e-3, 1, 1e3]) {
      const found = smallestPassing((x) => x >= edge, { start }) as number;
      expect(found).toBeGreaterThanOrEqual(edge);
      expect(found / edge - 1).toBeLessThan(1e-14);
    }
  });

  it("stops at the tolerance and at the limit", () => {
    const found = smallestPassing((x) => x >= 3, { start: 1, tolerance: 0.01 }) as number;
    expect(found).toBeGreaterThanOrEqual(3);
    expect(found).toBeLessThan(3.04);
    expect(smallestPassing((x) => x >= 3, { start: 1, limit: 2.9 })).toBeUndefined();
    expect(smallestPassing(() => false, { start: 1 })).toBeUndefined();
  });
});
