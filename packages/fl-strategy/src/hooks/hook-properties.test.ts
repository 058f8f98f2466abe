import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AggregationState, createAggregationState } from "../aggregation-state.js";
import type { AggregateHook } from "../hooks.js";
import { openRound, type RoundResult } from "../round.js";
import { coordinateMedian } from "../strategies/coordinate-median.js";
import { fedAvg } from "../strategies/fed-avg.js";
import type { Strategy } from "../strategy.js";
import type { Update } from "../update.js";
import { createLayout } from "../weights/layout.js";
import { capShare, shareCap } from "./cap-share.js";
import { clipToNorm, clipUpdate } from "./clip-update.js";
import { type CompressionState, compressUpdates } from "./compress-updates.js";
import { filterTensors } from "./filter-tensors.js";
import { rejectInvalid } from "./reject-invalid.js";

const layout = createLayout([
  { name: "dense/kernel", shape: [2, 3] },
  { name: "head", shape: [2], role: "private" },
  { name: "dense/bias", shape: [2] },
  { name: "norm/mean", shape: [2], role: "statistic" },
]);
const globalWeights = Float32Array.from({ length: layout.size }, (_, i) => i / 8 - 0.5);
const shared = [0, 1, 2, 3, 4, 5, 8, 9, 10, 11];
const train = { epochs: 1, batchSize: 8, learningRate: 0.1 };

const vector = fc
  .array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: layout.size, maxLength: layout.size })
  .map((values) => Float32Array.from(values));
const update: fc.Arbitrary<Update> = fc.record({
  clientId: fc.constant("a"),
  round: fc.constant(1),
  layout: fc.constant(layout),
  form: fc.constantFrom("weights", "delta"),
  values: vector,
  numSamples: fc.integer({ min: 1, max: 1000 }),
  metrics: fc.constant({}),
});
/** The updates of clients c0, c1, ... in an order of arrival of their own. */
const arrivals = fc
  .array(update, { minLength: 2, maxLength: 8 })
  .map((updates) => updates.map((item, i): Update => ({ ...item, clientId: `c${i}` })))
  .chain((updates) =>
    fc.tuple(fc.constant(updates), fc.shuffledSubarray(updates, { minLength: updates.length })),
  );

interface Played {
  readonly hooks: readonly AggregateHook[];
  readonly strategy?: Strategy;
  readonly clients?: readonly Update[];
  readonly round?: number;
  readonly state?: AggregationState;
}

function play(updates: readonly Update[], options: Played): RoundResult {
  const { hooks, strategy = fedAvg(), clients = updates, round: number = 1 } = options;
  const round = openRound({
    strategy,
    hooks,
    layout,
    globalWeights,
    state: options.state ?? createAggregationState(strategy, hooks, layout),
    round: number,
    clients: clients.map(({ clientId, numSamples }) => ({ clientId, numSamples })),
    train,
    seed: 5,
  });
  for (const item of updates) round.receive({ ...item, round: number });
  return round.close();
}

function difference({ form, values }: Update, indices = shared): number[] {
  return indices.map((i) => values[i]! - (form === "weights" ? globalWeights[i]! : 0));
}

const norm = (values: number[]) => Math.hypot(...values);

describe("hooks of a round, by properties", () => {
  it("clipping leaves the direction and never raises the norm", () => {
    fc.assert(
      fc.property(update, fc.double({ min: 1e-6, max: 1e4, noNaN: true }), (item, maxNorm) => {
        const result = clipToNorm(item, maxNorm, { round: 1, layout, globalWeights });
        if ("refuse" in result) throw new Error(result.refuse.message);
        const before = difference(item);
        const after = difference(result.update);
        expect(norm(after)).toBeLessThanOrEqual(Math.min(norm(before), maxNorm) * (1 + 1e-12));
        const product = before.reduce((sum, value, i) => sum + value * after[i]!, 0);
        if (norm(after) > 0) expect(product / (norm(before) * norm(after))).toBeCloseTo(1, 12);
        // Not shorter than it must be, either.
        expect(norm(after)).toBeGreaterThanOrEqual(Math.min(norm(before), maxNorm) * (1 - 1e-6));
      }),
    );
  });

  it("the order of arrival does not change a bit of weights, state or counters", () => {
    const hooks = [
      rejectInvalid(),
      filterTensors({ exclude: ["*/bias"] }),
      compressUpdates({ method: { kind: "int8", blockSize: 4 }, errorFeedback: true }),
      clipUpdate({ maxNorm: 20 }),
      capShare({ maxShare: 0.5 }),
    ];
    for (const strategy of [fedAvg(), coordinateMedian()]) {
      fc.assert(
        fc.property(arrivals, ([updates, arrived]) => {
          const clients = updates;
          const one = play(updates, { hooks, strategy, clients });
          const other = play(arrived, { hooks, strategy, clients });
          expect(other.weights).toEqual(one.weights);
          expect(JSON.stringify(other.state)).toBe(JSON.stringify(one.state));
          expect(other.hooks.map(({ counters }) => counters)).toEqual(
            one.hooks.map(({ counters }) => counters),
          );
        }),
        { numRuns: 40 },
      );
    }
  });

  it("a filter before clipping: left-out tensors stay, and do not count for the norm", () => {
    const hooks = [filterTensors({ include: ["dense/*"], exclude: ["*/bias"] }), clipUpdate({ maxNorm: 30 })];
    fc.assert(
      fc.property(update, (item) => {
        const { weights } = play([item], { hooks });
        expect(weights.subarray(6)).toEqual(globalWeights.subarray(6));
        const kernel = [0, 1, 2, 3, 4, 5];
        const before = difference(item, kernel);
        const factor = Math.min(1, 30 / norm(before));
        for (const i of kernel) expect(weights[i]! - globalWeights[i]!).toBeCloseTo(before[i]! * factor, 4);
      }),
    );
  });

  it("no client is above the share when all picked clients answer, and the cap is the largest such", () => {
    const maxShare = fc.double({ min: 0.01, max: 1, noNaN: true });
    const counts = fc.array(fc.integer({ min: 1, max: 10_000_000 }), { minLength: 1, maxLength: 60 });
    const shareAt = (list: number[], cap: number) => {
      const capped = list.map((count) => Math.min(count, cap));
      return Math.max(...capped) / capped.reduce((sum, count) => sum + count, 0);
    };
    fc.assert(
      fc.property(counts, maxShare, (list, share) => {
        const cap = shareCap(list, share);
        expect(cap === 0).toBe(list.length * share < 1 - 1e-12);
        if (cap === 0) return;
        expect(shareAt(list, cap)).toBeLessThanOrEqual(share * (1 + 1e-11));
        if (cap < Math.max(...list)) expect(shareAt(list, cap + 1)).toBeGreaterThan(share);
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(arrivals, fc.double({ min: 0.5, max: 1, noNaN: true }), ([clients, arrived], share) => {
        const { updates, hooks } = play(arrived, { hooks: [capShare({ maxShare: share })], clients });
        const numSamples = updates.map((item) => item.numSamples);
        const total = numSamples.reduce((sum, count) => sum + count, 0);
        expect(Math.max(...numSamples)).toBeLessThanOrEqual(share * total * (1 + 1e-11));
        expect(hooks[0]?.counters.over_share).toBe(0);
      }),
    );
  });

  it("what was aggregated and what is owed add up to what came in, whatever is refused in between", () => {
    const refuse = fc.constantFrom("nothing", "update", "round");
    fc.assert(
      fc.property(fc.array(fc.tuple(vector, refuse), { minLength: 1, maxLength: 8 }), (rounds) => {
        let state: AggregationState | undefined;
        const balance = new Float64Array(layout.size);
        const gate: AggregateHook = {
          name: "gate",
          beforeUpdate: ({ round }) => refusal(rounds[round - 1]?.[1] === "update"),
          beforeAggregate: ({ round }) => refusal(rounds[round.round - 1]?.[1] === "round"),
        };
        const hooks = [compressUpdates({ method: { kind: "topk", k: 2 }, errorFeedback: true }), gate];
        for (const [at, [given]] of rounds.entries()) {
          // Multiples of 1/8, so that no sum is rounded.
          const values = given.map((value) => Math.round(value * 8) / 8);
          const item: Update = {
            clientId: "a",
            round: at + 1,
            layout,
            form: "delta",
            values,
            numSamples: 1,
            metrics: {},
          };
          const result = play([item], { hooks, round: at + 1, ...(state && { state }) });
          state = result.state;
          for (const i of shared) balance[i]! += values[i]! - (result.weights[i]! - globalWeights[i]!);
        }
        const { owed } = state!.hooks["compress-updates"] as CompressionState;
        // No difference between 0 and -0 here.
        expect([...(owed.a ?? [])].map((value) => value + 0)).toEqual(shared.map((i) => balance[i]! + 0));
      }),
    );
  });

  it("leaves what the clients handed over as it was", () => {
    const hooks = [
      filterTensors({ exclude: ["*/bias"] }),
      compressUpdates({ method: { kind: "topk", k: 2 }, errorFeedback: true }),
      clipUpdate({ maxNorm: 0.5 }),
    ];
    fc.assert(
      fc.property(update, (item) => {
        const values = item.values.slice();
        play([item], { hooks });
        expect(item.values).toEqual(values);
      }),
    );
  });
});

function refusal(isRefused: boolean) {
  return isRefused ? { refuse: { code: "refused", message: "refused" } } : undefined;
}
