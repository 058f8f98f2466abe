import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalDensity } from "./normal-distribution.js";
import { composeRdp, fixedSizeRdp, poissonRdp, rdpEpsilon, rdpOrders } from "./rdp.js";

// samplingRate, noiseMultiplier, rounds, delta; epsilon improved, its order, epsilon classic.
const table: readonly (readonly [number, number, number, number, number, number, number])[] = [
  [0.01, 1.1, 10000, 1e-5, 5.6543, 5, 6.2798],
  [0.01, 4, 10000, 1e-5, 1.0355, 17, 1.2586],
  [256 / 60000, 1.1, 14062, 1e-5, 2.597, 8, 3.0091],
  [256 / 60000, 1.3, 3515, 1e-5, 0.9544, 17, 1.1921],
  [256 / 60000, 0.7, 10546, 1e-5, 6.3728, 4, 7.1226],
  [150 / 60000, 1.3, 6000, 1e-5, 0.7242234026, 19, 0.9419],
  [100 / 100000, 1, 30000, 1e-7, 1.4154988495, 13, 1.7093],
  [0.1, 1, 100, 1e-5, 7.9729, 3, 8.9277],
];

const at = (curve: readonly number[], order: number) => curve[rdpOrders.indexOf(order)] as number;

/** The order-`order` divergence of the mixture from N(0, z^2), and the other way, by the trapezoidal rule. */
function integratedRdp(
  order: number,
  q: number,
  z: number,
): { readonly remove: number; readonly add: number } {
  const step = 0.01;
  let remove = 0;
  let add = 0;
  for (let y = -30; y < 30 + (order + 1) / z; y += step) {
    const without = normalDensity(y);
    const ratio = 1 - q + q * Math.exp(y / z - 1 / (2 * z * z));
    remove += without * ratio ** order * step;
    add += without * ratio ** (1 - order) * step;
  }
  return { remove: Math.log(remove) / (order - 1), add: Math.log(add) / (order - 1) };
}

describe("poissonRdp", () => {
  it.each(table)("gives the published epsilon at q %d, z %d, %d rounds, delta %d", (...row) => {
    const [samplingRate, noiseMultiplier, rounds, delta, improved, order, classic] = row;
    const curve = poissonRdp({ samplingRate, noiseMultiplier, rounds });
    const got = rdpEpsilon(curve, { delta });
    expect(got.order).toBe(order);
    expect(got.epsilon).toBeCloseTo(improved, String(improved).length > 8 ? 9 : 4);
    expect(rdpEpsilon(curve, { delta, conversion: "classic" }).epsilon).toBeCloseTo(classic, 4);
  });

  it.each([
    [2, 0.01, 1.1],
    [5, 0.01, 1.1],
    [17, 0.01, 4],
    [4, 256 / 60000, 0.7],
    [19, 0.0025, 1.3],
    [3, 0.5, 2],
    [64, 0.2, 10],
  ])("agrees at order %d, q %d, z %d with numeric integration; adding is never the worse", (order, q, z) => {
    const got = at(poissonRdp({ samplingRate: q, noiseMultiplier: z, rounds: 1 }), order);
    const { remove, add } = integratedRdp(order, q, z);
    // the integrated sum is near 1, so its own rounding allows no more where the divergence is tiny
    expect(Math.abs(got - remove)).toBeLessThan(1e-6 * remove + 1e-13);
    expect(add).toBeLessThanOrEqual(got + 1e-12);
  });

  it("keeps tiny divergences: near order * q^2 / (2 z^2) for a large z", () => {
    const got = at(poissonRdp({ samplingRate: 1e-3, noiseMultiplier: 1e6, rounds: 1 }), 8);
    expect(got / ((8 * 1e-6) / 2e12) - 1).toBeLessThan(1e-9);
    expect(Math.abs(got / ((8 * 1e-6) / 2e12) - 1)).toBeLessThan(1e-6);
  });

  it("is right at the ends, and never NaN", () => {
    const curve = (samplingRate: number, noiseMultiplier: number, rounds = 3) =>
      poissonRdp({ samplingRate, noiseMultiplier, rounds });
    expect(curve(0, 0).every((value) => value === 0)).toBe(true);
    expect(curve(0.5, 1, 0).every((value) => value === 0)).toBe(true);
    expect(curve(0.5, 0, 0).every((value) => value === 0)).toBe(true);
    expect(curve(0.5, Number.POSITIVE_INFINITY).every((value) => value === 0)).toBe(true);
    expect(at(curve(1, 5, 10), 8)).toBeCloseTo((10 * 8) / 50, 12);
    for (const q of [1e-300, 1e-9, 0.5, 1 - 1e-16, 1]) {
      expect(curve(q, 0).every((value) => value === Number.POSITIVE_INFINITY)).toBe(true);
      for (const z of [1e-200, 1e-3, 1, 1e3, 1e200]) {
        for (const value of curve(q, z)) expect(value).toBeGreaterThanOrEqual(0);
      }
    }
    expect(at(curve(1 - 1e-15, 5, 10), 8)).toBeCloseTo((10 * 8) / 50, 9);
  });

  it("grows with rounds, rate and less noise", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-5, max: 0.9, noNaN: true }),
        fc.double({ min: 0.3, max: 20, noNaN: true }),
        fc.integer({ min: 1, max: 1000 }),
        (samplingRate, noiseMultiplier, rounds) => {
          const base = poissonRdp({ samplingRate, noiseMultiplier, rounds });
          const worse = [
            poissonRdp({ samplingRate, noiseMultiplier, rounds: rounds + 1 }),
            poissonRdp({ samplingRate: samplingRate * 1.1, noiseMultiplier, rounds }),
            poissonRdp({ samplingRate, noiseMultiplier: noiseMultiplier * 0.9, rounds }),
          ];
          for (const curve of worse) {
            for (let i = 0; i < base.length; i += 1)
              expect(curve[i]).toBeGreaterThanOrEqual(base[i] as number);
          }
          const delta = 1e-5;
          expect(rdpEpsilon(base, { delta }).epsilon).toBeLessThanOrEqual(
            rdpEpsilon(base, { delta, conversion: "classic" }).epsilon,
          );
        },
      ),
      { seed: 2, numRuns: 50 },
    );
  });
});

describe("fixedSizeRdp", () => {
  it("costs far more than the Poisson formula would claim", () => {
    const fixed = fixedSizeRdp({ sampleSize: 10, population: 1000, noiseMultiplier: 1.1, rounds: 1000 });
    const poisson = poissonRdp({ samplingRate: 0.01, noiseMultiplier: 1.1, rounds: 1000 });
    expect(rdpEpsilon(fixed, { delta: 1e-5 }).epsilon).toBeCloseTo(15.57, 2);
    expect(rdpEpsilon(poisson, { delta: 1e-5 }).epsilon).toBeLessThan(1.73);
  });

  it("is that of twice the sensitivity when everybody takes part", () => {
    const all = fixedSizeRdp({ sampleSize: 7, population: 7, noiseMultiplier: 3, rounds: 4 });
    const doubled = poissonRdp({ samplingRate: 1, noiseMultiplier: 1.5, rounds: 4 });
    all.forEach((value, i) => {
      expect(value).toBeCloseTo(doubled[i] as number, 10);
    });
  });

  it("is above the divergence of the two mixtures that it bounds", () => {
    // One client of the sample replaced: N(+1) against N(-1) with probability q, nobody of the two otherwise.
    const [q, z] = [0.05, 2];
    for (const order of [2, 5, 12]) {
      let sum = 0;
      for (let y = -40; y < 60; y += 0.01) {
        const p = (1 - q) * normalDensity(y) + q * normalDensity(y - 1 / z);
        const r = (1 - q) * normalDensity(y) + q * normalDensity(y + 1 / z);
        if (r > 0) sum += r * (p / r) ** order * 0.01;
      }
      const curve = fixedSizeRdp({ sampleSize: 5, population: 100, noiseMultiplier: z, rounds: 1 });
      expect(at(curve, order)).toBeGreaterThan(Math.log(sum) / (order - 1));
    }
  });

  it("stays finite or Infinity, and names what it refuses", () => {
    for (const noiseMultiplier of [0, 1e-200, 1e-3, 1e200, Number.POSITIVE_INFINITY]) {
      const curve = fixedSizeRdp({ sampleSize: 1, population: 1000, noiseMultiplier, rounds: 2 });
      for (const value of curve) expect(value).toBeGreaterThanOrEqual(0);
    }
    expect(() => fixedSizeRdp({ sampleSize: 8, population: 7, noiseMultiplier: 1, rounds: 1 })).toThrow(
      "sampleSize: expected an integer in [1, 7], got 8",
    );
    expect(() => poissonRdp({ samplingRate: 1.1, noiseMultiplier: 1, rounds: 1 })).toThrow(
      "samplingRate: expected a number in [0, 1], got 1.1",
    );
    expect(() => rdpEpsilon([], { delta: 0 })).toThrow("delta: expected a number in (0, 1), got 0");
  });
});

describe("composeRdp", () => {
  it("adds rounds of any kind, and nothing is zero", () => {
    const round = (rounds: number) => poissonRdp({ samplingRate: 0.1, noiseMultiplier: 1, rounds });
    const together = composeRdp([round(30), round(70)]);
    const whole = round(100);
    together.forEach((value, i) => {
      expect(Math.abs(value / (whole[i] as number) - 1)).toBeLessThan(1e-12);
    });
    expect(composeRdp([]).every((value) => value === 0)).toBe(true);
    expect(rdpEpsilon(together, { delta: 0.5 }).epsilon).toBeGreaterThanOrEqual(0);
    expect(rdpEpsilon(composeRdp([]), { delta: 0.5 }).epsilon).toBe(0);
  });
});
