import { randomStream } from "@fedloom/fl-strategy";
import { describe, expect, it } from "vitest";
import type { Samples } from "../data/dataset.js";
import { type BatchesOptions, batches } from "./batches.js";

/** Seven images of one row; sample i is bright from column i on. */
const sampleShape = [1, 8, 1] as const;
const samples: Samples = {
  numSamples: 7,
  features: Float32Array.from({ length: 56 }, (_, i) => Number(i % 8 > Math.floor(i / 8))),
  labels: Uint8Array.from({ length: 7 }, (_, i) => i),
};

/** Each batch's labels, and where each of its images turns bright. */
function epoch(options: Omit<BatchesOptions, "sampleShape">): { labels: number[]; edges: number[] }[] {
  return Array.from(batches(samples, { ...options, sampleShape }), ({ size, images, labels }) => ({
    labels: [...labels],
    edges: Array.from(
      { length: size },
      (_, i) => images.slice(8 * i, 8 * i + 8).findIndex((value) => value > 0) - 1,
    ),
  }));
}

describe("batches", () => {
  it("keeps the order without variation; the last batch is what is left", () => {
    expect(epoch({ batchSize: 3 })).toEqual([
      { labels: [0, 1, 2], edges: [0, 1, 2] },
      { labels: [3, 4, 5], edges: [3, 4, 5] },
      { labels: [6], edges: [6] },
    ]);
    expect(epoch({ batchSize: 100 })).toHaveLength(1);
  });

  it("standardizes every image", () => {
    for (const { images } of batches(samples, { batchSize: 1, sampleShape })) {
      expect(images.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 4);
    }
  });

  it("shuffles: each sample once, with its own label, the same for the same seed", () => {
    const shuffled = (seed: number) =>
      epoch({ batchSize: 2, variation: { random: randomStream(seed), maxShift: 0 } });
    const labels = shuffled(1).flatMap((batch) => batch.labels);
    expect([...labels].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    for (const { labels, edges } of shuffled(1)) expect(edges).toEqual(labels);
    expect(shuffled(1)).toEqual(shuffled(1));
    expect(shuffled(2)).not.toEqual(shuffled(1));
  });

  it("moves images by no more than it is told to", () => {
    const moved = epoch({ batchSize: 7, variation: { random: randomStream(1), maxShift: 1 } });
    const distances = moved.flatMap(({ labels, edges }) => edges.map((edge, i) => edge - (labels[i] ?? 0)));
    expect(Math.max(...distances.map(Math.abs))).toBe(1);
  });
});
