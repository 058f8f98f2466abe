import type { RandomStream } from "./random.js";
import type { Selection } from "./selection/selection.js";
import type { Decision } from "./stop/decision.js";
import type { FailedClient, Note, Refusal, RefusedUpdate, Update, UpdateSummary } from "./update.js";
import type { WeightsLayout } from "./weights/layout.js";
import type { RoundSums } from "./weights/round-sums.js";

/** A client that could take part in a round. */
export interface ClientInfo {
  readonly clientId: string;
  readonly numSamples: number;
  /** What a selection may ask for, such as `{ site: "north" }`. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** How a client is to train. A trainer that does not know one of the optional terms must refuse the task. */
export interface TrainConfig {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Adds mu (w - x) to the gradient at w, with x the round's global weights; the loss is reported without it. */
  readonly proximalMu?: number;
  /** Adds c - c_k to the gradient, keeps c_k and returns its change: see `scaffoldClient`. */
  readonly controlVariate?: boolean;
  /** Reports the metric `initial_loss`: the mean loss of the global weights on the client's data, before training. */
  readonly initialLoss?: boolean;
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
  /** The training loss that each client reported last, by client id. */
  readonly losses: Readonly<Record<string, number>>;
  /** The run's training settings, which {@link Strategy.configure} may change per client. */
  readonly train: TrainConfig;
  /** The strategy's own state; not to be written to: a changed one is returned by `apply`. */
  readonly state: State;
  /** The largest magnitude of an update's shared elements: Infinity or NaN if one is that. Looked up once an update. */
  maxMagnitude(values: Float32Array): number;
  /** The random stream of one purpose in this round; equal seeds give equal streams. */
  random(purpose: string, ...keys: (string | number)[]): RandomStream;
}

/** What a strategy sees when the updates are in. */
export interface AggregateContext<State = unknown> extends RoundContext<State> {
  readonly selection: Selection;
  /** Ids of the picked clients, ordered. */
  readonly picks: readonly string[];
  /** The accepted updates, ordered by client id. */
  readonly updates: readonly UpdateSummary[];
  readonly refused: readonly RefusedUpdate[];
  readonly failed: readonly FailedClient[];
  /** What a strategy that folds has added to the sum of this name; 0 without any. */
  vectorSum(name: string): Float64Array;
}

/** The new global weights and the strategy's new state. */
export interface Applied<State = unknown> {
  readonly weights: Float32Array;
  readonly state: State;
  readonly notes?: readonly Note[];
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
  /** Set if the aggregate is the mean of the updates, weighted or not; central privacy relies on `uniform`. */
  readonly mean?: "weighted" | "uniform";
  /**
   * How many rounds ago a client may have started for its update still to count; default 0. Such a client sends a
   * difference from the weights that it started from.
   */
  readonly maxStaleness?: number;
  /** Whether clients take steps of plain SGD, whatever optimizer the run has; default false. */
  readonly plainSteps?: boolean;
  /** The state before round 1: plain data and typed arrays, see `encodeState`. */
  init(layout: WeightsLayout): State;
  /** Which clients train in this round. */
  select(context: RoundContext<State>): Selection;
  /** How one picked client trains. */
  configure(clientId: string, context: RoundContext<State>): TrainConfig;
  /** Vectors that every picked client needs beside the global weights, by name. */
  broadcast?(context: RoundContext<State>): Readonly<Record<string, Float32Array>>;
  /** Refuses an update that lacks what this strategy needs of it. */
  check?(update: Update, context: RoundContext<State>): Refusal | undefined;
  /** How much an update counts: a finite number >= 0. */
  weigh(update: Update, context: RoundContext<State>): number;
  /** Makes the new global weights from the aggregated difference `delta` (float64, one per element). */
  apply(delta: Float64Array, context: AggregateContext<State>): Applied<State>;
  /** Whether the run goes on after this round, for a strategy that can tell. */
  decide?(context: AggregateContext<State>): Decision;
}

/**
 * Folds each update as it arrives: memory of one model, whatever the number of clients. The sums are exact, so that the
 * order of arrival does not matter.
 */
export interface StreamStrategy<State = unknown> extends StrategyBase<State> {
  readonly mode: "stream";
  /** Adds an update to the sums; returns numbers to remember of it, if any. */
  fold(
    sums: RoundSums,
    item: WeighedUpdate,
    context: RoundContext<State>,
  ): Record<string, number> | undefined;
  /** The aggregated difference from the global weights, made from the sums. */
  reduce(sums: RoundSums, context: AggregateContext<State>): Float64Array;
}

/** Combines all updates when the last is in: for rules that need to see them side by side. */
export interface BarrierStrategy<State = unknown> extends StrategyBase<State> {
  readonly mode: "barrier";
  /**
   * The aggregated difference from the global weights, or why there is none; `items` are ordered by client id and never
   * empty.
   */
  combine(
    items: readonly WeighedUpdate[],
    context: AggregateContext<State>,
  ): Float64Array | { readonly refuse: Refusal };
}

/** How updates become weights: a plain object whose state is passed in and out. */
export type Strategy<State = unknown> = StreamStrategy<State> | BarrierStrategy<State>;
