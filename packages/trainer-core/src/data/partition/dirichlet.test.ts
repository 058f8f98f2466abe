import { describe, expect, it } from "vitest";
import { countLabels } from "../dataset.js";
import { partitionIndices } from "./partition-indices.js";
import type { PartitionOptions } from "./partition-options.js";
import { tenClasses } from "./testing-partitions.js";

const countsOf = (labels: Uint8Array, parts: Uint32Array[], numClasses = 10) =>
  parts.map((part) => countLabels(labels, numClasses, part));

/** Mean over clients of the share of their most frequent class. */
function topShare(parts: Uint32Array[]): number {
  const shares = countsOf(tenClasses, parts).map(
    (counts, client) => Math.max(...counts) / (parts[client] as Uint32Array).length,
  );
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

function medianTopShare(options: (seed: number) => PartitionOptions): number {
  const shares = Array.from({ length: 41 }, (_, seed) =>
    topShare(partitionIndices(tenClasses, options(seed))),
  );
  return shares.sort((a, b) => a - b)[20] as number;
}

describe("dirichlet", () => {
  // Mean share of the top class, 10 classes x 1,000, 10 clients: medians known from 400 draws of another program.
  it.each([
    [0.1, 0.6],
    [0.5, 0.35],
    [1, 0.27],
    [100, 0.115],
  ])("per class with alpha %d: the top class has a share of %d", (alpha, expected) => {
    const median = medianTopShare((seed) => ({
      kind: "dirichlet",
      numClients: 10,
      seed,
      alpha,
      minSize: 1,
      maxTries: 50,
    }));
    expect(Math.abs(median / expected - 1)).toBeLessThan(0.06);
  });

  it.each([
    [0.1, 0.67],
    [0.5, 0.38],
    [1, 0.29],
    [100, 0.123],
  ])("per client with alpha %d: the top class has a share of %d, sizes are equal", (alpha, expected) => {
    const options = { kind: "dirichlet-per-client", numClients: 10, alpha } as const;
    expect(Math.abs(medianTopShare((seed) => ({ ...options, seed })) / expected - 1)).toBeLessThan(0.1);
    const parts = partitionIndices(tenClasses, { ...options, seed: 1 });
    expect(parts.every((part) => part.length === 1000)).toBe(true);
  });

  it("per client follows the whole's mixture: a rare class is rare everywhere when alpha is large", () => {
    const labels = Uint8Array.from({ length: 10_000 }, (_, i) => (i % 10 === 0 ? 1 : 0));
    const options = { kind: "dirichlet-per-client", numClients: 5, seed: 3, alpha: 1e6 } as const;
    for (const [, rare = 0] of countsOf(labels, partitionIndices(labels, options), 2)) {
      expect(Math.abs(rare - 200)).toBeLessThan(60);
    }
  });

  it("does not break on a tiny alpha: whole classes go to single clients", () => {
    const options = { kind: "dirichlet", numClients: 2, seed: 3, alpha: 1e-3, minSize: 1 } as const;
    const parts = partitionIndices(tenClasses, options);
    expect(parts.every((part) => part.length % 1000 === 0)).toBe(true);
  });

  it("with balance gives nothing more to a client that has its equal part", () => {
    const options = { kind: "dirichlet", numClients: 5, seed: 1, alpha: 1e-3, minSize: 1 } as const;
    const sizes = (balance: boolean) =>
      partitionIndices(tenClasses, { ...options, balance, maxTries: 500 }).map((part) => part.length);
    // Whole classes go to single clients, and two of them are an equal part: nobody gets a third.
    expect(sizes(true)).toEqual([2000, 2000, 2000, 2000, 2000]);
    expect(Math.max(...sizes(false))).toBeGreaterThan(2000);
  });

  it("gives up after its tries with what it reached and what would help", () => {
    const option = { kind: "dirichlet", numClients: 20, seed: 1, alpha: 0.01 } as const;
    expect(() => partitionIndices(tenClasses, option)).toThrow(
      /expected at least 10 samples for each of 20 clients, got 0 for the smallest in the best of 10 draws; a larger alpha \(now 0.01\)/,
    );
  });
});
