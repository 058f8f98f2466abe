import { randomStream } from "@fedloom/fl-strategy";
import { describe, expect, it } from "vitest";
import type { FeatureFile, Samples } from "../data/dataset.js";
import { type BatchesOptions, batches } from "./batches.js";

/** Five samples of two values: 0 and 1, 2 and 3, … */
const samples: Samples = {
  numSamples: 5,
  features: Float32Array.from({ length: 10 }, (_, i) => i),
  labels: Uint8Array.of(4, 3, 2, 1, 0),
};
const plain: BatchesOptions = {
  order: Uint32Array.of(4, 0, 2),
  batchSize: 2,
  sampleShape: [2],
  numTargets: 0,
};

function all(of: Samples, options: BatchesOptions) {
  return Array.from(batches(of, options), ({ size, features, labels, targets }) => ({
    size,
    features: [...features],
    labels: [...labels],
    targets: targets && [...targets],
  }));
}

describe("batches", () => {
  it("takes the samples in the order that is asked for; the last batch is what is left", () => {
    expect(all(samples, plain)).toEqual([
      { size: 2, features: [8, 9, 0, 1], labels: [0, 4], targets: undefined },
      { size: 1, features: [4, 5], labels: [2], targets: undefined },
    ]);
  });

  it("makes 255ths of bytes, in memory or in a file", () => {
    const bytes = Uint8Array.of(0, 255, 51, 102, 0, 0, 0, 0, 204, 153);
    const file: FeatureFile = {
      path: "memory",
      rowBytes: 2,
      read: (row, into) => into.set(bytes.subarray(2 * row, 2 * row + 2)),
    };
    const values = [0.8, 0.6, 0, 1].map((value) => Math.fround(value));
    for (const features of [bytes, file]) {
      expect(all({ ...samples, features }, plain)[0]?.features).toEqual(values);
    }
  });

  it("gives rows of targets, and the class as the one number without", () => {
    const targets = Float32Array.from({ length: 10 }, (_, i) => -i);
    const rows = all({ ...samples, targets }, { ...plain, numTargets: 2 });
    expect(rows.map(({ targets }) => targets)).toEqual([
      [-8, -9, -0, -1],
      [-4, -5],
    ]);
    const numbers = all(samples, { ...plain, numTargets: 1 });
    expect(numbers.map(({ targets }) => targets)).toEqual([[0, 4], [2]]);
  });

  it("varies images without touching the samples", () => {
    const image: Samples = { numSamples: 1, features: Float32Array.of(1, 2, 3, 4), labels: Uint8Array.of(0) };
    const seen = new Set<string>();
    const random = randomStream(1);
    for (let i = 0; i < 20; i += 1) {
      const variation = { options: { flipHorizontal: true }, random };
      const order = Uint32Array.of(0);
      const [batch] = all(image, { order, batchSize: 1, sampleShape: [2, 2, 1], numTargets: 0, variation });
      seen.add(String(batch?.features));
    }
    expect([...seen].sort()).toEqual(["1,2,3,4", "2,1,4,3"]);
    expect([...(image.features as Float32Array)]).toEqual([1, 2, 3, 4]);
  });
});
