import { vectorKernels } from "@fedloom/kernels";
import { describe, expect, it } from "vitest";
import { createAggregationState } from "./aggregation-state.js";
import { defaultHooks, openRound } from "./round.js";
import { createSelector } from "./selection/create-selector.js";
import { fedAvg } from "./strategies/fed-avg.js";
import { createStrategy } from "./strategies/registry.js";
import type { BarrierStrategy, Strategy } from "./strategy.js";
import { strategyContract } from "./testing/index.js";
import { openSmallRound, smallLayout, smallUpdate } from "./testing/small-round.js";
import { createLayout } from "./weights/layout.js";

/** The unweighted middle of three updates, per coordinate: a rule that needs all of them side by side. */
const middle: BarrierStrategy<{ rounds: number }> = {
  id: "middle",
  stateVersion: 1,
  mode: "barrier",
  init: () => ({ rounds: 0 }),
  select: createSelector(),
  configure: (_clientId, { train }) => train,
  weigh: () => 1,
  combine: (items, { globalWeights }) =>
    Float64Array.from(globalWeights, (origin, i) => {
      const sorted = Float64Array.from(items, ({ update }) => (update.values[i] as number) - origin).sort();
      return sorted[Math.floor(sorted.length / 2)] as number;
    }),
  apply: (delta, { globalWeights, state }) => ({
    weights: globalWeights.map((value, i) => value + (delta[i] as number)),
    state: { rounds: state.rounds + 1 },
  }),
};

describe("openRound", () => {
  it("gives the tasks in client order, with the training settings", () => {
    expect(openSmallRound().tasks.map(({ clientId, config }) => [clientId, config.epochs])).toEqual([
      ["a", 1],
      ["b", 1],
      ["c", 1],
    ]);
  });

  it("keeps the global weights and says so when every update is refused", () => {
    const round = openSmallRound();
    for (const clientId of ["a", "b", "c"]) round.receive(smallUpdate(clientId, Number.NaN));
    const result = round.close();
    expect(result).toMatchObject({
      outcome: "kept",
      reason: "no update was accepted (3 refused, 0 clients failed)",
    });
    expect([...result.weights]).toEqual([1, 1, 1, 1]);
  });

  it("has nothing to wait for when all were heard, or nobody was picked", () => {
    const round = openSmallRound();
    for (const clientId of ["a", "b", "c"]) {
      expect(round.isEnough).toBe(false);
      round.fail(clientId, "gone");
    }
    expect(round.isEnough).toBe(true);
    const strategy = { ...fedAvg(), select: () => ({ clientIds: [] }) };
    expect(openSmallRound({ strategy }).isEnough).toBe(true);
  });

  it("counts a client that failed and one that was never heard of", () => {
    const round = openSmallRound();
    round.fail("b", "out of memory");
    round.receive(smallUpdate("c", 3));
    const result = round.close();
    expect(result.failed).toEqual([
      { clientId: "b", reason: "out of memory" },
      { clientId: "a", reason: "no update in time" },
    ]);
    expect([...result.weights]).toEqual([3, 3, 3, 1]);
  });

  it("adds deltas to the global weights", () => {
    const round = openSmallRound();
    round.receive(smallUpdate("a", 2, { form: "delta", numSamples: 1 }));
    round.receive(smallUpdate("b", 5, { form: "weights", numSamples: 3 }));
    expect([...round.close().weights]).toEqual([4.5, 4.5, 4.5, 1]);
  });

  it("keeps the weights rather than let them overflow, and rather than divide by nothing", () => {
    const strategy: Strategy<null> = {
      ...fedAvg(),
      apply: (_delta, { globalWeights, state }) => ({ weights: globalWeights.map(() => 1e40), state }),
    };
    const overflowing = openSmallRound({ strategy });
    overflowing.receive(smallUpdate("a", 2));
    expect(overflowing.close()).toMatchObject({
      outcome: "kept",
      reason: "the new weights would not be finite",
    });
    const weightless = openSmallRound({ strategy: { ...fedAvg(), weigh: () => 0 } });
    weightless.receive(smallUpdate("a", 2));
    expect(weightless.close()).toMatchObject({
      outcome: "kept",
      reason: "the accepted updates weigh nothing",
    });
  });

  it("does not aggregate what the hooks should have refused, even without hooks", () => {
    const round = openSmallRound({ hooks: [] });
    round.receive(smallUpdate("a", 2));
    for (const update of [
      smallUpdate("a", 2),
      smallUpdate("x", 2),
      smallUpdate("b", 2, { values: new Float32Array(1) }),
    ]) {
      expect(round.receive(update)).toMatchObject({
        status: "refused",
        by: "fedavg",
        code: "wrong_update",
        message: `update of ${update.clientId}: expected 4 elements, once, of a picked client`,
      });
    }
    expect(round.receive(smallUpdate("c", Number.NaN))).toMatchObject({
      status: "refused",
      code: "wrong_update",
    });
    expect([...round.close().weights]).toEqual([2, 2, 2, 1]);
  });

  it("refuses to go on after closing, and a state that is not the strategy's", () => {
    const round = openSmallRound();
    round.close();
    expect(() => round.receive(smallUpdate("a", 2))).toThrow("round 2 is closed");
    const options = {
      layout: smallLayout,
      globalWeights: new Float32Array(4),
      round: 1,
      clients: [],
      seed: 1,
    };
    const train = { epochs: 1, batchSize: 1, learningRate: 1 };
    const state = createAggregationState(fedAvg(), [], smallLayout);
    expect(() => openRound({ ...options, train, state, strategy: middle, hooks: [] })).toThrow(
      "state: expected that of middle version 1, got fedavg version 1",
    );
    expect(() => openRound({ ...options, train, state, strategy: fedAvg() })).toThrow(
      "state.hooks: expected [reject-invalid], got []",
    );
    expect(() =>
      openRound({
        ...options,
        train,
        state,
        strategy: fedAvg(),
        hooks: [],
        globalWeights: new Float32Array(3),
      }),
    ).toThrow("globalWeights: expected 4 elements, got 3");
  });

  it("refuses a selection of unknown or repeated clients", () => {
    for (const picks of [
      ["a", "nobody"],
      ["a", "a"],
    ]) {
      const strategy = { ...fedAvg(), select: () => ({ clientIds: picks }) };
      expect(() => openSmallRound({ strategy })).toThrow(
        `expected available clients, each once, got "${picks[1]}"`,
      );
    }
  });

  describe("with a rule that needs all updates", () => {
    for (const { name, run } of strategyContract(() => middle)) it(name, run);

    it("combines them when the last is in", () => {
      const round = openSmallRound({ strategy: middle });
      round.receive(smallUpdate("b", 1000));
      round.receive(smallUpdate("c", 2));
      round.receive(smallUpdate("a", 3));
      const result = round.close();
      expect([...result.weights]).toEqual([3, 3, 3, 1]);
      expect(result.state.strategy.state).toEqual({ rounds: 1 });
    });
  });
});

describe("updates that lie in kernel memory", () => {
  it.each(["fedavg", "median"])("are read in place by %s, also when the memory grows meanwhile", (name) => {
    const size = 300_000;
    const layout = createLayout([
      { name: "w", shape: [size] },
      { name: "m", shape: [size], role: "statistic" },
    ]);
    const strategy = createStrategy(name);
    const round = openRound({
      strategy,
      state: createAggregationState(strategy, defaultHooks, layout),
      layout,
      globalWeights: new Float32Array(layout.size),
      round: 1,
      clients: ["a", "b", "c"].map((clientId) => ({ clientId, numSamples: 1 })),
      train: { epochs: 1, batchSize: 1, learningRate: 1 },
      seed: 1,
    });
    const vectors = ["a", "b", "c"].map((clientId, i) => {
      const vector = vectorKernels().createVector(layout.size);
      vector.values.fill(i + 1);
      const update = { clientId, round: 1, layout, numSamples: 1, metrics: {}, form: "delta" as const };
      expect(round.receive({ ...update, values: vector.values })).toEqual({ status: "accepted" });
      return vector;
    });
    const { weights } = round.close();
    expect([weights[0], weights[size - 1], weights[size], weights.at(-1)]).toEqual([2, 2, 2, 2]);
    for (const vector of vectors) vector.release();
  });
});
