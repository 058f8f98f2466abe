import type { ClientInfo, ClientTask, Update, WeightsLayout } from "@fedloom/fl-strategy";

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

/** The clients of a run, wherever they are: in this process, in worker threads or at the other end of a network. */
export interface ClientPool {
  /** Of the model that every client trains. */
  readonly layout: WeightsLayout;
  /** The clients available now. */
  clients(): readonly ClientInfo[];
  /**
   * Trains the picked clients and reports as they go: progress, then exactly one update or failure per task. A client
   * that throws is a report, never an exception. When `signal` is aborted, or the reader stops, training ends within
   * the current batch, the rest of the reports are left out, and no work goes on behind the reader's back.
   */
  train(round: PoolRound): AsyncIterable<ClientReport>;
}
