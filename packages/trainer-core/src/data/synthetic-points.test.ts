import { describe, expect, it } from "vitest";
import { crc32 } from "./crc32.js";
import { countLabels } from "./dataset.js";
import { portableSinCos } from "./sin-cos.js";
import { createBlobs, createTwoSpirals } from "./synthetic-points.js";
import { valuesOf } from "./testing-samples.js";

const checksum = (values: Float32Array | Uint8Array) => crc32(new Uint8Array(values.buffer));

describe("createBlobs", () => {
  it("makes points of the asked spread around a centre a class", () => {
    const { train, sampleShape, classNames, synthetic } = createBlobs({
      seed: 1,
      numTrain: 20_000,
      spread: 0.5,
      numFeatures: 3,
    });
    expect({ sampleShape, classNames, synthetic }).toEqual({
      sampleShape: [3],
      classNames: ["class 0", "class 1", "class 2"],
      synthetic: true,
    });
    expect(Math.min(...countLabels(train.labels, 3))).toBeGreaterThan(6000);
    const values = valuesOf(train);
    for (const label of [0, 1, 2]) {
      const own = [...train.labels.keys()]
        .filter((i) => train.labels[i] === label)
        .map((i) => values[3 * i] as number);
      const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
      const variance = own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length;
      expect(Math.abs(mean)).toBeLessThan(4.1);
      expect(Math.sqrt(variance)).toBeCloseTo(0.5, 1);
    }
  });

  it("refuses options that cannot be", () => {
    expect(() => createBlobs({ seed: 1, numClasses: 1 })).toThrow(
      "numClasses: expected an integer in [2, 256], got 1",
    );
    expect(() => createBlobs({ seed: 1, spread: 0 })).toThrow("spread: expected a number in (0, 1e6], got 0");
    expect(() => createBlobs({ seed: 1, numTest: 0.5 })).toThrow(
      "numTest: expected an integer in [1, 100000000], got 0.5",
    );
  });
});

describe("createTwoSpirals", () => {
  it("makes spirals that are each other turned by half a turn", () => {
    const { train } = createTwoSpirals({ seed: 1, noise: 0, turns: 2 });
    const values = valuesOf(train);
    for (let i = 0; i < train.numSamples; i += 1) {
      const [x = 0, y = 0] = values.subarray(2 * i, 2 * i + 2);
      const radius = Math.hypot(x, y);
      const angle = (4 * radius + (train.labels[i] as number)) * Math.PI;
      expect(Math.hypot(x - radius * Math.cos(angle), y - radius * Math.sin(angle))).toBeLessThan(1e-5);
      expect(radius).toBeLessThanOrEqual(1);
    }
  });

  it("refuses options that cannot be", () => {
    expect(() => createTwoSpirals({ seed: 1, turns: 0 })).toThrow(
      "turns: expected a number in (0, 100], got 0",
    );
    expect(() => createTwoSpirals({ seed: 1, noise: -1 })).toThrow(
      "noise: expected a number in [0, 10], got -1",
    );
  });
});

it("makes the same points for the same seed, everywhere, and others for another", () => {
  expect(checksum(valuesOf(createBlobs({ seed: 1 }).train))).toBe(2_240_751_943);
  expect(checksum(valuesOf(createTwoSpirals({ seed: 1 }).train))).toBe(1_978_710_261);
  expect(checksum(valuesOf(createTwoSpirals({ seed: 2 }).train))).not.toBe(1_978_710_261);
});

it("has a sine and a cosine as good as the machine's", () => {
  for (let angle = -1000; angle <= 1000; angle += 0.37) {
    const { sin, cos } = portableSinCos(angle);
    expect(Math.max(Math.abs(sin - Math.sin(angle)), Math.abs(cos - Math.cos(angle)))).toBeLessThan(1e-12);
  }
});
