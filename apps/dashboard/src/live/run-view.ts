import type { EventData, EventType, FedloomEvent, SeqRanges } from "@fedloom/protocol";

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
  fit: Metrics;
  evaluation: Metrics;
  metrics: Metrics;
}

export type ClientsOfRound = ReadonlyMap<string, ClientRound>;

export interface RunError {
  error: string;
  errorType: string;
  timestamp: string;
  fatal: boolean;
  clientId?: string;
  /** The newest round when it happened. */
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

/** Everything the live page shows of a run; made by `reduceEvent` alone, bounded in size. */
export interface RunView {
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
  /** Rising by round; the newest rounds only. */
  clients: ReadonlyMap<number, ClientsOfRound>;
  errors: readonly RunError[];
  earlyStopping?: EventData<"early_stopping">;
  end?: EventData<"training_end">;
  endedAt?: string;
  log: ReadonlyMap<EventType, readonly LogEntry[]>;
  numEvents: number;
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
  seen: new Map(),
};
