import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gaussianEpsilon } from "./gaussian-mechanism.js";
import { normalCdf, normalDensity } from "./normal-distribution.js";
import { composedEpsilon, tightEpsilon } from "./pld.js";
import { type Direction, lossAt } from "./privacy-loss.js";
import { composeRdp, type PoissonRounds, poissonRdp, rdpEpsilon } from "./rdp.js";

/**
 * The true delta of a composition, by another road: with M the moment generating function of the summed loss, delta is
 * 1 / (2 pi i) times the integral of M(s) e^(-s epsilon) / (s (s + 1)) along the vertical line through `real` > 0.
 */
function integratedDelta(
  steps: readonly PoissonRounds[],
  { epsilon, direction, real }: { epsilon: number; direction: Direction; real: number },
): number {
  const nodes = steps.map((step) => lossDensity(step, direction));
  const deviation = Math.sqrt(nodes.reduce((sum, { rounds, variance }) => sum + rounds * variance, 0));
  const points = 400;
  const width = 12 / deviation / points;
  let sum = 0;
  for (let k = 0; k <= points; k += 1) {
    const omega = k * width;
    let logSize = -real * epsilon;
    let angle = -omega * epsilon;
    for (const { rounds, losses, weights } of nodes) {
      let [re, im] = [0, 0];
      for (let j = 0; j < losses.length; j += 1) {
        const size = (weights[j] as number) * Math.exp(real * (losses[j] as number));
        re += size * Math.cos(omega * (losses[j] as number));
        im += size * Math.sin(omega * (losses[j] as number));
      }
      logSize += rounds * Math.log(Math.hypot(re, im));
      angle += rounds * Math.atan2(im, re);
    }
    // divided by s (s + 1)
    logSize -= Math.log(Math.hypot(real, omega) * Math.hypot(real + 1, omega));
    angle -= Math.atan2(omega, real) + Math.atan2(omega, real + 1);
    sum += Math.exp(logSize) * Math.cos(angle) * (k === 0 ? 1 : 2);
  }
  return (sum * width) / (2 * Math.PI);
}

function lossDensity(step: PoissonRounds, direction: Direction) {
  const { samplingRate: q, noiseMultiplier: z, rounds } = step;
  const losses: number[] = [];
  const weights: number[] = [];
  const spacing = 0.02;
  for (let y = -10; y <= 10 + 1 / z; y += spacing) {
    const loss = lossAt(y, step);
    const density =
      direction === "add" ? normalDensity(y) : (1 - q) * normalDensity(y) + q * normalDensity(y - 1 / z);
    losses.push(direction === "add" ? -loss : loss);
    weights.push(density * spacing);
  }
  const moment = (power: number) =>
    weights.reduce((sum, w, j) => sum + w * (losses[j] as number) ** power, 0);
  return { rounds, losses, weights, variance: moment(2) - moment(1) ** 2 };
}

// samplingRate, noiseMultiplier, rounds, delta; the tight epsilon published for them; a point to integrate through.
const table: readonly (readonly [number, number, number, number, number, number])[] = [
  [0.01, 1.1, 10000, 1e-5, 5.1926, 3],
  [0.01, 4, 10000, 1e-5, 0.947, 12],
  [256 / 60000, 1.1, 14062, 1e-5, 2.3817, 5],
  [256 / 60000, 1.3, 3515, 1e-5, 0.8645, 10],
  [256 / 60000, 0.7, 10546, 1e-5, 5.6394, 2],
  [150 / 60000, 1.3, 6000, 1e-5, 0.6401, 10],
  [100 / 100000, 1, 30000, 1e-7, 1.0982, 8],
  [0.1, 1, 100, 1e-5, 7.0466, 1.5],
];

describe("tightEpsilon", () => {
  it.each(table)("is tight and never under the true value at q %d, z %d, %d rounds, delta %d", (...row) => {
    const [samplingRate, noiseMultiplier, rounds, delta, published, real] = row;
    const steps = [{ samplingRate, noiseMultiplier, rounds }];
    const epsilon = tightEpsilon(steps, delta);
    // the published values are upper bounds themselves, up to 5e-4 above the integral
    expect(Math.abs(epsilon / published - 1)).toBeLessThan(5e-4);
    const trueDelta = (at: number) => integratedDelta(steps, { epsilon: at, direction: "remove", real });
    expect(trueDelta(epsilon)).toBeLessThanOrEqual(delta);
    expect(trueDelta(epsilon * (1 - 3e-5))).toBeGreaterThan(delta);
  });

  it.each([
    ["remove", 4],
    ["add", 5],
  ] as const)("composes rounds of different rate and noise, to %s a client", (direction, real) => {
    const steps = [
      { samplingRate: 0.01, noiseMultiplier: 1.1, rounds: 2000 },
      { samplingRate: 0.02, noiseMultiplier: 1.6, rounds: 500 },
      { samplingRate: 0.3, noiseMultiplier: 6, rounds: 20 },
      { samplingRate: 1, noiseMultiplier: 20, rounds: 10 },
    ];
    const epsilon = composedEpsilon(steps, direction, 1e-6);
    const trueDelta = (at: number) => integratedDelta(steps, { epsilon: at, direction, real });
    expect(trueDelta(epsilon)).toBeLessThanOrEqual(1e-6);
    expect(trueDelta(epsilon * (1 - 1e-4))).toBeGreaterThan(1e-6);
  });

  it("is exact where everybody takes part, and the convolution says the same", () => {
    const steps = [{ samplingRate: 1, noiseMultiplier: 5, rounds: 10 }];
    expect(tightEpsilon(steps, 1e-5)).toBeCloseTo(2.5944, 4);
    for (const [noiseMultiplier, rounds, delta] of [
      [5, 10, 1e-5],
      [0.7, 1, 1e-9],
      [80, 3000, 1e-6],
    ] as const) {
      const exact = gaussianEpsilon({ sigma: noiseMultiplier / Math.sqrt(rounds), delta });
      for (const direction of ["remove", "add"] as const) {
        const composed = composedEpsilon([{ samplingRate: 1, noiseMultiplier, rounds }], direction, delta);
        expect(composed).toBeGreaterThanOrEqual(exact);
        expect(composed / exact - 1).toBeLessThan(3e-5);
      }
    }
  });

  it("agrees with the closed form of one round, never under it", () => {
    const exactDelta = (epsilon: number, q: number, z: number) => {
      const v = Math.log1p(Math.expm1(epsilon) / q);
      const y = z * v + 1 / (2 * z);
      const removed = q * normalCdf(1 / z - y) - (Math.exp(epsilon) - 1 + q) * normalCdf(-y);
      const w = Math.log((Math.exp(-epsilon) - 1 + q) / q);
      const x = z * w + 1 / (2 * z);
      const without = Number.isNaN(x) ? 0 : normalCdf(x);
      const withClient = Number.isNaN(x) ? 0 : normalCdf(x - 1 / z);
      const added = without - Math.exp(epsilon) * ((1 - q) * without + q * withClient);
      return Math.max(removed, added);
    };
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: -0.01, noNaN: true }),
        fc.double({ min: 0.3, max: 10, noNaN: true }),
        fc.double({ min: -9, max: -2, noNaN: true }),
        (logRate, z, logDelta) => {
          const [q, delta] = [10 ** logRate, 10 ** logDelta];
          const epsilon = tightEpsilon([{ samplingRate: q, noiseMultiplier: z, rounds: 1 }], delta);
          expect(exactDelta(epsilon, q, z)).toBeLessThanOrEqual(delta * (1 + 1e-9));
          // where a rare loss is thousands of times the usual one, the grid is as coarse as this near 0
          const lower = epsilon * (1 - 1e-3) - 2e-3;
          if (lower > 0) expect(exactDelta(lower, q, z)).toBeGreaterThan(delta);
        },
      ),
      { seed: 3, numRuns: 20 },
    );
  });

  it("is never above the Renyi bounds, and grows with rounds, rate and less noise", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -4, max: -0.1, noNaN: true }),
        fc.double({ min: 0.4, max: 20, noNaN: true }),
        fc.integer({ min: 1, max: 2000 }),
        fc.double({ min: -9, max: -3, noNaN: true }),
        (logRate, noiseMultiplier, rounds, logDelta) => {
          const [samplingRate, delta] = [10 ** logRate, 10 ** logDelta];
          const step = { samplingRate, noiseMultiplier, rounds };
          const curve = composeRdp([poissonRdp(step)]);
          const improved = rdpEpsilon(curve, { delta }).epsilon;
          const tight = tightEpsilon([step], delta);
          expect(tight).toBeLessThanOrEqual(improved);
          expect(improved).toBeLessThanOrEqual(rdpEpsilon(curve, { delta, conversion: "classic" }).epsilon);
          for (const worse of [
            { ...step, rounds: rounds + Math.ceil(rounds / 10) },
            { ...step, samplingRate: samplingRate * 1.1 },
            { ...step, noiseMultiplier: noiseMultiplier * 0.9 },
          ]) {
            // what the grid adds differs a little from case to case
            expect(tightEpsilon([worse], delta)).toBeGreaterThanOrEqual(tight * (1 - 1e-4));
          }
        },
      ),
      { seed: 4, numRuns: 8 },
    );
  });

  it("merges equal steps and leaves out those that cost nothing", () => {
    const step = { samplingRate: 0.1, noiseMultiplier: 2 };
    const whole = tightEpsilon([{ ...step, rounds: 30 }], 1e-5);
    expect(
      tightEpsilon(
        [
          { ...step, rounds: 10 },
          { samplingRate: 0, noiseMultiplier: 0, rounds: 7 },
          { samplingRate: 0.5, noiseMultiplier: Number.POSITIVE_INFINITY, rounds: 7 },
          { samplingRate: 0.5, noiseMultiplier: 0, rounds: 0 },
          { ...step, rounds: 20 },
        ],
        1e-5,
      ),
    ).toBe(whole);
    expect(tightEpsilon([], 1e-5)).toBe(0);
  });

  it("is finite or Infinity, never NaN, far from what anybody runs", () => {
    const bound = (samplingRate: number, noiseMultiplier: number, delta = 1e-5) =>
      tightEpsilon([{ samplingRate, noiseMultiplier, rounds: 100 }], delta);
    expect(bound(0.5, 0)).toBe(Number.POSITIVE_INFINITY);
    expect(bound(0.5, 1e-200)).toBe(Number.POSITIVE_INFINITY);
    expect(bound(1e-3, 1e9)).toBe(0);
    for (const q of [1e-300, 1e-9, 0.5, 1 - 1e-16]) {
      for (const z of [1e-3, 0.3, 1e6, 1e100]) {
        for (const delta of [1e-100, 1e-5, 0.9]) expect(bound(q, z, delta)).toBeGreaterThanOrEqual(0);
      }
    }
    expect(() => bound(0.5, -1)).toThrow("noiseMultiplier: expected a number >= 0, got -1");
    expect(() => bound(0.5, 1, 1)).toThrow("delta: expected a number in (0, 1), got 1");
  });
});
