import { backoffMs } from "@fedloom/connection";
import type { EventPage, EventsQuery, PlacedEvent } from "../api/events.js";
import type { Feed, FeedListener } from "./feed.js";
import { readEventStream } from "./read-event-stream.js";

export interface HttpFeedApi {
  findNewestPosition(runId: string, after: number, signal?: AbortSignal): Promise<number>;
  getEvents(runId: string, query: EventsQuery, signal?: AbortSignal): Promise<EventPage>;
  openEventStream(
    runId: string,
    after: number,
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array> | null>;
}

export interface HttpFeedOptions extends FeedListener {
  runId: string;
  api: HttpFeedApi;
  /** Resolves when the tab can be seen; nobody asks for what nobody sees. */
  whenSeen: () => Promise<void>;
  /** Time between questions, in ms; 2,000. */
  askMs?: number | undefined;
  /** How long a stream may take to begin, in ms; 5,000. */
  patienceMs?: number | undefined;
  /** How long to ask before a stream is tried again, in ms; 30,000. */
  askForMs?: number | undefined;
  random?: (() => number) | undefined;
}

type Options = {
  [Key in keyof HttpFeedOptions]-?: NonNullable<HttpFeedOptions[Key]>;
};

/** Wait before a stream that ended is opened again, in ms. */
const STREAM_AGAIN_MS = 1_000;

/** Follows what is stored of a run over HTTP: as a stream, or by asking where a stream does not come through. */
export class HttpFeed implements Feed {
  readonly #options: Options;
  readonly #stop = new AbortController();
  #position: number | undefined;
  #hasBegun = false;

  constructor({ random, ...options }: HttpFeedOptions) {
    const { askMs = 2_000, patienceMs = 5_000, askForMs = 30_000 } = options;
    this.#options = { ...options, askMs, patienceMs, askForMs, random: random ?? Math.random };
    void this.#follow();
  }

  close(): void {
    this.#stop.abort();
  }

  async #follow(): Promise<void> {
    const { runId, api, onLost, random } = this.#options;
    let numFailures = 0;
    while (!this.#stop.signal.aborted) {
      try {
        this.#position ??= await api.findNewestPosition(runId, 0, this.#stop.signal);
        if (await this.#stream()) await this.#wait(STREAM_AGAIN_MS);
        else await this.#poll();
        numFailures = 0;
      } catch {
        if (this.#stop.signal.aborted) return;
        onLost();
        await this.#wait(backoffMs(numFailures, random));
        numFailures += 1;
      }
    }
  }

  /** Reads a stream to its end; answers whether one began. */
  async #stream(): Promise<boolean> {
    const { runId, api, patienceMs } = this.#options;
    const stop = new AbortController();
    const end = () => stop.abort();
    this.#stop.signal.addEventListener("abort", end);
    const patience = setTimeout(end, patienceMs);
    let hasBegun = false;
    try {
      const body = await api.openEventStream(runId, this.#position ?? 0, stop.signal);
      for await (const { events, lastId } of readEventStream(body)) {
        clearTimeout(patience);
        if (!hasBegun) this.#begin("sse");
        hasBegun = true;
        this.#take(events, lastId);
      }
    } catch (cause) {
      if (this.#stop.signal.aborted) throw cause;
    } finally {
      clearTimeout(patience);
      this.#stop.signal.removeEventListener("abort", end);
    }
    return hasBegun;
  }

  async #poll(): Promise<void> {
    const { runId, api, askMs, askForMs, whenSeen } = this.#options;
    let hasBegun = false;
    for (let waited = 0; waited < askForMs && !this.#stop.signal.aborted; waited += askMs) {
      await whenSeen();
      for (let isMore = true; isMore; ) {
        const { events, next } = await api.getEvents(
          runId,
          { after: this.#position ?? 0 },
          this.#stop.signal,
        );
        if (!hasBegun) this.#begin("polling");
        hasBegun = true;
        this.#take(events, events.at(-1)?.position);
        isMore = next !== null;
      }
      await this.#wait(askMs);
    }
  }

  /** What was stored before the position that the feed began at is for storage to tell. */
  #begin(transport: "sse" | "polling"): void {
    if (this.#stop.signal.aborted) return;
    this.#options.onLive({ transport, numReplayed: 0, isWhole: this.#hasBegun });
    this.#hasBegun = true;
  }

  #take(events: readonly PlacedEvent[], position: number | undefined): void {
    if (this.#stop.signal.aborted) return;
    this.#position = position ?? this.#position;
    if (events.length > 0) this.#options.onEvents(events.map(({ event }) => event));
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#stop.signal.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
