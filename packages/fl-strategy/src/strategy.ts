import type { RandomStream } from "./random.js";
import type { FailedClient, RefusedUpdate, Update, UpdateSummary } from "./update.js";
import type { WeightsLayout } from "./weights/layout.js";
import type { RunningMean } from "./weights/running-mean.js";

/** A client that could take part in a round. */
export interface ClientInfo {
  readonly clientId: string;
  readonly numSamples: number;
}

/** How a client is to train. */
export interface TrainConfig {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
}

/** What a strategy sees before any client has trained. */
export interface RoundContext<State = unknown> {
  /** Counted from 1. */
  readonly round: number;
  readonly layout: WeightsLayout;
  /** The model at the round's start; not to be written to. */
  readonly globalWeights: Float32Array;
  /** Every available client, ordered by id. */
  readonly clients: readonly ClientInfo[];
  /** The run's training settings, which {@link Strategy.configure} may change per client. */
  readonly train: TrainConfig;
  /** The strategy's own state; not to be written to: a changed one is returned by `apply`. */
  readonly state: State;
  /** The random stream of one purpose in this round; equal seeds give equal streams. */
  random(purpose: string, ...keys: (string | number)[]): RandomStream;
}

/** What a strategy sees when the updates are in. */
export interface AggregateContext<State = unknown> extends RoundContext<State> {
  /** Ids of the picked clients, ordered. */
  readonly picks: readonly string[];
  /** The accepted updates, ordered by client id. */
  readonly updates: readonly UpdateSummary[];
  readonly refused: readonly RefusedUpdate[];
  readonly failed: readonly FailedClient[];
}

/** The new global weights and the strategy's new state. */
export interface Applied<State = unknown> {
  readonly weights: Float32Array;
  readonly state: State;
}

/** An update with the weight that the strategy gave it. */
export interface WeighedUpdate {
  readonly update: Update;
  readonly weight: number;
}

interface StrategyBase<State> {
  /** Stable name, such as `fedavg`. */
  readonly id: string;
  /** Raised when the form of the state changes, so that an old checkpoint is refused, not misread. */
  readonly stateVersion: number;
  /** The state before round 1: plain data that survives JSON. */
  init(layout: WeightsLayout): State;
  /** Ids of the clients that train in this round, each once. */
  select(context: RoundContext<State>): readonly string[];
  /** How one picked client trains. */
  configure(clientId: string, context: RoundContext<State>): TrainConfig;
  /** How much an update counts: a finite number >= 0. */
  weigh(update: Update, context: RoundContext<State>): number;
  /** Makes the new global weights from the aggregated difference `delta` (float64, one per element). */
  apply(delta: Float64Array, context: AggregateContext<State>): Applied<State>;
}

/** Folds each update as it arrives: memory of one model, whatever the number of clients. */
export interface StreamStrategy<State = unknown> extends StrategyBase<State> {
  readonly mode: "stream";
  fold(mean: RunningMean, item: WeighedUpdate, context: RoundContext<State>): void;
}

/** Combines all updates when the last is in: for rules that need to see them side by side. */
export interface BarrierStrategy<State = unknown> extends StrategyBase<State> {
  readonly mode: "barrier";
  /** The aggregated difference from the global weights; `items` are ordered by client id and never empty. */
  combine(items: readonly WeighedUpdate[], context: AggregateContext<State>): Float64Array;
}

/** How updates become weights: a plain object whose state is passed in and out. */
export type Strategy<State = unknown> = StreamStrategy<State> | BarrierStrategy<State>;
