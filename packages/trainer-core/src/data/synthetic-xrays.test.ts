import { describe, expect, it } from "vitest";
import { crc32 } from "./crc32.js";
import { countLabels } from "./dataset.js";
import { createSyntheticXrays } from "./synthetic-xrays.js";
import { valuesOf } from "./testing-samples.js";

const small = { seed: 1, numTrain: 400, numVal: 50, numTest: 60 };

describe("createSyntheticXrays", () => {
  const dataset = createSyntheticXrays(small);

  it("makes three splits of 28x28 images of 8-bit values, both classes in each", () => {
    expect(dataset).toMatchObject({
      synthetic: true,
      sampleShape: [28, 28, 1],
      classNames: ["normal", "pneumonia"],
    });
    for (const [split, numSamples] of [
      ["train", 400],
      ["val", 50],
      ["test", 60],
    ] as const) {
      const samples = dataset[split];
      expect([samples.numSamples, valuesOf(samples).length]).toEqual([numSamples, numSamples * 784]);
      expect(samples.features).toBeInstanceOf(Uint8Array);
      expect(Math.min(...countLabels(samples.labels, 2))).toBeGreaterThan(numSamples / 5);
    }
  });

  it("makes the same images for the same seed, everywhere, and others for another", () => {
    expect(createSyntheticXrays(small)).toEqual(dataset);
    expect(createSyntheticXrays({ ...small, seed: 2 }).train.features).not.toEqual(dataset.train.features);
    const { train } = createSyntheticXrays({ ...small, numTrain: 50 });
    expect(crc32(valuesOf(train) as Uint8Array)).toBe(202_994_551);
  });

  it("never makes one image twice", () => {
    const images = new Set<number>();
    for (const samples of [dataset.train, dataset.val, dataset.test]) {
      for (let i = 0; i < samples.numSamples; i += 1) {
        images.add(crc32(valuesOf(samples).subarray(i * 784, (i + 1) * 784) as Uint8Array));
      }
    }
    expect(images.size).toBe(510);
  });

  it("does not give the class away by brightness alone", () => {
    const { labels, numSamples } = dataset.train;
    const values = Float64Array.from(valuesOf(dataset.train));
    const mean = Array.from({ length: numSamples }, (_, i) =>
      values.subarray(i * 784, (i + 1) * 784).reduce((sum, value) => sum + value, 0),
    );
    let wins = 0;
    let pairs = 0;
    for (let i = 0; i < numSamples; i += 1) {
      for (let j = 0; j < numSamples; j += 1) {
        if (labels[i] !== 1 || labels[j] !== 0) continue;
        wins += Number((mean[i] as number) > (mean[j] as number));
        pairs += 1;
      }
    }
    expect(wins / pairs).toBeGreaterThan(0.4);
    expect(wins / pairs).toBeLessThan(0.7);
  });

  it("refuses a count that is none", () => {
    expect(() => createSyntheticXrays({ seed: 1, numVal: 0 })).toThrow(
      "numVal: expected an integer >= 1, got 0",
    );
  });
});
