import { describe, expect, it } from "vitest";
import { randomStream } from "./random.js";

const many = 20_000;
const moments = (draw: () => number) => {
  const values = Array.from({ length: many }, draw);
  const mean = values.reduce((sum, value) => sum + value, 0) / many;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / many };
};

describe("randomStream", () => {
  it("gives these numbers for this seed, for ever and everywhere", () => {
    const random = randomStream(42, "known answer", 1);
    expect([
      random.uniform(),
      random.integer(1000),
      random.normal(),
      random.gamma(0.3),
      random.gamma(2.5),
    ]).toEqual([0.9394189075862108, 357, -0.5559733621897331, 0.014550773219313962, 2.4397521291336672]);
  });

  it("repeats itself for equal keys and differs for any other", () => {
    const first = (...key: Parameters<typeof randomStream>) => randomStream(...key).uniform();
    expect(first(1, "selection", 2)).toBe(first(1, "selection", 2));
    const others = [
      first(1, "selection", 2),
      first(2, "selection", 2),
      first(1, "selection", 3),
      first(1, "selection", "2"),
    ];
    expect(new Set(others).size).toBe(4);
  });

  it("is uniform on [0, 1) and on integers", () => {
    const random = randomStream(3, "uniform");
    const { mean, variance } = moments(() => random.uniform());
    expect(mean).toBeCloseTo(0.5, 1.7);
    expect(variance).toBeCloseTo(1 / 12, 2);
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < many; i += 1) counts[random.integer(7)]! += 1;
    // chi-square with 6 degrees of freedom: 22.5 is passed once in a thousand seeds, and this seed is fixed
    expect(counts.reduce((sum, count) => sum + (count - many / 7) ** 2 / (many / 7), 0)).toBeLessThan(22.5);
  });

  it("draws normal and gamma variates with the right moments", () => {
    const random = randomStream(4, "moments");
    const normal = moments(() => random.normal());
    expect(Math.abs(normal.mean)).toBeLessThan(0.03);
    expect(Math.abs(normal.variance - 1)).toBeLessThan(0.05);
    for (const shape of [0.1, 0.5, 1, 4]) {
      const gamma = moments(() => random.gamma(shape));
      expect(Math.abs(gamma.mean / shape - 1)).toBeLessThan(0.1);
      expect(Math.abs(gamma.variance / shape - 1)).toBeLessThan(0.2);
    }
  });

  it("keeps gamma variates of tiny shape finite in log space", () => {
    const random = randomStream(5, "tiny");
    for (let i = 0; i < 1000; i += 1) expect(Number.isFinite(random.logGamma(1e-4))).toBe(true);
  });

  it("shuffles without losing anything", () => {
    const shuffled = randomStream(6, "shuffle").shuffle(Uint32Array.from({ length: 100 }, (_, i) => i));
    expect([...shuffled]).not.toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect([...shuffled].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  it("refuses bad arguments", () => {
    expect(() => randomStream(0.5)).toThrow("seed: expected an integer, got 0.5");
    expect(() => randomStream(1).integer(0)).toThrow("limit: expected an integer in [1, 2^32], got 0");
    expect(() => randomStream(1).gamma(0)).toThrow("shape: expected a number > 0, got 0");
  });
});
