import {
  type AggregationState,
  createAggregationState,
  defaultHooks,
  openRound,
  randomStream,
  type Strategy,
  type TrainConfig,
} from "@fedloom/fl-strategy";
import { expect } from "vitest";
import type { Samples } from "../data/dataset.js";
import { initialWeights } from "../models/initial-weights.js";
import type { ModelSpec } from "../models/model-spec.js";
import { resolveModel } from "../models/resolve-model.js";
import type { LocalPool, PoolRound } from "./client-pool.js";
import type { ClientStates } from "./client-states.js";

/** What a pool under test is made of. */
export interface ContractPoolOptions {
  readonly model: ModelSpec;
  readonly data: { readonly train: Samples; readonly val: Samples; readonly test: Samples };
  readonly shares: readonly Uint32Array[];
  readonly holdouts: readonly Uint32Array[];
  readonly states?: ClientStates;
  readonly progress?: boolean;
}

export const NUM_FEATURES = 6;
export const NUM_CLASSES = 3;

/** One dense layer: logits from features. */
export const contractModel: ModelSpec = {
  inputShape: [NUM_FEATURES],
  layers: [{ type: "dense", units: NUM_CLASSES, name: "out" }],
};

export const contractTrain: TrainConfig = { epochs: 2, batchSize: 8, learningRate: 0.1 };
export const contractStart = initialWeights(resolveModel(contractModel), 1);

/** Samples of classes that are not quite apart. */
export function contractSamples(numSamples: number, seed: number): Samples {
  const random = randomStream(seed, "contract");
  const features = new Float32Array(numSamples * NUM_FEATURES);
  const labels = Uint8Array.from({ length: numSamples }, () => random.integer(NUM_CLASSES));
  for (let i = 0; i < features.length; i += 1) {
    const label = labels[Math.floor(i / NUM_FEATURES)];
    features[i] = random.normal() + (i % NUM_CLASSES === label ? 1.5 : 0);
  }
  return { numSamples, features, labels };
}

/** Five clients of unequal shares. */
export function contractOptions(): ContractPoolOptions {
  const ends = [0, 20, 60, 75, 160, 200];
  const part = (from: number, to: number) => Uint32Array.from({ length: to - from }, (_, i) => from + i);
  const shares = ends.slice(1).map((end, i) => part(ends[i] as number, end));
  return {
    model: contractModel,
    data: { train: contractSamples(260, 1), val: contractSamples(700, 2), test: contractSamples(50, 3) },
    shares,
    holdouts: shares.map((_, i) => part(200 + i * 12, 212 + i * 12)),
  };
}

/** A round in which every client trains, unless other tasks are given. */
export function contractRound(pool: LocalPool, changes: Partial<PoolRound> = {}): PoolRound {
  return {
    round: 1,
    tasks: pool.clients().map(({ clientId }) => ({ clientId, config: contractTrain })),
    globalWeights: contractStart,
    broadcast: {},
    seed: 7,
    signal: new AbortController().signal,
    ...changes,
  };
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** Where rounds go on. */
export interface PlayedRounds {
  readonly round: number;
  readonly weights: Float32Array;
  readonly state: AggregationState;
}

export interface PlayRoundsOptions {
  readonly strategy: Strategy;
  readonly numRounds: number;
  /** Default the weights of the contract's model, before round 1. */
  readonly weights?: Float32Array;
  readonly from?: PlayedRounds;
  /** Leaves each round after so many updates; default never. */
  readonly leaveAfter?: number;
}

/** Plays rounds of a strategy up to `numRounds`, as a trainer does. */
export async function playRounds(pool: LocalPool, options: PlayRoundsOptions): Promise<PlayedRounds> {
  const { strategy, numRounds, leaveAfter = Number.POSITIVE_INFINITY } = options;
  const { layout } = pool;
  const fresh = createAggregationState(strategy, defaultHooks, layout);
  let { round, weights, state } = options.from ?? {
    round: 0,
    weights: options.weights ?? contractStart,
    state: fresh,
  };
  while (round < numRounds) {
    round += 1;
    const clients = pool.clients();
    const open = openRound({
      strategy,
      state,
      layout,
      globalWeights: weights,
      round,
      clients,
      train: contractTrain,
      seed: 7,
    });
    const { tasks, broadcast } = open;
    const changes = { round, tasks, broadcast, globalWeights: weights, borrowsUpdates: true };
    let numUpdates = 0;
    for await (const report of pool.train(contractRound(pool, changes))) {
      if (report.kind === "failed") throw new Error(report.error);
      if (report.kind === "update") {
        expect(open.receive(report.update)).toEqual({ status: "accepted" });
        numUpdates += 1;
      }
      if (numUpdates >= leaveAfter) break;
    }
    ({ state, weights } = open.close());
  }
  return { round, weights, state };
}
