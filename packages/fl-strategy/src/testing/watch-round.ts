import { type AggregationState, createAggregationState } from "../aggregation-state.js";
import type { AggregateHook } from "../hooks.js";
import { randomStream } from "../random.js";
import { openRound, type RoundResult } from "../round.js";
import type { ClientInfo, Strategy, TrainConfig } from "../strategy.js";
import type { Update } from "../update.js";
import { createLayout, type WeightsLayout } from "../weights/layout.js";

export interface WatchedOptions {
  readonly strategy: Strategy;
  /** In the order of arrival. */
  readonly updates: readonly Update[];
  /** Default: zeros. */
  readonly globalWeights?: Float32Array;
  readonly hooks?: readonly AggregateHook[];
  readonly state?: AggregationState;
  readonly round?: number;
  /** Default: those that send updates. */
  readonly clients?: readonly ClientInfo[];
  readonly train?: Partial<TrainConfig>;
}

export interface WatchedRound extends RoundResult {
  /** The aggregated difference in float64, as the strategy applies it; empty if there was none. */
  readonly delta: Float64Array;
}

/** Plays one round and keeps what lies between the updates and the weights; for this package's own tests. */
export function watchRound(options: WatchedOptions): WatchedRound {
  const { strategy, updates, round = 1, hooks = [] } = options;
  const layout = updates[0]?.layout ?? createLayout([]);
  let delta: Float64Array = new Float64Array(0);
  const watch: AggregateHook = {
    name: "watch",
    init: () => null,
    afterAggregate(received) {
      delta = received.slice();
      return undefined;
    },
  };
  const watched = [...hooks, watch];
  const opened = openRound({
    strategy,
    hooks: watched,
    state: options.state ?? createAggregationState(strategy, watched, layout),
    layout,
    globalWeights: options.globalWeights ?? new Float32Array(layout.size),
    round,
    clients: options.clients ?? updates.map(({ clientId, numSamples }) => ({ clientId, numSamples })),
    train: { epochs: 1, batchSize: 1, learningRate: 0.1, ...options.train },
    seed: 1,
  });
  for (const update of updates) opened.receive(update);
  return { ...opened.close(), delta };
}

/** One trainable tensor of so many elements: equal sizes give the same layout. */
export function flatLayout(size: number): WeightsLayout {
  const layout = flatLayouts.get(size) ?? createLayout([{ name: "w", shape: [size] }]);
  flatLayouts.set(size, layout);
  return layout;
}

const flatLayouts = new Map<number, WeightsLayout>();

/** Updates of clients c00, c01, ... with all that any strategy asks for: differences unless said otherwise. */
export function updatesOf(
  rows: readonly ArrayLike<number>[],
  changes: Partial<Update> | ((index: number) => Partial<Update>) = {},
): Update[] {
  return rows.map((row, i) => ({
    clientId: `c${String(i).padStart(2, "0")}`,
    round: 1,
    layout: flatLayout(row.length),
    form: "delta",
    values: Float32Array.from(row),
    numSamples: 1,
    numSteps: 1,
    metrics: { initial_loss: 1 },
    vectors: { control: new Float32Array(row.length) },
    ...(typeof changes === "function" ? changes(i) : changes),
  }));
}

/** Vectors around a point, the same for the same seed: with standard deviation `spread` in each coordinate. */
export function cloud(
  seed: number,
  { count, size, spread = 1, center = 0 }: { count: number; size: number; spread?: number; center?: number },
): Float32Array[] {
  const random = randomStream(seed, "cloud");
  return Array.from({ length: count }, () =>
    Float32Array.from({ length: size }, () => center + spread * random.normal()),
  );
}
