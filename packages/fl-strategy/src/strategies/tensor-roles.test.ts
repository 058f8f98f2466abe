import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createAggregationState } from "../aggregation-state.js";
import { rejectInvalid } from "../hooks/reject-invalid.js";
import { cloud, updatesOf, watchRound } from "../testing/watch-round.js";
import type { Update } from "../update.js";
import { createLayout } from "../weights/layout.js";
import { createStrategy, type StrategyName, strategyNames } from "./registry.js";

const layout = createLayout([
  { name: "kernel", shape: [3] },
  { name: "mean", shape: [2], role: "statistic" },
  { name: "head", shape: [2], role: "private" },
  { name: "bias", shape: [1] },
]);
const size = layout.size;
const shared = [0, 1, 2, 3, 4, 7];
const options: Partial<Record<StrategyName, Record<string, unknown>>> = {
  fedprox: { mu: 0.1 },
  fedbuff: { bufferSize: 9 },
  krum: { f: 1 },
  "multi-krum": { f: 1 },
  bulyan: { f: 1 },
  "centered-clipping": { radius: 1 },
};
const create = (name: StrategyName) => createStrategy(name, options[name]);

describe.each(strategyNames)("%s", (name) => {
  const globalWeights = cloud(2, { count: 1, size })[0] as Float32Array;
  const updatesAt = (seed: number) =>
    updatesOf(cloud(seed, { count: 9, size, spread: 0.2 }), (i) => ({
      layout,
      numSamples: 1 + i,
      numSteps: 1 + i,
    }));
  const value = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
  const cases = fc.tuple(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 0, max: 8 }), value);

  it.each([
    ["with reject-invalid", [rejectInvalid()], "not_finite"],
    ["without hooks", [], "wrong_update"],
  ])("an update that is not finite leaves no trace, %s", (_how, hooks, code) => {
    fc.assert(
      fc.property(cases, fc.constantFrom(...shared), ([seed, who, wrong], place) => {
        const updates = updatesAt(seed);
        const broken = updates.map((update, i) =>
          i === who ? { ...update, values: update.values.with(place, wrong) } : update,
        );
        const clients = updates.map(({ clientId, numSamples }) => ({ clientId, numSamples }));
        const play = (list: readonly Update[]) =>
          watchRound({ strategy: create(name), hooks, updates: list, globalWeights, clients });
        const [got, want] = [play(broken), play(updates.filter((_, i) => i !== who))];
        expect(got.refused).toMatchObject([{ clientId: updates[who]?.clientId, code }]);
        expect(got.outcome).toBe("aggregated");
        expect(got.weights).toEqual(want.weights);
        expect(got.state.strategy).toEqual(want.state.strategy);
      }),
      { numRuns: 12 },
    );
  });

  it("private tensors never move, whatever comes for them", () => {
    fc.assert(
      fc.property(cases, fc.constantFrom("delta", "weights"), ([seed, who, wrong], form) => {
        const updates = updatesAt(seed).map((update, i): Update => {
          const values = update.values.slice();
          if (i === who) values.fill(wrong, 5, 7);
          return { ...update, form, values };
        });
        const play = (list: readonly Update[]) =>
          watchRound({ strategy: create(name), hooks: [rejectInvalid()], updates: list, globalWeights });
        const { weights, delta, outcome, refused } = play(updates);
        expect([outcome, refused]).toEqual(["aggregated", []]);
        expect([...weights.subarray(5, 7)]).toEqual([...globalWeights.subarray(5, 7)]);
        expect([...delta.subarray(5, 7)]).toEqual([0, 0]);
        // Nor do they have a say in what the others become.
        const others = updates.map((update) => ({
          ...update,
          values: update.values.with(5, 1e6).with(6, -1e6),
        }));
        expect(play(others).weights).toEqual(weights);
      }),
      { numRuns: 12 },
    );
  });
});

describe("statistics", () => {
  const optimizers: Partial<Record<StrategyName, Record<string, unknown>>> = {
    fedavg: {},
    fedprox: { mu: 0.1 },
    fedavgm: { momentum: 0.9, nesterov: true, serverLearningRate: 0.3 },
    fedadagrad: { serverLearningRate: 0.5 },
    fedadam: { biasCorrection: true, serverLearningRate: 0.5 },
    fedyogi: { serverLearningRate: 0.5 },
    fednova: {},
  };

  it.each(Object.entries(optimizers))(
    "move by the weighted mean in every round under %s %j",
    (name, chosen) => {
      const strategy = createStrategy(name, chosen);
      let globalWeights = cloud(2, { count: 1, size })[0] as Float32Array;
      let state = createAggregationState(strategy, [{ name: "watch", init: () => null }], layout);
      for (let round = 1; round <= 4; round += 1) {
        const updates = updatesOf(cloud(10 + round, { count: 5, size }), (i) => ({
          layout,
          round,
          numSamples: 3 + i * i,
          numSteps: 1 + 4 * i,
        }));
        const total = updates.reduce((sum, { numSamples }) => sum + numSamples, 0);
        const played = watchRound({ strategy, updates, globalWeights, state, round });
        for (const i of [3, 4]) {
          const mean =
            updates.reduce((sum, { numSamples, values }) => sum + numSamples * (values[i] as number), 0) /
            total;
          expect(Math.abs((played.delta[i] as number) - mean)).toBeLessThanOrEqual(1e-12);
          expect(played.weights[i]).toBe(
            Math.fround((globalWeights[i] as number) + (played.delta[i] as number)),
          );
        }
        ({ weights: globalWeights, state } = played);
      }
    },
  );

  it.each([
    ["scaffold", { serverLearningRate: 0.3 }, () => 1],
    ["fedbuff", { bufferSize: 5, serverLearningRate: 0.3, normalization: "none" }, () => 1],
    ["qfedavg", { q: 2 }, (loss: number) => loss ** 2],
  ] as const)(
    "move by a mean of its own weights under %s, whatever the server's step",
    (name, chosen, weightOf) => {
      const updates = updatesOf(cloud(4, { count: 5, size }), (i) => ({
        layout,
        metrics: { initial_loss: 1 + i },
      }));
      const { delta, weights } = watchRound({ strategy: createStrategy(name, chosen), updates });
      const total = updates.reduce((sum, _, i) => sum + weightOf(1 + i), 0);
      for (const i of [3, 4]) {
        const mean =
          updates.reduce((sum, { values }, k) => sum + weightOf(1 + k) * (values[i] as number), 0) / total;
        expect(Math.abs((delta[i] as number) - mean)).toBeLessThanOrEqual(1e-12);
        expect(Math.abs((weights[i] as number) - mean)).toBeLessThanOrEqual(1e-6);
      }
    },
  );
});
