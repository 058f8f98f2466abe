import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classicGaussianSigma, gaussianDelta, gaussianEpsilon, gaussianSigma } from "./gaussian-mechanism.js";
import { normalDensity } from "./normal-distribution.js";

/** The hockey-stick divergence of N(mu, 1) and N(0, 1) by Simpson's rule on [from where the loss exceeds epsilon, ...]. */
function integratedDelta(epsilon: number, mu: number): number {
  const from = epsilon / mu + mu / 2;
  const steps = 20_000;
  const width = 14 / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i += 1) {
    const x = from + i * width;
    const value = normalDensity(x - mu) - Math.exp(epsilon) * normalDensity(x);
    sum += value * (i === 0 || i === steps ? 1 : i % 2 ? 4 : 2);
  }
  return (sum * width) / 3;
}

describe("the Gaussian mechanism", () => {
  it.each([
    [0.5, 7.0318],
    [1, 3.7306],
    [8, 0.6002],
  ])("needs at epsilon %d and delta 1e-5 the published sigma %d", (epsilon, sigma) => {
    expect(gaussianSigma({ epsilon, delta: 1e-5 })).toBeCloseTo(sigma, 4);
    expect(gaussianSigma({ epsilon, delta: 1e-5, sensitivity: 2 })).toBeCloseTo(2 * sigma, 3);
  });

  it("knows the classic sigma, and where it is not proved", () => {
    expect(classicGaussianSigma({ epsilon: 0.5, delta: 1e-5 })).toBeCloseTo(9.6896, 4);
    expect(() => classicGaussianSigma({ epsilon: 1, delta: 1e-5 })).toThrow(
      "epsilon: expected a number in (0, 1), got 1",
    );
  });

  it("agrees with numeric integration", () => {
    for (const [epsilon, mu] of [
      [0.5, 0.2],
      [1, 0.3],
      [3, 1],
      [0, 0.5],
      [8, 2.5],
    ] as const) {
      const delta = gaussianDelta({ epsilon, sigma: 1 / mu });
      expect(Math.abs(delta / integratedDelta(epsilon, mu) - 1)).toBeLessThan(1e-9);
    }
  });

  it("composes full participation exactly: z 5, 10 rounds", () => {
    expect(gaussianEpsilon({ sigma: 5 / Math.sqrt(10), delta: 1e-5 })).toBeCloseTo(2.5944, 4);
  });

  it("never gives more than delta, nor wastes noise", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -4, max: 2, noNaN: true }),
        fc.double({ min: -12, max: -0.5, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        (logEpsilon, logDelta, sensitivity) => {
          const epsilon = 10 ** logEpsilon;
          const delta = 10 ** logDelta;
          const sigma = gaussianSigma({ epsilon, delta, sensitivity });
          const got = gaussianDelta({ epsilon, sigma, sensitivity });
          expect(got).toBeLessThanOrEqual(delta);
          expect(gaussianDelta({ epsilon, sigma: sigma * (1 - 1e-6), sensitivity })).toBeGreaterThan(delta);
          expect(gaussianEpsilon({ delta, sigma, sensitivity })).toBeLessThanOrEqual(epsilon * (1 + 1e-9));
          if (epsilon < 1) {
            expect(sigma).toBeLessThan(classicGaussianSigma({ epsilon, delta, sensitivity }));
          }
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  it("stays right at the ends", () => {
    expect(gaussianEpsilon({ sigma: 0, delta: 1e-5 })).toBe(Number.POSITIVE_INFINITY);
    expect(gaussianEpsilon({ sigma: Number.POSITIVE_INFINITY, delta: 1e-5 })).toBe(0);
    expect(gaussianEpsilon({ sigma: 1e9, delta: 1e-5 })).toBe(0);
    expect(gaussianDelta({ epsilon: 1, sigma: 0 })).toBe(1);
    expect(gaussianDelta({ epsilon: 1, sigma: Number.POSITIVE_INFINITY })).toBe(0);
    expect(gaussianDelta({ epsilon: 1e6, sigma: 1 })).toBe(0);
    // mu = 1000: mu^2 / 2 + mu t with P(X > t) a little above delta, t = 4.2639
    expect(gaussianEpsilon({ sigma: 1e-3, delta: 1e-5 })).toBeCloseTo(504263.8929, 3);
  });

  it("names what it refuses", () => {
    expect(() => gaussianSigma({ epsilon: 0, delta: 1e-5 })).toThrow(
      "epsilon: expected a finite number > 0, got 0",
    );
    expect(() => gaussianSigma({ epsilon: 1, delta: 1 })).toThrow(
      "delta: expected a number in (0, 1), got 1",
    );
    expect(() => gaussianDelta({ epsilon: 1, sigma: -1 })).toThrow("sigma: expected a number >= 0, got -1");
    expect(() => gaussianEpsilon({ delta: 0.1, sigma: 1, sensitivity: Number.NaN })).toThrow(
      "sensitivity: expected a finite number > 0, got NaN",
    );
  });
});
