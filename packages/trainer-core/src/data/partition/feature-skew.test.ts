import { describe, expect, it } from "vitest";
import type { FeatureFile } from "../dataset.js";
import { featureTransforms, transformSamples } from "./feature-skew.js";
import { turnImage } from "./turn-image.js";

const still = { rotation: 0, contrast: 1, brightness: 0, noise: 0 };

describe("featureTransforms", () => {
  it("spaces the levels evenly; noise rises from client to client", () => {
    const skew = { noise: 0.4, brightness: 0.2, contrast: 0.5, rotation: 30 };
    const transforms = featureTransforms({ numClients: 4, seed: 1, ...skew });
    expect(transforms.map(({ noise }) => noise)).toEqual([0.1, 0.2, 0.30000000000000004, 0.4]);
    const sorted = (values: number[]) => values.sort((a, b) => a - b);
    expect(sorted(transforms.map(({ rotation }) => rotation))).toEqual([
      -30,
      expect.closeTo(-10),
      expect.closeTo(10),
      30,
    ]);
    expect(sorted(transforms.map(({ contrast }) => contrast))[0]).toBe(0.5);
    expect(sorted(transforms.map(({ brightness }) => brightness))[3]).toBe(0.2);
    expect(featureTransforms({ numClients: 4, seed: 1, ...skew })).toEqual(transforms);
  });

  it("leaves everything as it is by default, and a single client in the middle", () => {
    expect(featureTransforms({ numClients: 2, seed: 1 })).toEqual([still, still]);
    expect(featureTransforms({ numClients: 1, seed: 1, rotation: 90, contrast: 1 })).toEqual([still]);
  });

  it.each([
    [{ noise: -1 }, "noise: expected a finite number >= 0, got -1"],
    [{ brightness: Infinity }, "brightness: expected a finite number >= 0, got Infinity"],
    [{ contrast: 1.5 }, "contrast: expected a number in [0, 1], got 1.5"],
    [{ rotation: 181 }, "rotation: expected a number in [0, 180], got 181"],
  ])("refuses %j", (skew, message) => {
    expect(() => featureTransforms({ numClients: 2, seed: 1, ...skew })).toThrow(message);
  });
});

describe("transformSamples", () => {
  const samples = {
    numSamples: 3,
    features: Uint8Array.from([0, 255, 51, 102, 255, 0]),
    labels: Uint8Array.of(0, 1, 0),
  };
  const parts = [Uint32Array.of(0, 2), Uint32Array.of(1)];

  it("changes each client's samples by its own transform, in a copy", () => {
    const transforms = [
      { ...still, brightness: 0.5 },
      { ...still, contrast: 0.5 },
    ];
    const { features, labels } = transformSamples(samples, parts, { sampleShape: [2], transforms, seed: 1 });
    expect([...(features as Float32Array)].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([
      0.5, 1.5, 0.25, 0.35, 1.5, 0.5,
    ]);
    expect(labels).toBe(samples.labels);
    expect(samples.features[0]).toBe(0);
  });

  it("adds noise of the given spread, the same for the same seed", () => {
    const plain = { numSamples: 1, features: new Float32Array(10_000), labels: Uint8Array.of(0) };
    const noisy = (seed: number) =>
      transformSamples(plain, [Uint32Array.of(0)], {
        sampleShape: [100, 100, 1],
        transforms: [{ ...still, noise: 0.5 }],
        seed,
      }).features as Float32Array;
    const values = noisy(1);
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    expect(Math.abs(deviation - 0.5)).toBeLessThan(0.02);
    expect(noisy(1).every((value, i) => value === values[i])).toBe(true);
    expect(noisy(2).some((value, i) => value !== values[i])).toBe(true);
  });

  it("refuses what it cannot turn or hold", () => {
    const turned = [{ ...still, rotation: 10 }, still];
    expect(() => transformSamples(samples, parts, { sampleShape: [2], transforms: turned, seed: 1 })).toThrow(
      "rotation: expected 0 for samples that are no images, got",
    );
    expect(() =>
      transformSamples(samples, parts, { sampleShape: [2], transforms: [still], seed: 1 }),
    ).toThrow("transforms: expected one for each of 2 parts, got 1");
    const file: FeatureFile = { path: "big.bin", rowBytes: 2, read: () => undefined };
    expect(() =>
      transformSamples({ ...samples, features: file }, parts, {
        sampleShape: [2],
        transforms: [still, still],
        seed: 1,
      }),
    ).toThrow(
      'feature: expected samples in memory, since a client\'s transform makes new ones of them, got "big.bin"',
    );
  });
});

describe("turnImage", () => {
  const turned = (image: number[], sampleShape: number[], degrees: number) => {
    const target = new Float32Array(image.length);
    turnImage(target, Float32Array.from(image), { sampleShape, degrees });
    return [...target];
  };
  const image = [1, 2, 3, 4, 5, 6, 7, 8, 9];

  it("turns by quarters exactly, counter-clockwise", () => {
    expect(turned(image, [3, 3, 1], 90)).toEqual([3, 6, 9, 2, 5, 8, 1, 4, 7]);
    expect(turned(image, [3, 3, 1], -90)).toEqual([7, 4, 1, 8, 5, 2, 9, 6, 3]);
    expect(turned(image, [3, 3, 1], 180)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(turned(image, [3, 3, 1], -180)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(turned([1, 10, 2, 20], [1, 2, 2], 180)).toEqual([2, 20, 1, 10]);
  });

  it("mixes the four nearest values in between", () => {
    // Column 1.7071 of a ramp that rises by 1 a column, at the middle row turned by 45 degrees: edges repeat.
    const ramp = [0, 1, 2, 0, 1, 2, 0, 1, 2];
    const half = turned(ramp, [3, 3, 1], 45);
    expect(half[4]).toBe(1);
    expect(half[5]).toBeCloseTo(1 + Math.SQRT1_2, 6);
    expect(half[1]).toBeCloseTo(1 + Math.SQRT1_2, 6);
    expect(half[2]).toBe(2);
  });

  it("knows sine and cosine as well as the machine does", () => {
    // A ramp turned about its centre gives the cosine at the right, the sine at the top.
    for (const degrees of [-170, -91, -45.5, -1, 7, 44, 46, 100, 135, 179]) {
      const wide = turned([-1, 0, 1, -1, 0, 1, -1, 0, 1], [3, 3, 1], degrees);
      const radians = (degrees * Math.PI) / 180;
      expect(wide[5]).toBeCloseTo(Math.cos(radians), 6);
      expect(wide[1]).toBeCloseTo(Math.sin(radians), 6);
    }
  });
});
