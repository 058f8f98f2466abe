import { describe, expect, it } from "vitest";
import { countLabels } from "../dataset.js";
import { partitionIndices } from "./partition-indices.js";
import { tenClasses } from "./testing-partitions.js";

const countsOf = (labels: Uint8Array, parts: Uint32Array[], numClasses = 10) =>
  parts.map((part) => countLabels(labels, numClasses, part));

describe("pathological", () => {
  it.each([
    [10, 2],
    [7, 3],
    [100, 1],
    [2, 5],
  ])(
    "%d clients hold %d classes each, and every class is held alike often",
    (numClients, classesPerClient) => {
      const options = { kind: "pathological", numClients, seed: 5, classesPerClient } as const;
      const counts = countsOf(tenClasses, partitionIndices(tenClasses, options));
      const held = counts.map((row) => row.filter((count) => count > 0).length);
      expect(held).toEqual(new Array(numClients).fill(classesPerClient));
      const holders = tenClasses
        .slice(0, 10)
        .map((label) => counts.filter((row) => (row[label] as number) > 0).length);
      expect(Math.max(...holders) - Math.min(...holders)).toBeLessThanOrEqual(1);
      for (const [label, numHolders] of holders.entries()) {
        const shares = counts.map((row) => row[label] as number).filter((count) => count > 0);
        expect(shares.every((count) => Math.abs(count - 1000 / numHolders) < 1)).toBe(true);
      }
    },
  );

  it("refuses what cannot be done", () => {
    const attempt = (numClients: number, classesPerClient: number) => () =>
      partitionIndices(tenClasses, { kind: "pathological", numClients, seed: 5, classesPerClient });
    expect(attempt(3, 3)).toThrow(
      "classesPerClient: expected an integer in [4, 10], so that 3 clients hold all 10 classes, got 3",
    );
    expect(attempt(3, 11)).toThrow("got 11");
    const labels = new Uint8Array(20).fill(1, 19);
    expect(() =>
      partitionIndices(labels, { kind: "pathological", numClients: 8, seed: 5, classesPerClient: 1 }),
    ).toThrow(
      /expected at least 1 sample for each of 8 clients, got 0 for client \d; fewer clients or more classes/,
    );
  });
});
