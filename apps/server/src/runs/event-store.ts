import { type Database, DbError, type EventRow } from "@fedloom/db";
import type { Relay, Stream, StreamEntry } from "@fedloom/relay";
import { HOST_STREAM } from "@fedloom/relay";
import { metricsOf } from "./metrics-of-event.js";

export interface EventStoreOptions {
  relay: Relay;
  database: Database;
  /** Called when writing fails and when it works again. */
  onStateChange?: (failure: string | undefined) => void;
}

const MAX_BATCH = 1_000;
const RETRY_MS = 1_000;

/** Reads the relay like any viewer and writes what it reads; only then is an event stored. */
export class EventStore implements AsyncDisposable {
  readonly #options: EventStoreOptions;
  /** Streams with events after the cursor. */
  readonly #dirty = new Set<Stream>();
  readonly #cursors = new WeakMap<Stream, number>();
  readonly #unsubscribe: () => void;
  #writing: Promise<void> | undefined;
  #numMissed = 0;
  #failure: string | undefined;
  #closed = false;

  constructor(options: EventStoreOptions) {
    this.#options = options;
    this.#unsubscribe = options.relay.onEvent((stream) => {
      if (stream.key === HOST_STREAM) return;
      this.#dirty.add(stream);
      this.#wake();
    });
  }

  /** Why the last write failed, until one succeeds. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Events that are not in the database: it refused them, or was away until they had left the relay's memory. */
  get numMissed(): number {
    return this.#numMissed;
  }

  /** Waits until everything is written, at most `deadlineMs`. */
  async flush(deadlineMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, deadlineMs);
    });
    while (this.#writing && this.#failure === undefined) {
      const done = await Promise.race([this.#writing.then(() => "written"), deadline]);
      if (!done) break;
    }
    clearTimeout(timer);
  }

  async close(): Promise<void> {
    await this.flush(2_000);
    this.#closed = true;
    this.#unsubscribe();
    await this.#writing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #wake(): void {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
      if (this.#dirty.size > 0 && !this.#closed) this.#wake();
    });
  }

  async #write(): Promise<void> {
    while (this.#dirty.size > 0 && !this.#closed) {
      const [stream] = this.#dirty;
      if (!stream) return;
      const entries = this.#read(stream);
      if (entries.length === 0) {
        this.#dirty.delete(stream);
        continue;
      }
      try {
        await this.#store(entries.map(({ event, offset }) => row(event, offset, stream)));
        this.#advance(stream, entries);
        this.#setFailure(undefined);
      } catch (error) {
        this.#setFailure(error instanceof Error ? error.message : String(error));
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      }
    }
  }

  /** Stores rows; one that the database refuses is left out and counted, so that it does not hold up the rest. */
  async #store(rows: readonly EventRow[]): Promise<void> {
    try {
      await this.#options.database.storeEvents(rows);
    } catch (error) {
      if (!(error instanceof DbError) || error.code !== "event_refused") throw error;
      if (rows.length === 1) {
        this.#numMissed += 1;
        return;
      }
      const middle = Math.ceil(rows.length / 2);
      await this.#store(rows.slice(0, middle));
      await this.#store(rows.slice(middle));
    }
  }

  #read(stream: Stream): StreamEntry[] {
    const cursor = this.#cursors.get(stream) ?? 0;
    if (!stream.holdsAfter(cursor)) {
      this.#numMissed += stream.tail - 1 - cursor;
      this.#cursors.set(stream, stream.tail - 1);
    }
    return stream.after(this.#cursors.get(stream) ?? 0, MAX_BATCH);
  }

  #advance(stream: Stream, entries: readonly StreamEntry[]): void {
    this.#cursors.set(stream, entries.at(-1)?.offset ?? 0);
    const stored = new Map<string, number>();
    for (const { event } of entries) {
      if (event.meta?.source !== undefined && event.meta.seq !== undefined) {
        stored.set(event.meta.source, event.meta.seq);
      }
    }
    for (const [source, seq] of stored) this.#options.relay.markStored(stream.key, source, seq);
  }

  #setFailure(failure: string | undefined): void {
    if (failure === this.#failure) return;
    this.#failure = failure;
    this.#options.onStateChange?.(failure);
  }
}

/** Events of plain publishers carry no source and seq; their place in the stream identifies them as well. */
function row(event: StreamEntry["event"], offset: number, stream: Stream): EventRow {
  return {
    runId: stream.key,
    source: event.meta?.source ?? `relay-${stream.epoch}`,
    seq: event.meta?.seq ?? offset,
    offset,
    streamEpoch: stream.epoch,
    type: event.type,
    timestamp: event.timestamp,
    payload: event.data,
    metrics: metricsOf(event),
  };
}
