import type { EventData, EventType, FedloomEvent, RoundSpread, SeqRanges } from "@fedloom/protocol";

export type Metrics = Readonly<Record<string, number>>;

/** `unfinished`: the run ended before the client did. */
export type ClientStatus = "selected" | "training" | "unfinished" | EventData<"client_complete">["status"];

/** What one client did in one round. */
export interface ClientRound {
  clientId: string;
  status: ClientStatus;
  localEpoch?: number;
  totalLocalEpochs?: number;
  trainLoss?: number;
  numSamples?: number;
  durationMs?: number;
  bytesUp?: number;
  bytesDown?: number;
  error?: string;
  /** What it reported of the round. */
  metrics?: Metrics;
}

/** How clients of a round ended, and what they sent and were sent. */
export interface Tally {
  readonly numOk: number;
  readonly numRejected: number;
  readonly numFailed: number;
  readonly numTimeout: number;
  readonly bytesUp: number;
  readonly bytesDown: number;
}

/** What the server says of one round. */
export interface RoundView {
  round: number;
  /** Who told of it: each start of a run has a publisher of its own. */
  source?: string;
  startedAt?: string;
  endedAt?: string;
  durationMs?: number;
  participatingClients?: number;
  /** How its clients ended, and what they sent and were sent. */
  numOk?: number;
  numRejected?: number;
  numFailed?: number;
  numTimeout?: number;
  bytesUp?: number;
  bytesDown?: number;
  /** The same as this page counted it, and as storage told it; either may be behind, so the greater one is shown. */
  heard?: Tally;
  stored?: Tally;
  fit: Metrics;
  evaluation: Metrics;
  metrics: Metrics;
  /** What hooks did, privacy spent, learning rate and times: names such as `hooks/clip-update/duration_ms`. */
  about: Metrics;
  /** How metrics lie among its clients, by metric. */
  spread: ReadonlyMap<string, RoundSpread>;
}

/** What the newest evaluation of the aggregated model says of single classes: `confusion/0/1`, `roc/0.05`. */
export interface EvaluationDetails {
  round: number;
  val: Metrics;
  test: Metrics;
  /** The round of `test` where it is another one: training in one place tests the best epoch alone, at the end. */
  testRound?: number;
}

export type ClientsOfRound = ReadonlyMap<string, ClientRound>;

export interface RunError {
  error: string;
  errorType: string;
  timestamp: string;
  fatal: boolean;
  clientId?: string;
  /** The newest round that had begun when it happened. */
  round?: number;
}

/** A start of a run that went on from a checkpoint: what earlier ones said of later rounds no longer counts. */
export interface Attempt {
  attempt: number;
  /** The round after which it went on. */
  resumedFrom: number;
}

export interface LogEntry {
  /** Counted up per page, also where events carry no number. */
  id: number;
  event: FedloomEvent;
}

/** Everything the live page shows of a run; made by `reduceEvents` and `withStored` alone, bounded in size. */
export interface RunView {
  /** As the first event says it; which view to show. */
  mode?: "federated" | "centralized";
  start?: EventData<"training_start">;
  startedAt?: string;
  /** What the server last said of the run as a whole, until its training begins again. */
  state?: EventData<"run_state">;
  /** The starts of the run that went on from a checkpoint, by their publisher. */
  attempts: ReadonlyMap<string, Attempt>;
  /** What the run counts: rounds of a federation, or epochs in one place, which are shown as rounds are. */
  unit: "round" | "epoch";
  totalRounds?: number;
  /** Rising by round. */
  rounds: readonly RoundView[];
  details?: EvaluationDetails;
  /** Rising by round; the newest rounds only. */
  clients: ReadonlyMap<number, ClientsOfRound>;
  /** The first round whose clients are kept, once earlier ones were let go. */
  clientsSince?: number;
  errors: readonly RunError[];
  earlyStopping?: EventData<"early_stopping">;
  end?: EventData<"training_end">;
  endedAt?: string;
  log: ReadonlyMap<EventType, readonly LogEntry[]>;
  /** Events that this page took in; of a run that was there before it was opened, not all that there are. */
  numEvents: number;
  /** Values of gauges that were left out on the way because newer ones followed. */
  numSkipped: number;
  lastEventAt?: string;
  /** Which numbers of which source were taken in. */
  seen: ReadonlyMap<string, SeqRanges>;
}

export const emptyView: RunView = {
  attempts: new Map(),
  unit: "round",
  rounds: [],
  clients: new Map(),
  errors: [],
  log: new Map(),
  numEvents: 0,
  numSkipped: 0,
  seen: new Map(),
};
