import { describe, expect, it } from "vitest";
import { type AggregationState, createAggregationState } from "../aggregation-state.js";
import type { CompressionMethod } from "../compression/compressed-update.js";
import type { AggregateHook } from "../hooks.js";
import { openRound, type Round, type RoundResult } from "../round.js";
import { fedAvg } from "../strategies/fed-avg.js";
import { openSmallRound, smallLayout, smallUpdate } from "../testing/small-round.js";
import { createLayout } from "../weights/layout.js";
import { type CompressionState, compressUpdates } from "./compress-updates.js";
import { rejectInvalid } from "./reject-invalid.js";

const topOne: CompressionMethod = { kind: "topk", k: 1 };
const delta = (clientId: string, values: number[], round = 1) =>
  smallUpdate(clientId, 0, { form: "delta", values: Float32Array.from(values), round });

/** Rounds one after another over one list of hooks. */
function openRun(others: readonly AggregateHook[] = [], method = topOne) {
  const strategy = fedAvg();
  const hooks = [rejectInvalid(), compressUpdates({ method, errorFeedback: true }), ...others];
  let state: AggregationState = createAggregationState(strategy, hooks, smallLayout);
  let globalWeights: Float32Array = new Float32Array(4);
  let number = 0;
  return {
    play(body: (round: Round, number: number) => void, quorum = 1): RoundResult {
      number += 1;
      const round = openRound({
        strategy,
        hooks,
        state,
        layout: smallLayout,
        globalWeights,
        round: number,
        clients: ["a", "b"].map((clientId) => ({ clientId, numSamples: 10 })),
        train: { epochs: 1, batchSize: 8, learningRate: 0.1 },
        seed: 3,
        quorum,
      });
      body(round, number);
      const result = round.close();
      state = result.state;
      globalWeights = result.weights;
      return result;
    },
    owed: (clientId: string) => {
      const { owed } = state.hooks["compress-updates"] as CompressionState;
      return owed[clientId] && [...owed[clientId]];
    },
    sent: () => Object.keys((state.hooks["compress-updates"] as CompressionState).sent),
  };
}

const refusing = (code: string, refuses: (round: number) => boolean): AggregateHook => ({
  name: code,
  beforeUpdate: (_update, { round }) =>
    refuses(round.round) ? { refuse: { code, message: code } } : undefined,
});

describe("compressUpdates", () => {
  it.each<[CompressionMethod, number, number]>([
    [{ kind: "none" }, 12, 0],
    [{ kind: "topk", k: 3 }, 24, 0],
    [{ kind: "float16" }, 6, 2e-3],
    [{ kind: "int8" }, 7, 0.05],
    [{ kind: "qsgd", levels: 100 }, 7, 0.1],
  ])("shows what %j does to a round: %d bytes of 12", (method, bytes, error) => {
    const round = openSmallRound({ hooks: [rejectInvalid(), compressUpdates({ method })] });
    round.receive(smallUpdate("a", 0, { values: Float32Array.of(1.125, -2, 4.7, 99) }));
    const { weights, hooks, state } = round.close();
    const wanted = Float32Array.of(1.125, -2, 4.7, 1);
    for (const [i, value] of weights.entries())
      expect(Math.abs(value - wanted[i]!)).toBeLessThanOrEqual(error);
    expect(hooks[1]).toMatchObject({
      name: "compress-updates",
      verdict: "replaced",
      counters: { calls: 1, bytes_before: 12, bytes_after: bytes },
    });
    expect(state.hooks["compress-updates"]).toEqual({ round: 0, owed: {}, sent: {} });
  });

  it("does not look at private tensors, wherever they lie, and leaves the update as it was", () => {
    const layout = createLayout([
      { name: "embedding", shape: [2], role: "private" },
      { name: "kernel", shape: [2] },
      { name: "norm", shape: [1], role: "private" },
      { name: "mean", shape: [1], role: "statistic" },
    ]);
    const strategy = fedAvg();
    const hooks = [compressUpdates({ method: { kind: "topk", k: 2 } })];
    const round = openRound({
      strategy,
      hooks,
      layout,
      state: createAggregationState(strategy, hooks, layout),
      globalWeights: new Float32Array(6),
      round: 2,
      clients: [{ clientId: "a", numSamples: 1 }],
      train: { epochs: 1, batchSize: 8, learningRate: 0.1 },
      seed: 3,
    });
    const values = Float32Array.of(100, Number.NaN, 1, 2, 100, -3);
    round.receive(smallUpdate("a", 0, { layout, values }));
    expect([...round.close().weights]).toEqual([0, 0, 0, 2, 0, -3]);
    expect(values).toEqual(Float32Array.of(100, Number.NaN, 1, 2, 100, -3));
  });

  it.each<CompressionMethod>([{ kind: "int8" }, { kind: "qsgd", levels: 3 }])(
    "rounds each client at random, the same in any order of arrival: %j",
    (method) => {
      const play = (order: string) => {
        const round = openSmallRound({ hooks: [compressUpdates({ method, errorFeedback: true })] });
        for (const clientId of order) {
          round.receive(smallUpdate(clientId, 0, { values: Float32Array.of(1.55, 13.7, 4.25, 0) }));
        }
        const { weights, state } = round.close();
        return { weights, state: state.hooks["compress-updates"] as CompressionState };
      };
      const first = play("abc");
      const second = play("cab");
      expect(second).toEqual(first);
      expect(Object.keys(second.state.owed)).toEqual(["a", "b", "c"]);
      expect(new Set(Object.values(first.state.owed).map(String)).size).toBeGreaterThan(1);
    },
  );

  it("refuses an update that cannot be compressed, and owes what it owed", () => {
    const run = openRun([], { kind: "float16" });
    run.play((round) => round.receive(delta("a", [1.0001, 0, 0, 0])));
    const before = run.owed("a");
    const { refused } = run.play((round, number) => {
      round.receive(delta("a", [1e6, 0, 0, 0], number));
    });
    expect(refused).toMatchObject([{ by: "compress-updates", code: "not_compressible" }]);
    expect(refused[0]?.message).toContain(
      "values[0]: expected a magnitude below 65520 (float16), got 1000000",
    );
    expect(run.owed("a")).toEqual(before);
  });

  it("leaves weights that started elsewhere to those who refuse them", () => {
    const round = openSmallRound({ hooks: [compressUpdates({ method: topOne, errorFeedback: true })] });
    expect(round.receive(smallUpdate("a", 9, { round: 1 }))).toMatchObject({ code: "wrong_round" });
    expect(round.close().state.hooks["compress-updates"]).toMatchObject({ owed: {} });
  });

  it.each<[unknown, string]>([
    [{}, "method: expected an object with a kind, got undefined"],
    [{ method: "int8" }, 'method: expected an object with a kind, got "int8"'],
    [{ method: { kind: "zip" } }, 'kind: expected one of none, topk, int8, qsgd, float16, got "zip"'],
    [{ method: { kind: "topk" } }, "fraction: expected a number in (0, 1], got undefined"],
    [{ method: { kind: "topk", k: 0 } }, "k: expected an integer >= 1, got 0"],
    [{ method: { kind: "qsgd", levels: 200 } }, "levels: expected an integer in [1, 127], got 200"],
    [{ method: { kind: "int8", levels: 4 } }, 'method: expected options among kind, blockSize, got "levels"'],
    [{ method: topOne, errorFeedback: 1 }, "errorFeedback: expected true or false, got 1"],
    [{ method: topOne, k: 1 }, 'compress-updates: expected options among method, errorFeedback, got "k"'],
  ])("refuses %j", (options, message) => {
    expect(() => compressUpdates(options as Parameters<typeof compressUpdates>[0])).toThrow(message);
  });
});

describe("compressUpdates with error feedback", () => {
  it("sends later what it left out", () => {
    const run = openRun();
    run.play((round) => round.receive(delta("a", [0.5, -0.25, 0.125, 9])));
    expect(run.owed("a")).toEqual([0, -0.25, 0.125]);
    const { weights } = run.play((round, number) => {
      round.receive(delta("a", [0, -0.25, 0, 9], number));
    });
    expect([...weights]).toEqual([0.5, -0.5, 0, 0]);
    expect([run.owed("a"), run.sent()]).toEqual([[0, 0, 0.125], []]);
  });

  it("owes all of an update that a later hook refused, of that client alone", () => {
    const run = openRun([
      {
        name: "not-b",
        beforeUpdate: ({ clientId }) =>
          clientId === "b" ? { refuse: { code: "not_b", message: "not b" } } : undefined,
      },
    ]);
    run.play((round) => {
      round.receive(delta("b", [0.5, -0.25, 0, 0]));
      round.receive(delta("a", [0.5, -0.25, 0, 0]));
    });
    expect([run.owed("a"), run.owed("b"), run.sent()]).toEqual([[0, -0.25, 0], [0.5, -0.25, 0], []]);
  });

  it("owes all when the round had no quorum", () => {
    const run = openRun();
    run.play((round) => round.receive(delta("a", [0.5, -0.25, 0, 0])), 2);
    expect(run.owed("a")).toEqual([0.5, -0.25, 0]);
    const { weights } = run.play((round, number) => {
      round.receive(delta("a", [0.5, 0, 0, 0], number));
    });
    expect([...weights]).toEqual([1, 0, 0, 0]);
    expect(run.owed("a")).toEqual([0, -0.25, 0]);
  });

  it("owes all when a later hook refused the round, and forgets what it sent then", () => {
    const refuseFirst: AggregateHook = {
      name: "refuse-first",
      beforeAggregate: ({ round }) =>
        round.round === 1 ? { refuse: { code: "first", message: "first" } } : undefined,
    };
    const run = openRun([refuseFirst, refusing("no-second", (round) => round === 2)]);
    run.play((round) => round.receive(delta("a", [0.5, -0.25, 0, 0])));
    expect([run.owed("a"), run.sent()]).toEqual([[0.5, -0.25, 0], ["a"]]);
    run.play((round, number) => round.receive(delta("a", [0.5, 0, 0, 0], number)));
    expect(run.owed("a")).toEqual([1, -0.25, 0]);
    run.play((round, number) => {
      round.receive(delta("b", [0.5, 0, 0, 0], number));
    });
    expect([run.owed("a"), run.owed("b"), run.sent()]).toEqual([[1, -0.25, 0], [0, 0, 0], []]);
  });

  it("is not owed a second update of the round, if no other hook refuses it first", () => {
    const round = openSmallRound({ hooks: [compressUpdates({ method: topOne, errorFeedback: true })] });
    const update = smallUpdate("a", 0, { form: "delta", values: Float32Array.of(0.5, -0.25, 0, 0) });
    round.receive(update);
    expect(round.receive(update).status).toBe("refused");
    const { owed } = round.close().state.hooks["compress-updates"] as CompressionState;
    expect([...(owed.a ?? [])]).toEqual([0, -0.25, 0]);
  });

  it("does not take the name of a client for a property of objects", () => {
    const round = openSmallRound({ hooks: [compressUpdates({ method: topOne, errorFeedback: true })] });
    expect(round.receive(smallUpdate("__proto__", 2))).toMatchObject({ code: "wrong_update" });
    const strategy = fedAvg();
    const hooks = [compressUpdates({ method: topOne, errorFeedback: true })];
    const strange = openRound({
      strategy,
      hooks,
      state: createAggregationState(strategy, hooks, smallLayout),
      layout: smallLayout,
      globalWeights: new Float32Array(4),
      round: 1,
      clients: ["__proto__", "constructor"].map((clientId) => ({ clientId, numSamples: 10 })),
      train: { epochs: 1, batchSize: 8, learningRate: 0.1 },
      seed: 3,
    });
    for (const clientId of ["constructor", "__proto__"]) strange.receive(delta(clientId, [1, 0.5, 0, 0]));
    const { owed } = strange.close().state.hooks["compress-updates"] as CompressionState;
    expect(Object.entries(owed)).toEqual([
      ["__proto__", Float32Array.of(0, 0.5, 0)],
      ["constructor", Float32Array.of(0, 0.5, 0)],
    ]);
  });
});
