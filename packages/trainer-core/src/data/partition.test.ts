import { describe, expect, it } from "vitest";
import { countLabels } from "./dataset.js";
import { type PartitionOptions, partitionIndices, partitionSamples } from "./partition.js";

const tenClasses = Uint8Array.from({ length: 10_000 }, (_, i) => i % 10);
const options: PartitionOptions[] = [
  { kind: "iid", numClients: 7, seed: 1 },
  { kind: "dirichlet", numClients: 7, seed: 1, alpha: 0.5 },
  { kind: "dirichlet", numClients: 7, seed: 1, alpha: 1000 },
];

/** Mean over clients of the share of their most frequent class. */
function topShare(labels: Uint8Array, parts: Uint32Array[]): number {
  const shares = parts.map((part) => {
    const counts = countLabels(
      Uint8Array.from(part, (index) => labels[index] as number),
      10,
    );
    return Math.max(...counts) / part.length;
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

describe("partitionIndices", () => {
  it.each(options)("deals every sample out exactly once, the same for the same seed: %j", (option) => {
    const parts = partitionIndices(tenClasses, option);
    expect(parts.length).toBe(7);
    const all = parts.flatMap((part) => [...part]).sort((a, b) => a - b);
    expect(all).toEqual(Array.from({ length: 10_000 }, (_, i) => i));
    expect(partitionIndices(tenClasses, option)).toEqual(parts);
    expect(partitionIndices(tenClasses, { ...option, seed: 2 })).not.toEqual(parts);
  });

  it("cuts evenly for iid", () => {
    const parts = partitionIndices(new Uint8Array(23), { kind: "iid", numClients: 5, seed: 1 });
    expect(parts.map((part) => part.length).sort()).toEqual([4, 4, 5, 5, 5]);
  });

  // Mean share of the top class, 10 classes x 1,000, 10 clients: medians known from 400 draws of another program.
  it.each([
    [0.1, 0.6],
    [0.5, 0.35],
    [1, 0.27],
    [100, 0.115],
  ])("skews as Dirichlet %d does: the top class has a share of %d", (alpha, expected) => {
    const shares = Array.from({ length: 41 }, (_, seed) =>
      topShare(
        tenClasses,
        partitionIndices(tenClasses, {
          kind: "dirichlet",
          numClients: 10,
          seed,
          alpha,
          minSize: 1,
          maxTries: 50,
        }),
      ),
    ).sort((a, b) => a - b);
    expect(Math.abs((shares[20] as number) / expected - 1)).toBeLessThan(0.06);
  });

  it("does not break on a tiny alpha: whole classes go to single clients", () => {
    const parts = partitionIndices(tenClasses, {
      kind: "dirichlet",
      numClients: 2,
      seed: 3,
      alpha: 1e-3,
      minSize: 1,
    });
    expect(parts.reduce((sum, part) => sum + part.length, 0)).toBe(10_000);
    expect(parts.every((part) => part.length % 1000 === 0)).toBe(true);
  });

  it("gives up after its tries with what it reached and what would help", () => {
    const option = { kind: "dirichlet", numClients: 20, seed: 1, alpha: 0.01 } as const;
    expect(() => partitionIndices(tenClasses, option)).toThrow(
      /expected at least 10 samples for each of 20 clients, got 0 for the smallest in the best of 10 draws; a larger alpha \(now 0.01\)/,
    );
  });

  it("refuses bad options", () => {
    const bad = (changes: object) => () =>
      partitionIndices(tenClasses, { kind: "dirichlet", numClients: 5, seed: 1, alpha: 1, ...changes });
    expect(bad({ numClients: 0 })).toThrow(
      "numClients: expected an integer in [1, 10000], one sample each at least, got 0",
    );
    expect(bad({ numClients: 10_001 })).toThrow("got 10001");
    for (const alpha of [0, -1, Number.NaN, Infinity]) {
      expect(bad({ alpha })).toThrow(`alpha: expected a finite number > 0, got ${alpha}`);
    }
    expect(bad({ minSize: 0 })).toThrow("minSize: expected an integer >= 1, got 0");
  });
});

describe("partitionSamples", () => {
  it("copies each client's images and labels", () => {
    const features = Float32Array.from({ length: 40 }, (_, i) => i);
    const samples = { numSamples: 20, features, labels: Uint8Array.from({ length: 20 }, (_, i) => i % 2) };
    const shares = partitionSamples(samples, { kind: "iid", numClients: 3, seed: 5 });
    expect(shares.map(({ numSamples }) => numSamples).reduce((a, b) => a + b)).toBe(20);
    for (const share of shares) {
      for (let i = 0; i < share.numSamples; i += 1) {
        const index = (share.features[2 * i] as number) / 2;
        expect(share.features[2 * i + 1]).toBe(2 * index + 1);
        expect(share.labels[i]).toBe(index % 2);
      }
    }
  });
});
