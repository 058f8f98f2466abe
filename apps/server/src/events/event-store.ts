import { setTimeout as delay } from "node:timers/promises";
import type { Database } from "@fedloom/db";
import { HOST_STREAM, type Relay, type Stream, type StreamEntry } from "@fedloom/relay";
import { inGroups, inSlices } from "./row-batches.js";
import { jsonOfEntry, rowOfEntry, rowOfJson, sourceOfPlace } from "./row-of-entry.js";
import { SpillQueue } from "./spill-queue.js";
import { type Row, storeRows } from "./store-rows.js";
import { type TakenEvents, WaitingEvents } from "./waiting-events.js";

export interface EventStoreOptions {
  readonly relay: Relay;
  readonly database: Pick<Database, "storeEvents">;
  /** Where events wait on disk that the relay's memory cannot hold any longer. */
  readonly spillDirectory: string;
  /** Most bytes of them; 1 GiB. */
  readonly maxSpillBytes?: number | undefined;
  /** Most events of one run that wait in the relay's memory; 9,000, because it holds 10,000. */
  readonly maxWaitingEvents?: number | undefined;
  /** Most bytes that wait in memory; 32 MiB. */
  readonly maxWaitingBytes?: number | undefined;
  /** Called when writing fails and when it works again. */
  readonly onStateChange?: ((failure: string | undefined) => void) | undefined;
}

type StoredListener = (runIds: ReadonlySet<string>) => void;

/** What one transaction takes. */
const BATCH = { events: 6_000, bytes: 2.5 * 1024 * 1024 };
/** Writers at once, each for runs of its own. */
const NUM_WRITERS = 2;
/** How long events gather, unless there are many: a transaction of one costs PostgreSQL as much as one of hundreds. */
const GATHER_MS = 100;
const MANY_EVENTS = 4_000;
const RETRY_MS = { first: 250, most: 10_000 };
const MAX_SPILL_BYTES = 2 ** 30;
const MAX_WAITING = { maxEvents: 9_000, maxBytes: 7 * 1024 * 1024, maxTotalBytes: 32 * 1024 * 1024 };
/** How full memory may be before publishers have to wait, and how long they would when it is full. */
const HOLD = { share: 0.25, mostMs: 200 };
const CLOSE_MS = 2_000;

/**
 * Reads the relay like any viewer and writes what it reads; only then is an event stored. What cannot be written in time
 * waits in a file, and then everything that follows waits for that, so that order is kept.
 */
export class EventStore implements AsyncDisposable {
  readonly #options: EventStoreOptions;
  readonly #waiting: WaitingEvents;
  readonly #spill: SpillQueue;
  readonly #writers = new Set<Promise<void>>();
  /** What writers have taken and not yet written. */
  readonly #taken = new Set<readonly TakenEvents[]>();
  readonly #busy = new Set<Stream>();
  /** Runs with events that were missed: no publisher hears that later ones are stored, so that it keeps what it has. */
  readonly #gapped = new WeakSet<Stream>();
  readonly #listeners = new Set<StoredListener>();
  readonly #unsubscribe: () => void;
  readonly #closing = new AbortController();
  #numStored = 0;
  #numMissed = 0;
  #failure: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lastStart = Number.NEGATIVE_INFINITY;

  private constructor(options: EventStoreOptions, spill: SpillQueue) {
    const { relay, maxWaitingEvents: maxEvents = MAX_WAITING.maxEvents } = options;
    const { maxWaitingBytes: maxTotalBytes = MAX_WAITING.maxTotalBytes } = options;
    this.#options = options;
    this.#spill = spill;
    this.#waiting = new WaitingEvents({ ...MAX_WAITING, maxEvents, maxTotalBytes });
    this.#unsubscribe = relay.onEvent((stream, entry) => this.#add(stream, entry));
    this.#wake();
  }

  /** Begins to read the relay, and takes over what a server that was killed left in the folder. */
  static async open(options: EventStoreOptions): Promise<EventStore> {
    const { spillDirectory, maxSpillBytes: maxBytes = MAX_SPILL_BYTES } = options;
    return new EventStore(options, await SpillQueue.open(spillDirectory, { maxBytes }));
  }

  /** Why the last write failed, until one succeeds. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Events that are not in the database and will not be: it refused them, or there was no room to keep them. */
  get numMissed(): number {
    return this.#numMissed;
  }

  /** Events that wait in memory. */
  get numWaiting(): number {
    return this.#waiting.numEvents;
  }

  /** Events of this server that wait on disk. */
  get numSpilled(): number {
    return this.#spill.numOwn;
  }

  /** Events that this server has written; those that were there already are among them. */
  get numStored(): number {
    return this.#numStored;
  }

  /**
   * For how long publishers are to be read no further, in ms, so that events come as fast as they can be stored; 0 while
   * the database is away, because viewers want to see them all the same.
   */
  get holdPublishersMs(): number {
    if (this.#failure !== undefined) return 0;
    return Math.round(Math.max(0, this.#waiting.share - HOLD.share) * HOLD.mostMs);
  }

  /** All of these, for whoever looks after the server. */
  get figures() {
    const { failure, numWaiting, numSpilled, numStored, numMissed } = this;
    return { failure, numWaiting, numSpilled, numStored, numMissed };
  }

  /** Calls `listener` with the runs of which events were stored; returns how to stop that. */
  onStored(listener: StoredListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Waits until everything is written, or writing fails, at most `deadlineMs`. */
  async flush(deadlineMs: number): Promise<void> {
    const done = new AbortController();
    const deadline = delay(deadlineMs, "late", { signal: done.signal }).catch(() => "late");
    while (
      this.#failure === undefined &&
      (this.numWaiting > 0 || this.#writers.size > 0 || !this.#spill.isEmpty)
    ) {
      this.#wake(true);
      // Without a writer, something is on its way to the disk.
      const step = this.#writers.size > 0 ? Promise.race(this.#writers) : this.#spill.settle();
      if ((await Promise.race([step, deadline])) === "late") break;
    }
    done.abort();
  }

  /** Writes what is left: to the disk if the database is away, for the next server. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    await this.flush(CLOSE_MS);
    this.#closing.abort();
    this.#unsubscribe();
    clearTimeout(this.#timer);
    // A database that hangs is not waited for: what it stores after all is known by its key later.
    await Promise.race([Promise.all(this.#writers), delay(CLOSE_MS)]);
    for (const stream of this.#waiting.streams()) this.#moveToDisk(stream);
    await this.#spill.close([...this.#taken].flat().flatMap(({ entries }) => entries.map(jsonOfEntry)));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #add(stream: Stream, entry: StreamEntry): void {
    if (stream.key === HOST_STREAM) return;
    const full = this.#waiting.add(stream, entry);
    if (full) this.#moveToDisk(full);
    this.#wake();
  }

  /** Starts a writer, now or when enough has gathered. */
  #wake(atOnce = false): void {
    if (this.#closing.signal.aborted || this.#writers.size >= NUM_WRITERS) return;
    const wait = this.#lastStart + GATHER_MS - performance.now();
    if (!atOnce && wait > 0 && this.numWaiting < MANY_EVENTS) {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#wake(true);
      }, wait);
      return;
    }
    const job = this.#nextJob();
    if (!job) return;
    this.#lastStart = performance.now();
    const writer = job.finally(() => {
      this.#writers.delete(writer);
      this.#wake();
    });
    this.#writers.add(writer);
  }

  /** What is on disk goes first and alone; else each writer has runs of its own. */
  #nextJob(): Promise<void> | undefined {
    if (!this.#spill.isEmpty) return this.#writers.size === 0 ? this.#writeFromDisk() : undefined;
    const taken = this.#waiting.take(BATCH, this.#busy);
    return taken.length > 0 ? this.#write(taken) : undefined;
  }

  async #write(taken: readonly TakenEvents[]): Promise<void> {
    this.#taken.add(taken);
    for (const { stream, numMissed } of taken) {
      this.#busy.add(stream);
      this.#miss(numMissed, stream);
    }
    const entries = taken.flatMap((part) => part.entries.map((entry) => ({ entry, runId: part.stream.key })));
    const rows = await inSlices(entries, ({ entry, runId }) => rowOfEntry(entry, runId));
    if (await this.#storeUntilDone(rows)) {
      this.#taken.delete(taken);
      this.#tell(rows);
    }
    for (const { stream } of taken) this.#busy.delete(stream);
  }

  async #writeFromDisk(): Promise<void> {
    const page = await this.#spill.read(BATCH.bytes);
    if (!page) return this.#spill.settle();
    const rows = await inSlices(page.records, rowOfJson);
    const done = await Promise.all(inGroups(rows, NUM_WRITERS).map((group) => this.#storeUntilDone(group)));
    if (done.includes(false)) return;
    this.#numMissed += page.numDamaged;
    await page.release();
    this.#tell(rows);
  }

  /** Tries again until the rows are stored; false if this is closed before. */
  async #storeUntilDone(rows: readonly Row[]): Promise<boolean> {
    const { signal } = this.#closing;
    for (let wait = RETRY_MS.first; !signal.aborted; wait = Math.min(2 * wait, RETRY_MS.most)) {
      try {
        const numRefused = await storeRows(this.#options.database, rows);
        this.#setFailure(undefined);
        this.#numMissed += numRefused;
        this.#numStored += rows.length - numRefused;
        return !signal.aborted;
      } catch (error) {
        this.#setFailure(error instanceof Error ? error.message : String(error));
        await delay(wait * (0.5 + Math.random() / 2), undefined, { signal, ref: false }).catch(() => {});
      }
    }
    return false;
  }

  /** Tells publishers how far their events are stored, and listeners that there are new ones. */
  #tell(rows: readonly Row[]): void {
    const runs = new Map<string, Map<string, number>>();
    for (const { runId, source, seq } of rows) {
      const sources = runs.get(runId) ?? new Map<string, number>();
      runs.set(runId, sources);
      if (seq > (sources.get(source) ?? 0)) sources.set(source, seq);
    }
    const { relay } = this.#options;
    for (const [runId, sources] of runs) {
      const stream = relay.streams.get(runId);
      if (!stream || this.#gapped.has(stream)) continue;
      for (const [source, seq] of sources) {
        if (source !== sourceOfPlace(stream.epoch)) relay.markStored(runId, source, seq);
      }
    }
    const runIds = new Set(runs.keys());
    for (const listener of this.#listeners) listener(runIds);
  }

  /** Takes a run's events out of the relay's memory. */
  #moveToDisk(stream: Stream): void {
    const taken = this.#waiting.takeAll(stream);
    if (!taken) return;
    const { entries, numMissed } = taken;
    void this.#spill.append(entries.map(jsonOfEntry)).then((numKept) => {
      this.#miss(numMissed + entries.length - numKept, stream);
      this.#wake();
    });
  }

  #miss(num: number, stream: Stream): void {
    if (num === 0) return;
    this.#numMissed += num;
    this.#gapped.add(stream);
  }

  #setFailure(failure: string | undefined): void {
    if (failure === this.#failure) return;
    this.#failure = failure;
    this.#options.onStateChange?.(failure);
  }
}
