import { describe, expect, it } from "vitest";
import { countLabels } from "../dataset.js";
import { partitionIndices } from "./partition-indices.js";
import { tenClasses } from "./testing-partitions.js";

const countsOf = (labels: Uint8Array, parts: Uint32Array[], numClasses = 10) =>
  parts.map((part) => countLabels(labels, numClasses, part));

describe("quantity and power-law", () => {
  it("gives sizes in proportion to 1..N", () => {
    const options = { kind: "power-law", numClients: 10, seed: 1, exponent: 1 } as const;
    const sizes = partitionIndices(new Uint8Array(5500), options).map((part) => part.length);
    expect(sizes).toEqual([100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]);
    const equal = partitionIndices(new Uint8Array(100), { ...options, exponent: 0 });
    expect(equal.every((part) => part.length === 10)).toBe(true);
    expect(() => partitionIndices(new Uint8Array(50), { ...options, exponent: 9 })).toThrow(
      "got 0 for the smallest in the best of 1 draws; a smaller exponent (now 9) or fewer clients would help",
    );
  });

  it("keeps the classes of the whole while sizes differ", () => {
    const options = { kind: "quantity", numClients: 10, seed: 4, alpha: 0.5 } as const;
    const parts = partitionIndices(tenClasses, options);
    const sizes = parts.map((part) => part.length);
    expect(Math.max(...sizes) / Math.min(...sizes)).toBeGreaterThan(5);
    const largest = countsOf(tenClasses, parts)[sizes.indexOf(Math.max(...sizes))] as number[];
    expect(Math.max(...largest) / Math.min(...largest)).toBeLessThan(1.5);
  });
});
