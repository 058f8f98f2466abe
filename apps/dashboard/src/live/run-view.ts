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

export interface LogEntry {
  /** Counted up per page, also where events carry no number. */
  id: number;
  event: FedloomEvent;
}

/** Everything the live page shows of a run; made by `reduceEvent` alone, bounded in size. */
export interface RunView {
  start?: EventData<"training_start">;
  startedAt?: string;
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
  rounds: [],
  clients: new Map(),
  errors: [],
  log: new Map(),
  numEvents: 0,
  seen: new Map(),
};
