import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomStream } from "../random.js";
import type { Strategy } from "../strategy.js";
import { cloud, updatesOf, watchRound } from "../testing/watch-round.js";
import { fedAdagrad, fedAdam, fedYogi } from "./adaptive.js";
import { bulyan } from "./bulyan.js";
import { centeredClipping } from "./centered-clipping.js";
import { coordinateMedian } from "./coordinate-median.js";
import { fedAvg } from "./fed-avg.js";
import { fedAvgM } from "./fed-avg-m.js";
import { fedBuff } from "./fed-buff.js";
import { fedNova } from "./fed-nova.js";
import { fedProx } from "./fed-prox.js";
import { geometricMedian } from "./geometric-median.js";
import { krum, multiKrum } from "./krum.js";
import { qFedAvg } from "./q-fed-avg.js";
import { scaffold } from "./scaffold.js";
import { trimmedMean } from "./trimmed-mean.js";

const numClients = 11;
/** An exact sum rounds each addend to 2^-43 of its largest element. */
const SUM_ERROR = 1e-12;

/** Averages: what they give lies among the updates. */
const means: Record<string, (unit?: number) => Strategy> = {
  fedavg: () => fedAvg(),
  "fedavg, uniform": () => fedAvg({ weighting: "uniform" }),
  fedprox: () => fedProx({ mu: 0.1 }),
  "fedavgm in its first round": () => fedAvgM(),
  scaffold: () => scaffold(),
  fedbuff: () => fedBuff({ bufferSize: numClients }),
  "qfedavg, q = 0": () => qFedAvg({ q: 0 }),
};
/** `unit` is what lengths among the options are counted in. */
const robustRules: Record<string, (unit?: number) => Strategy> = {
  median: () => coordinateMedian(),
  "trimmed-mean": () => trimmedMean({ beta: 0.3 }),
  krum: () => krum({ f: 2 }),
  "multi-krum": () => multiKrum({ f: 2 }),
  "multi-krum, m = 3": () => multiKrum({ f: 2, m: 3 }),
  bulyan: () => bulyan({ f: 2 }),
  "geometric-median": (unit = 1) => geometricMedian({ smoothing: 1e-6 * unit }),
  // No update is so far from the center that it is clipped.
  "centered-clipping": (unit = 1) => centeredClipping({ radius: 1e9 * unit }),
};

const cases = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  size: fc.integer({ min: 1, max: 40 }),
  power: fc.integer({ min: -20, max: 20 }),
});
const check = (property: (drawn: { seed: number; size: number; power: number }) => void) =>
  fc.assert(fc.property(cases, property), { numRuns: 30 });

const numbers = (seed: number) => {
  const random = randomStream(seed, "numbers");
  return () => ({ numSamples: 1 + random.integer(1000), numSteps: 1 + random.integer(20) });
};
const magnitude = (rows: readonly Iterable<number>[]) =>
  Math.max(...rows.flatMap((row) => [...row].map(Math.abs)));
function expectClose(received: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  const errors = Array.from(expected, (value, i) => Math.abs((received[i] as number) - value));
  expect(received.length).toBe(expected.length);
  expect(Math.max(...errors)).toBeLessThanOrEqual(tolerance);
}
/** Values of steps of 1/1,024 below 8 in magnitude: sums with small integers are exact in float32. */
const coarse = (rows: readonly Float32Array[]) =>
  rows.map((row) => row.map((value) => Math.round(Math.max(-8, Math.min(8, value)) * 1024) / 1024));

describe.each(Object.entries({ ...means, fednova: (_unit?: number) => fedNova(), ...robustRules }))(
  "%s",
  (_name, create) => {
    it("moves by s times as much when all differences are s times as large", () => {
      check(({ seed, size, power }) => {
        const rows = cloud(seed, { count: numClients, size });
        const deltaOf = (factor: number) =>
          watchRound({
            strategy: create(factor),
            updates: updatesOf(
              rows.map((row) => row.map((value) => value * factor)),
              numbers(seed),
            ),
          }).delta.map((value) => value / factor);
        expectClose(deltaOf(2 ** power), deltaOf(1), SUM_ERROR * magnitude(rows));
      });
    });

    it("moves along when weights and global weights are shifted together", () => {
      check(({ seed, size, power }) => {
        const [globalWeights, ...rows] = coarse(cloud(seed, { count: numClients + 1, size }));
        const shift = 2 ** Math.min(power, 10);
        const moved = Math.max(1, Math.round(shift));
        const play = (by: number) =>
          watchRound({
            strategy: create(),
            globalWeights: (globalWeights as Float32Array).map((value) => value + by),
            updates: updatesOf(
              rows.map((row) => row.map((value) => value + by)),
              (i) => ({ ...numbers(seed + i)(), form: "weights" }),
            ),
          }).delta;
        const [here, there] = [play(0), play(moved)];
        for (const [i, value] of here.entries()) {
          expect(Math.abs((there[i] as number) - value)).toBeLessThanOrEqual(SUM_ERROR * (16 + moved));
        }
      });
    });

    it("gives the update that all agree on", () => {
      check(({ seed, size }) => {
        const [globalWeights, row] = cloud(seed, { count: 2, size, spread: 5 }) as [
          Float32Array,
          Float32Array,
        ];
        const draw = numbers(seed);
        const { weights, delta } = watchRound({
          strategy: create(),
          globalWeights,
          updates: updatesOf(new Array(numClients).fill(row), () => ({
            ...draw(),
            form: "weights",
            numSteps: 3,
          })),
        });
        const differences = row.map((value, i) => value - (globalWeights[i] as number));
        const largest = magnitude([row, globalWeights]);
        // Rules that look back take differences in float32, and the new weights are rounded to it too.
        expectClose(delta, differences, 1.2e-7 * largest);
        expectClose(weights, row, 1.2e-7 * largest);
      });
    });
  },
);

describe.each(Object.entries({ ...means, ...robustRules }))("%s", (_name, create) => {
  it("stays between the least and the greatest update in every coordinate", () => {
    // Values of very different size and many equal ones, which a normal distribution would not give.
    const row = fc.array(fc.float({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 3, maxLength: 3 });
    const rows = fc.array(row, { minLength: numClients, maxLength: numClients });
    const property = fc.property(rows, row, fc.constantFrom("delta", "weights"), (list, start, form) => {
      const globalWeights = Float32Array.from(start);
      const { weights, delta, outcome } = watchRound({
        strategy: create(),
        globalWeights,
        updates: updatesOf(list, (i) => ({ numSamples: 1 + i * 7, form })),
      });
      expect(outcome).toBe("aggregated");
      const tolerance = SUM_ERROR * magnitude([...list, start]);
      for (const [i, received] of delta.entries()) {
        const origin = globalWeights[i] as number;
        const column = list.map((values) => (values[i] as number) - (form === "weights" ? origin : 0));
        const [least, greatest] = [Math.min(...column), Math.max(...column)];
        expect(received).toBeGreaterThanOrEqual(least - tolerance);
        expect(received).toBeLessThanOrEqual(greatest + tolerance);
        // Rounding to float32 is monotone, so that it costs nothing more.
        expect(weights[i]).toBeGreaterThanOrEqual(Math.fround(origin + least - tolerance));
        expect(weights[i]).toBeLessThanOrEqual(Math.fround(origin + greatest + tolerance));
      }
    });
    fc.assert(property, { numRuns: 60 });
  });
});

describe("server optimizers", () => {
  const optimizers = { fedAvgM, fedAdagrad, fedAdam, fedYogi };

  it.each(Object.entries(optimizers))("%s depends on the mean difference alone", (_name, create) => {
    check(({ seed, size }) => {
      const rows = cloud(seed, { count: numClients, size });
      const mean = watchRound({ strategy: fedAvg(), updates: updatesOf(rows, numbers(seed)) });
      const all = watchRound({ strategy: create({}), updates: updatesOf(rows, numbers(seed)) });
      const one = watchRound({ strategy: create({}), updates: updatesOf([mean.delta]) });
      expect(all.delta).toEqual(mean.delta);
      // The mean as one update is rounded to float32, and so are the weights; the step is at most 1/tau times as steep.
      expectClose(all.weights, one.weights, 1e-7 + 1e-4 * magnitude([mean.delta]));
    });
  });

  it("momentum is linear: scaled differences scale the movement of every round", () => {
    check(({ seed, size, power }) => {
      const path = (factor: number) => {
        const strategy = fedAvgM();
        let played = watchRound({
          strategy,
          updates: updatesOf(cloud(seed, { count: 3, size }).map((row) => row.map((v) => v * factor))),
        });
        for (const round of [2, 3]) {
          const rows = cloud(seed + round, { count: 3, size }).map((row) => row.map((v) => v * factor));
          const { state, weights: globalWeights } = played;
          played = watchRound({ strategy, updates: updatesOf(rows, { round }), state, globalWeights, round });
        }
        return played.weights;
      };
      const one = path(1);
      const other = path(2 ** power).map((value) => value / 2 ** power);
      expectClose(other, one, 1e-6 * magnitude([one]));
    });
  });
});
