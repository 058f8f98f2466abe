import { describe, expect, it } from "vitest";
import { createRunningMean } from "./running-mean.js";

describe("createRunningMean", () => {
  it("weighs: counts 1, 3 of 0, 4 give 3; counts 10, 20, 70 of 1, 2, 3 give 2.6", () => {
    const first = createRunningMean(1);
    first.add([0], 1);
    first.add([4], 3);
    expect(first.mean()[0]).toBe(3);
    const second = createRunningMean(1);
    for (const [value, weight] of [
      [1, 10],
      [2, 20],
      [3, 70],
    ] as const)
      second.add([value], weight);
    expect(second.mean()[0]).toBeCloseTo(2.6, 15);
  });

  it("keeps float32 accuracy over 1,000 clients at 10000.2", () => {
    const vector = Float32Array.of(10000.2);
    const mean = createRunningMean(1);
    let naive = 0;
    for (let client = 0; client < 1000; client += 1) {
      mean.add(vector, 1);
      naive = Math.fround(naive + (vector[0] as number));
    }
    expect(Math.fround(mean.mean()[0] as number)).toBe(vector[0]);
    expect(Math.abs(naive / 1000 - 10000.2)).toBeGreaterThan(0.01); // what a float32 sum would have given
  });

  it("takes differences from an origin", () => {
    const mean = createRunningMean(2);
    mean.add([3, 5], 1, [1, 1]);
    mean.add([1, 1], 1, [1, 1]);
    expect([...mean.mean()]).toEqual([1, 2]);
    expect([mean.count, mean.totalWeight]).toEqual([2, 2]);
  });

  it("refuses another length, a bad weight and a mean of nothing", () => {
    const mean = createRunningMean(2);
    expect(() => mean.add([1], 1)).toThrow("vector: expected 2 elements, got 1");
    expect(() => mean.add([1, 2], 1, [1])).toThrow("vector: expected 2 elements, got 1");
    for (const weight of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => mean.add([1, 2], weight)).toThrow(`weight: expected a finite number >= 0, got ${weight}`);
    }
    expect(() => mean.mean()).toThrow("mean: expected a total weight > 0, got 0");
  });
});
