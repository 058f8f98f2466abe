import { backoffMs, type OpenWebSocket } from "@fedloom/connection";
import type { FedloomEvent, RunRecord, RunState } from "@fedloom/protocol";
import { ApiError } from "../api/errors.js";
import type { FinalMetrics } from "../api/runs.js";
import { MAX_WAITING } from "./bounds.js";
import type { FeedStart, Transport } from "./feed.js";
import type { HttpFeedApi } from "./http-feed.js";
import { reduceEvents } from "./reduce-events.js";
import { RunFeed } from "./run-feed.js";
import { emptyView, type RunView } from "./run-view.js";
import { type StoredRun, withStored } from "./with-stored.js";

export type { Transport } from "./feed.js";

/** Where the shown data comes from, for the note beside the run's state. */
export type Source =
  | { kind: "connecting" }
  | { kind: "live"; transport: Transport; numReplayed: number }
  | { kind: "reconnecting" }
  /** The run was watched live until its end. */
  | { kind: "ended" }
  | { kind: "stored" };

/** What a live page draws. */
export interface RunSnapshot {
  view: RunView;
  source: Source;
  record?: RunRecord;
  finalMetrics?: FinalMetrics;
  /** When the last event came, or the connection was made, by this machine's clock in ms. */
  heardAt?: number;
  /** Why the server could not be asked, until it could. */
  error?: ApiError;
}

export interface RunApi extends HttpFeedApi {
  getRun(runId: string, signal?: AbortSignal): Promise<RunRecord>;
  getFinalMetrics(runId: string, signal?: AbortSignal): Promise<FinalMetrics>;
  /** Reads what there is of a run part by part, its rounds after one of them. */
  readStored(record: RunRecord, after: number, signal?: AbortSignal): AsyncIterable<StoredRun>;
}

export interface RunSessionOptions {
  runId: string;
  api: RunApi;
  /** Address of the relay. */
  relayUrl: string;
  /** For a server that asks for one. */
  token?: string | undefined;
  /** Opens a socket; the browser's own. */
  openWebSocket?: OpenWebSocket;
  /** Called with the newest snapshot, at most once per `schedule`. */
  onChange: (snapshot: RunSnapshot) => void;
  /** Runs a callback when there is something to draw: at the next frame, or late in a tab that nobody sees. */
  schedule: (callback: () => void) => void;
  /** Resolves when the tab can be seen; at once without it. */
  whenSeen?: () => Promise<void>;
  /** How often the run's record is asked for while it runs, in ms; 5,000. */
  pollMs?: number;
  /** How long the relay may take before HTTP is tried beside it, in ms; 8,000. */
  relayPatienceMs?: number;
  /** Time between questions where neither socket nor stream comes through, in ms; 2,000. */
  askMs?: number;
  /** Source of chance for waits after failures, for tests. */
  random?: () => number;
}

export const emptySnapshot: RunSnapshot = { view: emptyView, source: { kind: "connecting" } };

/** Whether a run in this state will send no more events. */
export function isOver(state: RunState): boolean {
  return state === "completed" || state === "stopped" || state === "failed";
}

/** Whether there is no such run, or its address is none. */
export function isUnknown({ status }: ApiError): boolean {
  return status === 404 || status === 400;
}

/** First wait for the record to say what the last event said. */
const AFTER_END_MS = 125;
/** Rounds that are read again: they were not over, or storage was a moment behind. */
const ROUNDS_AGAIN = 3;

/** Watches one run: its record and what is stored of it over HTTP, and what is new from the best feed. */
export class RunSession {
  readonly #options: RunSessionOptions;
  readonly #stop = new AbortController();
  #snapshot = emptySnapshot;
  /** What came since it was last taken into the view. */
  #waiting: FedloomEvent[] = [];
  #feed: RunFeed | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wake: (() => void) | undefined;
  #isScheduled = false;
  /** Times that storage must still be read: once where something is missing, and once more when that is stored too. */
  #numReads = 0;
  /** The round up to which storage was read. */
  #readUpTo = 0;
  #reading: Promise<void> | undefined;

  constructor(options: RunSessionOptions) {
    this.#options = options;
    void this.#watch();
  }

  /** Asks for the record now, because something in it was changed here. */
  async refresh(): Promise<void> {
    const { runId, api } = this.#options;
    try {
      this.#change({ record: await api.getRun(runId, this.#stop.signal) });
    } catch (cause) {
      this.#change({ error: asApiError(cause) });
    }
  }

  close(): void {
    this.#stop.abort();
    this.#feed?.close();
    clearTimeout(this.#timer);
  }

  /** Asks for the record until the run is over, then for what is stored of it and its final metrics. */
  async #watch(): Promise<void> {
    const { runId, api, pollMs = 5_000, random = Math.random, whenSeen } = this.#options;
    let failures = 0;
    let numAfterEnd = 0;
    while (!this.#stop.signal.aborted) {
      try {
        const record = await api.getRun(runId, this.#stop.signal);
        this.#change({ record, error: undefined });
        failures = 0;
        if (isOver(record.state)) return await this.#finish(record);
        this.#feed ??= this.#follow();
        if (this.#numReads > 0) await this.#read(record);
        // The end of the run hastens the next question, since the database may be a moment behind.
        if (this.#snapshot.view.end) numAfterEnd += 1;
        await this.#pause(numAfterEnd > 0 ? Math.min(pollMs, AFTER_END_MS * 2 ** numAfterEnd) : pollMs);
        await whenSeen?.();
      } catch (cause) {
        if (this.#stop.signal.aborted) return;
        failures += 1;
        const error = asApiError(cause);
        this.#change({ error });
        if (isUnknown(error)) return this.#feed?.close();
        await this.#pause(backoffMs(failures - 1, random));
      }
    }
  }

  async #finish(record: RunRecord): Promise<void> {
    const { runId, api } = this.#options;
    const [finalMetrics] = await Promise.all([
      api.getFinalMetrics(runId, this.#stop.signal),
      // Read by now or not: only now everything is stored.
      this.#reading?.catch(() => {}).then(() => this.#read(record)) ?? this.#read(record),
    ]);
    const source: Source = { kind: this.#feed ? "ended" : "stored" };
    this.#feed?.close();
    this.#change({ finalMetrics, source, error: undefined });
  }

  #follow(): RunFeed {
    const { whenSeen = async () => {}, ...options } = this.#options;
    return new RunFeed({
      ...options,
      whenSeen,
      onEvents: (events) => this.#take(events),
      onLive: (start) => this.#begin(start),
      onLost: () => this.#change({ source: { kind: "reconnecting" } }),
    });
  }

  #begin({ transport, numReplayed, isWhole }: FeedStart): void {
    this.#change({ source: { kind: "live", transport, numReplayed }, heardAt: Date.now() });
    const { record } = this.#snapshot;
    if (isWhole || !record) return;
    this.#numReads = 2;
    this.#read(record).catch((cause) => this.#change({ error: asApiError(cause) }));
  }

  #read(record: RunRecord): Promise<void> {
    this.#reading ??= this.#readStored(record).finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readStored(record: RunRecord): Promise<void> {
    const after = Math.max(0, this.#readUpTo - ROUNDS_AGAIN);
    let newest = 0;
    for await (const part of this.#options.api.readStored(record, after, this.#stop.signal)) {
      newest = Math.max(newest, part.rounds.at(-1)?.round ?? 0);
      this.#takeIn();
      this.#change({ view: withStored(this.#snapshot.view, part), error: undefined });
    }
    // Another start may have begun further back.
    this.#readUpTo = newest < this.#readUpTo ? 0 : newest;
    this.#numReads = Math.max(0, this.#numReads - 1);
  }

  #take(events: readonly FedloomEvent[]): void {
    for (const event of events) this.#waiting.push(event);
    const isEnd = events.some(({ type }) => type === "training_end");
    // In a tab that nobody sees nothing is drawn for long.
    if (isEnd || this.#waiting.length >= MAX_WAITING) this.#takeIn();
    if (isEnd) this.#wake?.();
    this.#change({ heardAt: Date.now() });
  }

  #takeIn(): void {
    const view = reduceEvents(this.#snapshot.view, this.#waiting);
    this.#waiting = [];
    this.#snapshot = { ...this.#snapshot, view };
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#timer = setTimeout(resolve, ms);
    });
  }

  #change(change: { [Key in keyof RunSnapshot]?: RunSnapshot[Key] | undefined }): void {
    if (this.#stop.signal.aborted) return;
    const { error, ...rest } = { ...this.#snapshot, ...change };
    this.#snapshot = { ...rest, ...(error && { error }) } as RunSnapshot;
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#options.schedule(() => {
      this.#isScheduled = false;
      if (this.#stop.signal.aborted) return;
      this.#takeIn();
      this.#options.onChange(this.#snapshot);
    });
  }
}

function asApiError(cause: unknown): ApiError {
  if (cause instanceof ApiError) return cause;
  return new ApiError(cause instanceof Error ? cause.message : String(cause), {
    status: 0,
    code: "page",
    cause,
  });
}
