import type { ClientInfo, ClientTask, MetricsReport, Update, WeightsLayout } from "@fedloom/fl-strategy";
import type { Loss } from "../models/model-spec.js";

/** What the clients of one round are asked to do. */
export interface PoolRound {
  /** Counted from 1. */
  readonly round: number;
  readonly tasks: readonly ClientTask[];
  /** What every client starts from; not to be written to. */
  readonly globalWeights: Float32Array;
  /** Vectors that the strategy sends beside them, by name. */
  readonly broadcast: Readonly<Record<string, Float32Array>>;
  /** Of the run: the clients' own randomness (order of samples) comes from it, the round and the client's id. */
  readonly seed: number;
  /** Ends the round early: within the batch that each client is at. */
  readonly signal: AbortSignal;
  /**
   * The reader is done with an update's values and vectors when it asks for the next report: their memory is used
   * again. Saves a copy where updates are folded as they come. Such a round is alone: no other call may go on with it.
   * Default false: every update has memory of its own.
   */
  readonly borrowsUpdates?: boolean;
}

/** A client has finished one of its local epochs. */
export interface ClientProgress {
  readonly kind: "progress";
  readonly clientId: string;
  /** Counted from 1. */
  readonly epoch: number;
  readonly totalEpochs: number;
  readonly learningRate: number;
  readonly loss: number;
  readonly accuracy: number;
}

/** A client has returned an update. */
export interface ClientReturned {
  readonly kind: "update";
  readonly update: Update;
  readonly durationMs: number;
  /** Of the weights, or what stood for them, to the client and back. */
  readonly bytesDown: number;
  readonly bytesUp: number;
}

/** A client returns nothing in this round. */
export interface ClientFailed {
  readonly kind: "failed";
  readonly clientId: string;
  readonly status: "failed" | "timeout";
  readonly error: string;
  readonly durationMs: number;
  readonly bytesDown: number;
}

export type ClientReport = ClientProgress | ClientReturned | ClientFailed;

/** What is asked of clients that evaluate. */
export interface PoolEvaluation {
  /** Counted from 1. */
  readonly round: number;
  readonly clientIds: readonly string[];
  readonly globalWeights: Float32Array;
  readonly signal: AbortSignal;
}

/** One client's evaluation of the global weights, with its own private tensors, on samples that it does not train on. */
export type ClientEvaluation =
  | { readonly kind: "evaluation"; readonly clientId: string; readonly report: MetricsReport }
  | { readonly kind: "failed"; readonly clientId: string; readonly error: string };

/** The clients of a run, wherever they are: in this process, in worker threads or at the other end of a network. */
export interface ClientPool extends AsyncDisposable {
  /** Of the model that every client trains. */
  readonly layout: WeightsLayout;
  /**
   * Whether `train` may be called again, and clients evaluate, while earlier calls go on (unless they borrow updates):
   * then an asynchronous strategy has clients train across rounds. Each call has its own round, weights and signal; a
   * client has one task at a time. Without it those that still train when a round closes are stopped. Default false.
   */
  readonly overlapping?: boolean;
  /** The clients available now, whether they are at a task or not. */
  clients(): readonly ClientInfo[];
  /**
   * Trains the picked clients and reports as they go: progress, then exactly one update or failure per task. A client
   * that throws is a report, never an exception. When `signal` is aborted, or the reader stops, training ends within
   * the current batch, the rest of the reports are left out, and no work goes on behind the reader's back.
   */
  train(round: PoolRound): AsyncIterable<ClientReport>;
  /** Has clients evaluate: exactly one report each, as they come; ends early as `train` does. */
  evaluate(evaluation: PoolEvaluation): AsyncIterable<ClientEvaluation>;
}

/** A pool on this machine, which has the whole data set at hand. */
export interface LocalPool extends ClientPool {
  readonly loss: Loss;
  readonly numOutputs: number;
  /** As `LocalTrainer.predict`, of all samples of a split: the server's own evaluation, over all workers. */
  predict(weights: Float32Array, split: "val" | "test", signal?: AbortSignal): Promise<Float32Array>;
}
