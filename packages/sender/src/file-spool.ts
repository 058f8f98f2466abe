import { closeSync, mkdirSync, openSync, readSync, statSync } from "node:fs";
import type { WireEvent } from "@fedloom/protocol";
import { findLeftovers } from "./leftovers.js";
import { RecordQueue } from "./record-queue.js";
import { removeOldSpools } from "./remove-old-spools.js";
import type { Spool, SpoolRecord, SpoolStore } from "./spool.js";
import { SpoolFileCursor } from "./spool-file-cursor.js";
import { spoolPath } from "./spool-path.js";
import { findLastSeq } from "./spool-reader.js";
import { SpoolSnapshot } from "./spool-snapshot.js";
import { type FsyncPolicy, SpoolWriter } from "./spool-writer.js";

export interface FileSpoolOptions {
  /** Folder of the progress files; made when missing; `logs/progress`. */
  directory?: string | undefined;
  /** Name of the experiment, the first part of the files' names; `run`. */
  experimentName?: string | undefined;
  /**
   * When the system is asked to bring what was written to the disk itself: `never`; `interval`, at most a second later;
   * `always`, before a record counts as spooled. Only a power loss makes a difference, never a killed process. `interval`.
   */
  fsync?: FsyncPolicy | undefined;
  /** Largest file of a run in bytes; 1 GiB. Beyond it events are sent but no longer spooled, gauges from 80 % on. */
  maxBytes?: number | undefined;
  /** Files older than this that the relay has wholly are removed; 30 days. */
  maxAgeDays?: number | undefined;
  /**
   * The run whose file may have events of other sources that the relay does not have, of programs that are gone: they
   * are sent as well. None unless it is said.
   */
  leftoversOf?: string | undefined;
  /** Monotonic time in ms, for tests. */
  clock?: (() => number) | undefined;
}

const TAIL_BYTES = 1024 * 1024;
const INDEX_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

/** Spools in progress files: `<experiment>_<run_id>.jsonl`, one event a line, and a small `.json` beside it. */
export function openFileSpools(options: FileSpoolOptions = {}): SpoolStore {
  const { directory = "logs/progress", maxAgeDays = 30 } = options;
  removeOldSpools(directory, maxAgeDays).catch(() => {});
  // Looked at before anything is written, or this program's own events would be among them.
  const leftovers = findLeftovers(options);
  return {
    open: (runId, source) => new FileSpool({ runId, source }, options),
    leftovers: () => leftovers,
  };
}

/** One source's events of one run, in the run's progress file; the newest also in memory, for the live path. */
export class FileSpool implements Spool {
  readonly path: string;
  readonly snapshotPath: string;
  readonly firstSeq = 1;
  readonly #source: string;
  readonly #cursor: SpoolFileCursor;
  readonly #maxBytes: number;
  readonly #writer: SpoolWriter;
  readonly #snapshot: SpoolSnapshot;
  readonly #tail = new RecordQueue();
  /** Newest record of the tail that is in the file. */
  #writtenSeq: number;
  /** Where in the file some of this source's records begin: rising pairs of seq and byte. */
  readonly #index: { seq: number; offset: number }[] = [];
  #lastSeq: number;
  #numSpooled = 0;
  #numDropped = 0;
  #failure: string | undefined;

  constructor({ runId, source }: { runId: string; source: string }, options: FileSpoolOptions = {}) {
    const { directory = "logs/progress", experimentName = "run", fsync = "interval" } = options;
    const base = spoolPath(options, runId);
    this.path = `${base}.jsonl`;
    this.snapshotPath = `${base}.json`;
    this.#source = source;
    this.#cursor = new SpoolFileCursor(this.path, source);
    this.#maxBytes = options.maxBytes ?? 1024 * 1024 * 1024;
    this.#snapshot = new SpoolSnapshot(this.snapshotPath, { runId, experimentName, source });
    const found = this.#prepare(directory);
    this.#lastSeq = found.lastSeq;
    this.#writtenSeq = found.lastSeq;
    const clock = options.clock ?? (() => performance.now());
    const onWritten = (record: SpoolRecord, offset: number) => this.#onWritten(record, offset);
    this.#writer = new SpoolWriter({ ...found, path: this.path, fsync, clock, onWritten });
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  get acknowledged(): number {
    return this.#snapshot.state.acknowledged;
  }

  get numSpooled(): number {
    return this.#numSpooled;
  }

  get numDropped(): number {
    return this.#numDropped;
  }

  get failure(): string | undefined {
    return this.#writer.failure ?? this.#failure;
  }

  append(record: SpoolRecord, event: WireEvent): void {
    this.#lastSeq = record.seq;
    this.#tail.push(record);
    const isFull = this.#writer.size > (record.isGauge ? 0.8 : 1) * this.#maxBytes;
    if (isFull) this.#failure = `${this.path} has reached its limit of ${this.#maxBytes} bytes`;
    else this.#writer.append(record);
    this.#snapshot.state.last = record.seq;
    this.#snapshot.note(event);
    while (this.#tail.bytes > TAIL_BYTES && this.#isExpendable()) this.#letGo();
  }

  read(seq: number, maxBytes: number): readonly SpoolRecord[] | Promise<readonly SpoolRecord[]> {
    const oldest = this.#tail.oldest?.seq ?? this.#lastSeq + 1;
    if (seq + 1 >= oldest) return this.#tail.after(seq, maxBytes);
    return this.#readFile(seq, maxBytes);
  }

  acknowledge(seq: number): void {
    const { state } = this.#snapshot;
    if (seq <= state.acknowledged) return;
    state.acknowledged = Math.min(seq, this.#lastSeq);
    this.#snapshot.writeSoon();
  }

  settle(): Promise<void> {
    return this.#writer.settle();
  }

  async close(): Promise<void> {
    await this.#writer.close();
    await this.#snapshot.close();
  }

  /** Looks at a file that an earlier process left. */
  #prepare(directory: string): { size: number; isTorn: boolean; lastSeq: number } {
    try {
      mkdirSync(directory, { recursive: true });
      const size = statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
      if (size === 0) return { size: 0, isTorn: false, lastSeq: 0 };
      const lastSeq = findLastSeq(this.path, size, this.#source);
      return { size, isTorn: lastByte(this.path, size) !== NEWLINE, lastSeq };
    } catch (error) {
      this.#failure = error instanceof Error ? error.message : String(error);
      return { size: 0, isTorn: true, lastSeq: 0 };
    }
  }

  #onWritten({ seq }: SpoolRecord, offset: number): void {
    this.#numSpooled++;
    this.#writtenSeq = seq;
    if (offset - (this.#index.at(-1)?.offset ?? -INDEX_BYTES) >= INDEX_BYTES)
      this.#index.push({ seq, offset });
  }

  /** Whether the oldest record of the tail may leave memory: it is in the file, or there is no hope that it will be. */
  #isExpendable(): boolean {
    const oldest = this.#tail.oldest?.seq ?? 0;
    return oldest <= this.#writtenSeq || this.failure !== undefined;
  }

  #letGo(): void {
    const record = this.#tail.shift();
    if (!record || record.seq <= this.#writtenSeq) return;
    this.#writer.forget(record);
    if (record.seq > this.acknowledged) this.#numDropped++;
  }

  async #readFile(seq: number, maxBytes: number): Promise<readonly SpoolRecord[]> {
    const upTo = this.#tail.oldest?.seq ?? this.#lastSeq + 1;
    const reading = this.#cursor.readAfter(seq, { start: this.#offsetBefore(seq), maxBytes, upTo });
    const records = await reading.catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
      this.#failure = error.message;
      return [];
    });
    // Where the file has nothing, it was never written, or is damaged or gone: go on with what memory has.
    return records.length > 0 ? records : this.#tail.after(seq, maxBytes);
  }

  #offsetBefore(seq: number): number {
    let [low, high] = [0, this.#index.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#index[middle]?.seq ?? 0) > seq + 1) high = middle;
      else low = middle + 1;
    }
    return this.#index[low - 1]?.offset ?? 0;
  }
}

function lastByte(path: string, size: number): number | undefined {
  const file = openSync(path, "r");
  try {
    const byte = Buffer.alloc(1);
    readSync(file, byte, 0, 1, size - 1);
    return byte[0];
  } finally {
    closeSync(file);
  }
}
