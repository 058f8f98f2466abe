import { RecordQueue } from "./record-queue.js";
import type { Leftover, Spool, SpoolRecord, SpoolStore } from "./spool.js";

export interface IndexedDbSpoolOptions {
  /** Name of the database; `fedloom-spool`. */
  name?: string | undefined;
  /** Most bytes of a source's records that wait; 64 MiB. */
  maxBytes?: number | undefined;
}

const TABLE = "records";
const GATHER_MS = 100;

/** A row of the database; its key is [runId, source, seq]. */
interface Row extends SpoolRecord {
  runId: string;
  source: string;
}

/**
 * Spools in the browser's IndexedDB, so that a page that is closed or crashes loses nothing: the next page sends what
 * the relay does not have. Where there is no IndexedDB, as in some private windows, events are kept in memory.
 */
export function openIndexedDbSpools({
  name = "fedloom-spool",
  maxBytes = 64 * 1024 * 1024,
}: IndexedDbSpoolOptions = {}): SpoolStore {
  const opening = openDatabase(name).catch(() => undefined);
  return {
    open: (runId, source) => {
      // Held as long as this page lives; tells other pages that these records are not left over.
      holdLock(lockName(name, source));
      return new IndexedDbSpool({ runId, source, maxBytes }, opening);
    },
    leftovers: async () => {
      const database = await opening;
      return database ? readLeftovers(database, { name, maxBytes }) : [];
    },
  };
}

class IndexedDbSpool implements Spool {
  readonly #runId: string;
  readonly #source: string;
  readonly #opening: Promise<IDBDatabase | undefined>;
  readonly #maxBytes: number;
  /** What is not acknowledged; the database has it as well, but for the newest. */
  readonly #records = new RecordQueue();
  #waiting: SpoolRecord[] = [];
  #lastSeq = 0;
  #acknowledged = 0;
  #deletedUpTo = 0;
  #numSpooled = 0;
  #numDropped = 0;
  #failure: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    { runId, source, maxBytes }: { runId: string; source: string; maxBytes: number },
    opening: Promise<IDBDatabase | undefined>,
    stored: readonly SpoolRecord[] = [],
  ) {
    this.#runId = runId;
    this.#source = source;
    this.#maxBytes = maxBytes;
    this.#opening = opening;
    for (const record of stored) this.#records.push(record);
    this.#lastSeq = stored.at(-1)?.seq ?? 0;
    this.#acknowledged = (stored[0]?.seq ?? 1) - 1;
    this.#numSpooled = stored.length;
  }

  get firstSeq(): number {
    return this.#records.oldest?.seq ?? this.#lastSeq + 1;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  get numSpooled(): number {
    return this.#numSpooled;
  }

  get numDropped(): number {
    return this.#numDropped;
  }

  get failure(): string | undefined {
    return this.#failure;
  }

  append(record: SpoolRecord): void {
    this.#lastSeq = record.seq;
    this.#records.push(record);
    this.#waiting.push(record);
    while (this.#records.bytes > this.#maxBytes) {
      this.#numDropped++;
      if (!this.#records.removeOldest(({ isGauge }) => isGauge)) this.#records.shift();
    }
    this.#writeSoon();
  }

  read(seq: number, maxBytes: number): readonly SpoolRecord[] {
    return this.#records.after(seq, maxBytes);
  }

  acknowledge(seq: number): void {
    if (seq <= this.#acknowledged) return;
    this.#acknowledged = seq;
    while ((this.#records.oldest?.seq ?? Number.POSITIVE_INFINITY) <= seq) this.#records.shift();
    this.#writeSoon();
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#write();
  }

  #writeSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#write();
    }, GATHER_MS);
  }

  #write(): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      const database = await this.#opening;
      if (!database) {
        this.#failure = "this browser has no IndexedDB here: events are kept in memory only";
        return;
      }
      const added = this.#waiting.filter(({ seq }) => seq > this.#acknowledged);
      this.#waiting = [];
      try {
        await this.#store(database, added);
        this.#numSpooled += added.length;
        this.#failure = undefined;
      } catch (error) {
        // The records are in memory all the same; what comes later is tried again.
        this.#failure = error instanceof Error ? error.message : String(error);
      }
    });
    return this.#writing;
  }

  /** Adds records and deletes those that the relay has, in one transaction. */
  #store(database: IDBDatabase, added: readonly SpoolRecord[]): Promise<void> {
    const [runId, source, upTo] = [this.#runId, this.#source, this.#acknowledged];
    const transaction = database.transaction(TABLE, "readwrite");
    const table = transaction.objectStore(TABLE);
    for (const record of added) table.put({ ...record, runId, source } satisfies Row);
    if (upTo > this.#deletedUpTo) {
      table.delete(IDBKeyRange.bound([runId, source, 0], [runId, source, upTo]));
      this.#deletedUpTo = upTo;
    }
    return done(transaction);
  }
}

/** The records of pages that are gone, by their run and source. */
async function readLeftovers(
  database: IDBDatabase,
  { name, maxBytes }: { name: string; maxBytes: number },
): Promise<Leftover[]> {
  const rows = await result<Row[]>(database.transaction(TABLE).objectStore(TABLE).getAll());
  const bySource = new Map<string, Row[]>();
  for (const row of rows) {
    const key = `${row.runId} ${row.source}`;
    const known = bySource.get(key);
    if (known) known.push(row);
    else bySource.set(key, [row]);
  }
  const leftovers: Leftover[] = [];
  for (const [first, ...rest] of bySource.values()) {
    if (!first || !(await takeLock(lockName(name, first.source)))) continue;
    const { runId, source } = first;
    const spool = new IndexedDbSpool({ runId, source, maxBytes }, Promise.resolve(database), [
      first,
      ...rest,
    ]);
    leftovers.push({ runId, source, spool });
  }
  return leftovers;
}

function openDatabase(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(TABLE, { keyPath: ["runId", "source", "seq"] });
  };
  return result(request);
}

function result<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function done(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}

function lockName(database: string, source: string): string {
  return `${database} ${source}`;
}

function holdLock(name: string): void {
  navigator.locks?.request(name, () => new Promise(() => {})).catch(() => {});
}

/** Takes a lock for as long as the page lives; false when another page has it, or locks are not to be had. */
function takeLock(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    if (!navigator.locks) return resolve(false);
    navigator.locks
      .request(name, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return lock ? new Promise(() => {}) : undefined;
      })
      .catch(() => resolve(false));
  });
}
