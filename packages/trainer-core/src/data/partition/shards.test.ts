import { describe, expect, it } from "vitest";
import { countLabels } from "../dataset.js";
import { partitionIndices } from "./partition-indices.js";

const countsOf = (labels: Uint8Array, parts: Uint32Array[], numClasses = 10) =>
  parts.map((part) => countLabels(labels, numClasses, part));

describe("shards", () => {
  it("gives each client its shards of the sorted samples", () => {
    const labels = Uint8Array.from([1, 0, 1, 0, 2, 2, 0, 1]);
    // Sorted: 1 3 6 0 2 7 4 5; four shards of two.
    const known = ["1,3", "6,0", "2,7", "4,5"];
    const parts = partitionIndices(labels, { kind: "shards", numClients: 2, seed: 1 });
    const found = parts.flatMap((part) => [part.slice(0, 2).join(), part.slice(2).join()]);
    expect(found.sort()).toEqual(known.sort());
  });

  it("is McMahan's: 200 shards of 300 of the MNIST class sizes, two each, at most four classes", () => {
    const sizes = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949];
    const labels = Uint8Array.from(sizes.flatMap((size, label) => new Array<number>(size).fill(label)));
    const parts = partitionIndices(labels, { kind: "shards", numClients: 100, seed: 1 });
    expect(parts.every((part) => part.length === 600)).toBe(true);
    const numClasses = countsOf(labels, parts).map((counts) => counts.filter((count) => count > 0).length);
    expect(Math.max(...numClasses)).toBeLessThanOrEqual(4);
    expect(numClasses.filter((count) => count <= 2).length).toBeGreaterThan(70);
  });

  it("needs a sample for each shard", () => {
    const options = { kind: "shards", numClients: 3, seed: 1, shardsPerClient: 4 } as const;
    expect(() => partitionIndices(new Uint8Array(11), options)).toThrow(
      "shardsPerClient: expected an integer in [1, 3], one sample a shard at least, got 4",
    );
  });
});
