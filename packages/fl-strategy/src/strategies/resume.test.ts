import { describe, expect, it } from "vitest";
import { type AggregationState, createAggregationState } from "../aggregation-state.js";
import { decodeState, encodeState } from "../encode-state.js";
import { capShare } from "../hooks/cap-share.js";
import { centralPrivacy } from "../hooks/central-privacy.js";
import { clipUpdate } from "../hooks/clip-update.js";
import { compressUpdates } from "../hooks/compress-updates.js";
import { rejectInvalid } from "../hooks/reject-invalid.js";
import type { AggregateHook } from "../hooks.js";
import { openRound, type RoundResult } from "../round.js";
import type { ClientInfo, Strategy } from "../strategy.js";
import { contractUpdate, contractWeights } from "../testing/contract-data.js";
import { createLayout } from "../weights/layout.js";
import { createStrategy, type StrategyName, strategyNames } from "./registry.js";

const numRounds = 6;
const layout = createLayout([
  { name: "dense/kernel", shape: [4, 3] },
  { name: "norm/variance", shape: [3], role: "statistic" },
  { name: "head", shape: [3], role: "private" },
  { name: "dense/bias", shape: [3] },
]);
const clients: readonly ClientInfo[] = Array.from({ length: 16 }, (_, i) => ({
  clientId: `client-${i}`,
  numSamples: 1 + ((i * 37) % 50),
}));

/** Half of the clients take part in a round. */
const selection = { kind: "fraction", fraction: 0.5 };
const options: Partial<Record<StrategyName, Record<string, unknown>>> = {
  fedprox: { mu: 0.1 },
  fedadam: { biasCorrection: true },
  fedbuff: { bufferSize: 5 },
  krum: { f: 1 },
  "multi-krum": { f: 1 },
  bulyan: { f: 1 },
  "centered-clipping": { radius: 0.5 },
};

/** Counts what it sees, with state of every kind that a checkpoint holds. */
function memory(): AggregateHook<{ seen: Record<string, number>; sum: Float64Array; last: Float32Array }> {
  return {
    name: "memory",
    init: ({ size }) => ({ seen: {}, sum: new Float64Array(size), last: new Float32Array(size) }),
    beforeUpdate({ clientId, values }, { state }) {
      const count = (state.seen[clientId] ?? 0) + 1;
      return { state: { ...state, seen: { ...state.seen, [clientId]: count }, last: values.slice() } };
    },
    afterAggregate(delta, { state, random }) {
      const noise = random("noise");
      const replace = delta.map((value, i) => value + 0.01 * (state.sum[i] as number) * noise.normal());
      return { replace, state: { ...state, sum: state.sum.map((value, i) => value + (delta[i] as number)) } };
    },
  };
}

interface Run {
  readonly strategy: () => Strategy;
  readonly hooks: () => AggregateHook[];
}
interface Checkpoint {
  readonly weights: Float32Array;
  readonly state: AggregationState;
}

/** Plays the rounds from `first` on with a new strategy and new hooks, as a process that starts again would. */
function play({ strategy, hooks }: Run, first: number, from?: Checkpoint): RoundResult[] {
  const [played, list] = [strategy(), hooks()];
  let weights = from?.weights ?? contractWeights(layout);
  let state = from?.state ?? createAggregationState(played, list, layout);
  const results: RoundResult[] = [];
  for (let number = first; number <= numRounds; number += 1) {
    const opened = openRound({
      strategy: played,
      hooks: list,
      state,
      layout,
      globalWeights: weights,
      round: number,
      clients,
      train: { epochs: 1, batchSize: 8, learningRate: 0.1 },
      seed: 11,
    });
    for (const { clientId } of opened.tasks) {
      // One client fails now and then, and a round in the middle gets no answer at all.
      if (number === 4 || (clientId === "client-3" && number % 2 === 0)) opened.fail(clientId, "offline");
      else opened.receive(contractUpdate(clientId, number, layout));
    }
    const result = opened.close();
    results.push(result);
    ({ weights, state } = result);
  }
  return results;
}

const outcomeOf = ({ outcome, weights, state, selection, notes, updates }: RoundResult) =>
  encodeState({ outcome, weights, state, clientIds: selection.clientIds, notes, updates }).join();

function expectResumable(run: Run): RoundResult[] {
  const whole = play(run, 1);
  for (let round = 0; round < numRounds; round += 1) {
    const start = {
      weights: contractWeights(layout),
      state: createAggregationState(run.strategy(), run.hooks(), layout),
    };
    const { weights, state } = whole[round - 1] ?? start;
    const checkpoint = decodeState(encodeState({ weights, state })) as Checkpoint;
    const rest = play(run, round + 1, checkpoint);
    expect(rest.map(outcomeOf)).toEqual(whole.slice(round).map(outcomeOf));
  }
  return whole;
}

describe("a run that was resumed after any round equals the uninterrupted one, bit for bit", () => {
  it.each(strategyNames)("%s", (name) => {
    const whole = expectResumable({
      strategy: () => createStrategy(name, { ...options[name], selection }),
      hooks: () => [
        rejectInvalid(),
        compressUpdates({ method: { kind: "int8" }, errorFeedback: true }),
        clipUpdate({ maxNorm: 0.3 }),
        memory(),
      ],
    });
    expect(whole.map(({ outcome }) => outcome)).toEqual([
      "aggregated",
      "aggregated",
      "aggregated",
      "kept",
      "aggregated",
      "aggregated",
    ]);
    const picks = whole.map((result) => result.selection.clientIds.join());
    expect(new Set(picks).size).toBe(numRounds);
  });

  it.each(["loss", "power-of-choice"])("with clients selected by %s", (kind) => {
    const choice = { kind, fraction: 0.3, ...(kind === "loss" ? {} : { candidates: 0.6 }), overSelect: 1.3 };
    expectResumable({
      strategy: () => createStrategy("fedavgm", { selection: choice }),
      hooks: () => [rejectInvalid(), capShare({ maxShare: 0.5 }), memory()],
    });
  });

  it("with central privacy, an adaptive clip norm and its ledger", () => {
    expectResumable({
      strategy: () =>
        createStrategy("fedavg", { weighting: "uniform", selection: { kind: "poisson", rate: 0.6 } }),
      hooks: () => [
        rejectInvalid(),
        centralPrivacy({ noiseMultiplier: 1, clipNorm: { initial: 0.2, countNoise: 1 }, noise: "seeded" }),
      ],
    });
  });
});
