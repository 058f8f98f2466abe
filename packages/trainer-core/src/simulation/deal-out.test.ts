import { describe, expect, it } from "vitest";
import type { Dataset } from "../data/dataset.js";
import { dealOut, keepHoldouts } from "./deal-out.js";

const samples = (labels: number[]) => ({
  numSamples: labels.length,
  features: Float32Array.from({ length: 2 * labels.length }, (_, i) => i),
  labels: Uint8Array.from(labels),
});

const points: Dataset = {
  name: "points",
  title: "points",
  synthetic: true,
  sampleShape: [2],
  classNames: ["a", "b", "c"],
  train: samples([0, 1, 2, 0, 1, 2]),
  val: samples([0]),
  test: samples([1]),
};

describe("dealing out", () => {
  it("leaves the samples as they are, unless clients are to see them differently", () => {
    const even = dealOut(points, { kind: "iid", numClients: 2, seed: 1 });
    expect(even.dataset).toBe(points);
    expect(even.shares.map(({ length }) => length)).toEqual([3, 3]);
    const skewed = dealOut(points, { kind: "feature", numClients: 2, seed: 1, brightness: 100 });
    const [first = new Uint32Array(), second = new Uint32Array()] = skewed.shares;
    const features = skewed.dataset.train.features as Float32Array;
    const changes = (share: Uint32Array) =>
      new Set(Array.from(share, (i) => (features[2 * i] as number) - 2 * i));
    expect(new Set([...changes(first), ...changes(second)])).toEqual(new Set([-100, 100]));
    expect(changes(first).size).toBe(1);
    expect(skewed.dataset.val).toBe(points.val);
  });

  it("keeps a part of each client's samples to evaluate on", () => {
    const shares = [Uint32Array.of(0, 1, 2, 3), Uint32Array.of(4, 5)];
    const kept = keepHoldouts(shares, { share: 0.5, seed: 1 });
    expect(kept.shares.map(({ length }) => length)).toEqual([2, 1]);
    expect(kept.holdouts?.map(({ length }) => length)).toEqual([2, 1]);
    expect(keepHoldouts(shares, { share: 0, seed: 1 })).toEqual({ shares });
  });
});
