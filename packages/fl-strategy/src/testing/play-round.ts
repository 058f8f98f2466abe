import { type AggregationState, createAggregationState } from "../aggregation-state.js";
import type { AggregateHook } from "../hooks.js";
import { openRound, type RoundResult } from "../round.js";
import type { Strategy, TrainConfig } from "../strategy.js";
import type { Update } from "../update.js";
import { createLayout, type WeightsLayout } from "../weights/layout.js";

/** One client's part in {@link playRound}; client ids count up from c0. */
export type PlayedUpdate = { readonly values: readonly number[] } & Partial<
  Omit<Update, "values" | "clientId">
>;

export interface PlayRoundOptions {
  readonly strategy: Strategy;
  readonly updates: readonly PlayedUpdate[];
  /** Default: zeros. */
  readonly globalWeights?: readonly number[];
  readonly layout?: WeightsLayout;
  readonly round?: number;
  /** Clients beyond those that send updates, which are picked too but stay silent. */
  readonly silent?: number;
  readonly state?: AggregationState;
  readonly hooks?: readonly AggregateHook[];
  readonly train?: Partial<TrainConfig>;
}

/** Plays one round with updates of a few numbers: deltas of one sample each unless said otherwise. */
export function playRound(options: PlayRoundOptions): RoundResult {
  const { strategy, updates, round = 1, silent = 0, hooks = [] } = options;
  const size = updates[0]?.values.length ?? 1;
  const layout = options.layout ?? createLayout([{ name: "w", shape: [size] }]);
  const opened = openRound({
    strategy,
    hooks,
    state: options.state ?? createAggregationState(strategy, hooks, layout),
    layout,
    globalWeights: Float32Array.from(options.globalWeights ?? new Array(layout.size).fill(0)),
    round,
    clients: Array.from({ length: updates.length + silent }, (_, i) => ({
      clientId: `c${i}`,
      numSamples: updates[i]?.numSamples ?? 1,
    })),
    train: { epochs: 1, batchSize: 1, learningRate: 0.1, ...options.train },
    seed: 1,
  });
  for (const [i, update] of updates.entries()) {
    opened.receive({
      clientId: `c${i}`,
      round,
      layout,
      form: "delta",
      numSamples: 1,
      metrics: {},
      ...update,
      values: Float32Array.from(update.values),
    });
  }
  return opened.close();
}
