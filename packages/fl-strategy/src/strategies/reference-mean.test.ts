import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AggregationState } from "../aggregation-state.js";
import { randomStream } from "../random.js";
import type { Strategy } from "../strategy.js";
import { cloud, updatesOf, watchRound } from "../testing/watch-round.js";
import type { Update } from "../update.js";
import { type AdaptiveState, fedAdagrad, fedAdam, fedYogi } from "./adaptive.js";
import { fedAvg } from "./fed-avg.js";
import { fedAvgM } from "./fed-avg-m.js";
import { fedBuff } from "./fed-buff.js";
import { fedNova } from "./fed-nova.js";
import { qFedAvg } from "./q-fed-avg.js";

// The formulas of the papers, in float64 and as plainly as they can be written: nothing here is shared with the package.

const numRounds = 5;
const learningRate = 0.05;

function roundOf(seed: number, round: number, { size, count }: { size: number; count: number }): Update[] {
  const random = randomStream(seed, "numbers", round);
  return updatesOf(cloud(seed + 1000 * round, { count, size }), () => ({
    round,
    numSamples: 1 + random.integer(5000),
    numSteps: 1 + random.integer(40),
    metrics: { initial_loss: 0.05 + 3 * random.uniform() },
  }));
}

const cases = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  size: fc.integer({ min: 1, max: 30 }),
  count: fc.integer({ min: 1, max: 20 }),
});
type Case = { seed: number; size: number; count: number };
const check = (property: (drawn: Case) => void) => fc.assert(fc.property(cases, property), { numRuns: 25 });

/** `scale` is the size of what was summed: a sum that nearly cancels keeps the errors of its addends. */
function expectClose(
  received: ArrayLike<number>,
  expected: readonly number[],
  { tolerance, scale }: { tolerance: number; scale: number },
): void {
  expect(received.length).toBe(expected.length);
  const error = Math.max(...expected.map((value, i) => Math.abs(value - (received[i] as number))));
  expect(error).toBeLessThanOrEqual(tolerance * scale);
}

type FactorOf = (update: Update) => number;
const largestOf = (values: Iterable<number>) => Math.max(...[...values].map(Math.abs));
/** Element by element: sum of factors times values. */
const combine = (
  updates: readonly Update[],
  factorOf: FactorOf,
  change = (value: number) => value,
): number[] =>
  Array.from(updates[0]?.values ?? [], (_, i) =>
    updates.reduce((sum, update) => sum + factorOf(update) * change(update.values[i] as number), 0),
  );
const sumOf = (updates: readonly Update[], termOf: FactorOf) =>
  updates.reduce((sum, update) => sum + termOf(update), 0);
const bySamples = (updates: readonly Update[]): FactorOf => {
  const total = sumOf(updates, ({ numSamples }) => numSamples);
  return ({ numSamples }) => numSamples / total;
};

interface Step {
  /** What each update counts for in the difference. */
  readonly factorsOf: (updates: readonly Update[]) => FactorOf;
  /** How the model moves; default: by the difference. */
  readonly moveBy?: (delta: number[]) => number[];
  readonly checkState?: (state: unknown, scale: number) => void;
}

/** Plays five rounds and compares every difference, every model and, if asked to, every state. */
function compare({ seed, size, count }: Case, strategy: Strategy, step: Step): void {
  let globalWeights = cloud(seed + 7, { count: 1, size })[0] as Float32Array;
  let model = [...globalWeights];
  let state: AggregationState | undefined;
  let [scale, modelScale] = [0, largestOf(model)];
  for (let round = 1; round <= numRounds; round += 1) {
    const updates = roundOf(seed, round, { size, count });
    const carried = { globalWeights, ...(state ? { state } : {}) };
    const played = watchRound({ strategy, updates, round, train: { learningRate }, ...carried });
    const factorOf = step.factorsOf(updates);
    const delta = combine(updates, factorOf);
    scale = Math.max(scale, ...combine(updates, factorOf, Math.abs));
    expectClose(played.delta, delta, { tolerance: 1e-12, scale });
    const move = step.moveBy?.(delta) ?? delta;
    model = model.map((value, i) => value + (move[i] as number));
    modelScale = Math.max(modelScale, largestOf(model));
    expectClose(played.weights, model, { tolerance: 1e-6, scale: modelScale });
    step.checkState?.(played.state.strategy.state, scale);
    ({ state, weights: globalWeights } = played);
  }
}

describe("references of the mean family over five rounds", () => {
  it("FedAvg", () => {
    check((drawn) => {
      compare(drawn, fedAvg(), { factorsOf: bySamples });
      compare(drawn, fedAvg({ weighting: "uniform" }), {
        factorsOf:
          ({ length }) =>
          () =>
            1 / length,
      });
    });
  });

  it("FedAvg on weights is their weighted mean", () => {
    check(({ seed, size, count }) => {
      const updates = roundOf(seed, 1, { size, count }).map(
        (update): Update => ({ ...update, form: "weights" }),
      );
      const globalWeights = cloud(seed + 7, { count: 1, size })[0] as Float32Array;
      const mean = combine(updates, bySamples(updates));
      const scale = largestOf([...combine(updates, bySamples(updates), Math.abs), ...globalWeights]);
      const { weights } = watchRound({ strategy: fedAvg(), updates, globalWeights });
      expectClose(weights, mean, { tolerance: 1e-6, scale });
    });
  });

  it.each([false, true])("FedAvgM, nesterov %s", (nesterov) => {
    check((drawn) => {
      let m: number[] = new Array(drawn.size).fill(0);
      compare(drawn, fedAvgM({ serverLearningRate: 0.7, momentum: 0.8, nesterov }), {
        factorsOf: bySamples,
        moveBy(delta) {
          m = m.map((value, i) => 0.8 * value + (delta[i] as number));
          return m.map((value, i) => 0.7 * (nesterov ? (delta[i] as number) + 0.8 * value : value));
        },
        checkState: (state, scale) =>
          expectClose((state as { momentum: Float64Array }).momentum, m, { tolerance: 5e-12, scale }),
      });
    });
  });

  const eta = { serverLearningRate: 0.1, beta1: 0.9, tau: 1e-3 };
  const adam = (v: number, d: number) => 0.95 * v + 0.05 * d ** 2;
  const yogi = (v: number, d: number) => v - 0.05 * d ** 2 * Math.sign(v - d ** 2);
  const corrected = { ...eta, beta2: 0.95, biasCorrection: true };
  it.each([
    [
      "Adagrad",
      fedAdagrad({ ...eta, initialAccumulator: 0.01 }),
      (v: number, d: number) => v + d * d,
      0.01,
      false,
    ],
    ["Adam", fedAdam({ ...eta, beta2: 0.95 }), adam, 0, false],
    ["Adam, corrected", fedAdam(corrected), adam, 0, true],
    ["Yogi", fedYogi({ ...eta, beta2: 0.95 }), yogi, 0, false],
    ["Yogi, corrected", fedYogi(corrected), yogi, 0, true],
  ])("%s", (_name, strategy, nextV, start, isCorrected) => {
    check((drawn) => {
      let t = 0;
      let m: number[] = new Array(drawn.size).fill(0);
      let v: number[] = new Array(drawn.size).fill(start);
      compare(drawn, strategy, {
        factorsOf: bySamples,
        moveBy(delta) {
          t += 1;
          m = m.map((value, i) => 0.9 * value + 0.1 * (delta[i] as number));
          v = v.map((value, i) => nextV(value, delta[i] as number));
          const [mScale, vScale] = isCorrected ? [1 - 0.9 ** t, 1 - 0.95 ** t] : [1, 1];
          return m.map(
            (value, i) => (0.1 * (value / mScale)) / (Math.sqrt((v[i] as number) / vScale) + 1e-3),
          );
        },
        checkState(state, scale) {
          const kept = state as AdaptiveState;
          expectClose(kept.m, m, { tolerance: 1e-12, scale });
          expectClose(kept.v, v, { tolerance: 1e-12, scale: numRounds * scale ** 2 });
          expect(kept.t).toBe(t);
        },
      });
    });
  });

  it.each([
    ["plain SGD", fedNova(), () => 1],
    ["momentum", fedNova({ clientMomentum: 0.9 }), (j: number) => (1 - 0.9 ** (j + 1)) / (1 - 0.9)],
    ["a proximal term", fedNova({ mu: 0.4 }), (j: number) => (1 - learningRate * 0.4) ** j],
  ])("FedNova with %s", (_name, strategy, elementOf) => {
    const lengthOf = ({ numSteps }: Update) =>
      Array.from({ length: numSteps as number }, (_, j) => elementOf(j)).reduce((a, b) => a + b, 0);
    check((drawn) => {
      compare(drawn, strategy, {
        factorsOf(updates) {
          const shareOf = bySamples(updates);
          const effective = sumOf(updates, (update) => shareOf(update) * lengthOf(update));
          return (update) => (effective * shareOf(update)) / lengthOf(update);
        },
      });
    });
  });

  it.each([0, 0.5, 1, 5])("q-FedAvg, q = %s", (q) => {
    const lipschitz = 1 / learningRate;
    const lossOf = ({ metrics }: Update) => metrics.initial_loss as number;
    const squaredNorm = ({ values }: Update) => [...values].reduce((sum, value) => sum + value ** 2, 0);
    check((drawn) => {
      compare(drawn, qFedAvg({ q }), {
        factorsOf(updates) {
          const h = sumOf(
            updates,
            (update) =>
              q * lossOf(update) ** (q - 1) * lipschitz ** 2 * squaredNorm(update) +
              lipschitz * lossOf(update) ** q,
          );
          return (update) => (lossOf(update) ** q * lipschitz) / h;
        },
      });
    });
  });

  it("FedBuff with updates from earlier rounds", () => {
    check(({ seed, size, count }) => {
      const random = randomStream(seed, "staleness");
      const round = 12;
      const updates = roundOf(seed, round, { size, count }).map((update) => ({
        ...update,
        round: round - random.integer(10),
      }));
      const globalWeights = cloud(seed + 7, { count: 1, size })[0] as Float32Array;
      const scaleOf = (update: Update) => (1 + (round - update.round)) ** -0.5;
      const divisors = { count, weights: sumOf(updates, scaleOf), none: 1 };
      for (const normalization of ["count", "weights", "none"] as const) {
        const strategy = fedBuff({ bufferSize: count, serverLearningRate: 0.5, normalization });
        const played = watchRound({ strategy, updates, globalWeights, round });
        const factorOf = (update: Update) => scaleOf(update) / divisors[normalization];
        const scale = largestOf(combine(updates, factorOf, Math.abs));
        const delta = combine(updates, factorOf);
        expectClose(played.delta, delta, { tolerance: 1e-12, scale });
        const model = delta.map((value, i) => (globalWeights[i] as number) + 0.5 * value);
        expectClose(played.weights, model, { tolerance: 1e-6, scale: scale + largestOf(globalWeights) });
      }
    });
  });
});
