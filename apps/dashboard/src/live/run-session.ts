import { backoffMs, type OpenWebSocket } from "@fedloom/connection";
import type { FedloomEvent, RunRecord, RunState } from "@fedloom/protocol";
import { openViewer, type Viewer } from "@fedloom/viewer";
import { ApiError } from "../api/errors.js";
import type { FinalMetrics } from "../api/runs.js";
import { reduceEvent } from "./reduce-event.js";
import { emptyView, type RunView } from "./run-view.js";

/** Where the shown data comes from, for the note beside the run's state. */
export type Source =
  | { kind: "connecting" }
  | { kind: "live"; numReplayed: number }
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
  /** Why the server could not be asked, until it could. */
  error?: ApiError;
}

export interface RunApi {
  getRun(runId: string, signal?: AbortSignal): Promise<RunRecord>;
  getFinalMetrics(runId: string, signal?: AbortSignal): Promise<FinalMetrics>;
  storedEvents(runId: string, signal?: AbortSignal): AsyncGenerator<FedloomEvent[]>;
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
  /** Runs a callback at the next frame; a hidden tab has none. */
  schedule: (callback: () => void) => void;
  /** How often the run's record is asked for while it runs, in ms; 5,000. */
  pollMs?: number;
  /** Source of chance for waits after failures, for tests. */
  random?: () => number;
}

export const emptySnapshot: RunSnapshot = { view: emptyView, source: { kind: "connecting" } };

/** Whether a run in this state will send no more events. */
export function isOver(state: RunState): boolean {
  return state === "completed" || state === "stopped" || state === "failed";
}

/** First wait for the record to say what the last event said. */
const AFTER_END_MS = 125;

/** Watches one run: its record and stored events over HTTP, and what is new from the relay. */
export class RunSession {
  readonly #options: RunSessionOptions;
  readonly #stop = new AbortController();
  #snapshot = emptySnapshot;
  #relay: Viewer | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wake: (() => void) | undefined;
  #isScheduled = false;
  /** Whether the relay no longer had what storage must still give. */
  #isIncomplete = false;
  #loading: Promise<void> | undefined;

  constructor(options: RunSessionOptions) {
    this.#options = options;
    void this.#watch();
  }

  close(): void {
    this.#stop.abort();
    this.#relay?.close();
    clearTimeout(this.#timer);
  }

  /** Asks for the record until the run is over, then for its stored events and final metrics. */
  async #watch(): Promise<void> {
    const { runId, api, pollMs = 5_000, random = Math.random } = this.#options;
    let failures = 0;
    let numAfterEnd = 0;
    while (!this.#stop.signal.aborted) {
      try {
        const record = await api.getRun(runId, this.#stop.signal);
        this.#change({ record, error: undefined });
        failures = 0;
        if (isOver(record.state)) return await this.#finish();
        this.#relay ??= this.#connect();
        if (this.#isIncomplete) await this.#loadStored();
        // The end of the run hastens the next question, since the database may be a moment behind.
        if (this.#snapshot.view.end) numAfterEnd += 1;
        await this.#pause(numAfterEnd > 0 ? Math.min(pollMs, AFTER_END_MS * 2 ** numAfterEnd) : pollMs);
      } catch (cause) {
        if (this.#stop.signal.aborted) return;
        failures += 1;
        const error = asApiError(cause);
        this.#change({ error });
        if (error.status === 404) return;
        await this.#pause(backoffMs(failures - 1, random));
      }
    }
  }

  async #finish(): Promise<void> {
    const { runId, api } = this.#options;
    const finalMetrics = await api.getFinalMetrics(runId, this.#stop.signal);
    if (!this.#snapshot.view.end || this.#isIncomplete) await this.#loadStored();
    const source: Source = { kind: this.#relay ? "ended" : "stored" };
    this.#relay?.close();
    this.#change({ finalMetrics, source, error: undefined });
  }

  #connect(): Viewer {
    const { runId, relayUrl, token, openWebSocket, random } = this.#options;
    return openViewer({
      url: relayUrl,
      token,
      runId,
      from: "start",
      random,
      openWebSocket,
      onEvent: (event) => this.#take([event]),
      onStateChange: (state) => {
        if (state === "waiting") this.#change({ source: { kind: "reconnecting" } });
      },
      onSubscribed: ({ recovered, numReplayed }) => {
        this.#change({ source: { kind: "live", numReplayed } });
        if (recovered) return;
        this.#isIncomplete = true;
        this.#loadStored().catch((cause) => this.#change({ error: asApiError(cause) }));
      },
    });
  }

  #loadStored(): Promise<void> {
    this.#loading ??= this.#readStored().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #readStored(): Promise<void> {
    const { runId, api } = this.#options;
    for await (const events of api.storedEvents(runId, this.#stop.signal)) this.#take(events);
    this.#isIncomplete = false;
  }

  #take(events: readonly FedloomEvent[]): void {
    const before = this.#snapshot.view;
    const view = events.reduce(reduceEvent, before);
    if (view === before) return;
    this.#change({ view });
    if (view.end && !before.end) this.#wake?.();
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
      if (!this.#stop.signal.aborted) this.#options.onChange(this.#snapshot);
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
