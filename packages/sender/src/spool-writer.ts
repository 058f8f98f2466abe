import { closeSync, fdatasync, openSync, write, writeSync } from "node:fs";
import type { SpoolRecord } from "./spool.js";
import { toSpoolLine } from "./spool-line.js";

export type FsyncPolicy = "never" | "interval" | "always";

export interface SpoolWriterOptions {
  path: string;
  /** Length of the file so far, in bytes. */
  size: number;
  /** Whether the file ends in the middle of a line. */
  isTorn: boolean;
  fsync: FsyncPolicy;
  /** Monotonic time in ms. */
  clock: () => number;
  /** A record is in the file, and begins at this byte. */
  onWritten: (record: SpoolRecord, offset: number) => void;
}

/** How long records gather before they are written, in ms. */
const GATHER_MS = 50;
const GATHER_BYTES = 64 * 1024;
/** How long records may wait for a program that never yields before they are written in its way, in ms. */
const MAX_WAIT_MS = 1_000;
const MAX_WAITING_BYTES = 4 * 1024 * 1024;
const FSYNC_INTERVAL_MS = 1_000;
const RETRY_MS = 5_000;

/** Appends records to a file, many at a time and out of the program's way; what is open at exit is written then. */
export class SpoolWriter {
  readonly #options: SpoolWriterOptions;
  #file: number | undefined;
  #size: number;
  #isTorn: boolean;
  #waiting: SpoolRecord[] = [];
  #waitingBytes = 0;
  #waitingSince = 0;
  #isWriting = false;
  #timer: NodeJS.Timeout | undefined;
  #fsyncTimer: NodeJS.Timeout | undefined;
  #failure: string | undefined;
  #onIdle: (() => void)[] = [];

  constructor(options: SpoolWriterOptions) {
    this.#options = options;
    this.#size = options.size;
    this.#isTorn = options.isTorn;
    this.#open();
    atExit.add(this);
  }

  /** Why the last write failed, until one succeeds. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Bytes in the file and on their way to it. */
  get size(): number {
    return this.#size + this.#waitingBytes;
  }

  append(record: SpoolRecord): void {
    const now = this.#options.clock();
    if (this.#waiting.length === 0) this.#waitingSince = now;
    this.#waiting.push(record);
    this.#waitingBytes += record.frame.length;
    const isOverdue = now - this.#waitingSince > MAX_WAIT_MS || this.#waitingBytes > MAX_WAITING_BYTES;
    // The program's own loop never yields: this call is the only chance to write.
    if (isOverdue && !this.#isWriting && this.#failure === undefined) return this.writeNow();
    this.#wake(this.#waitingBytes > GATHER_BYTES ? 0 : GATHER_MS);
  }

  /** Gives up on a record that waits. */
  forget(record: SpoolRecord): void {
    const index = this.#waiting.indexOf(record);
    if (index < 0) return;
    this.#waiting.splice(index, 1);
    this.#waitingBytes -= record.frame.length;
  }

  /** Writes what waits in the program's way; for its end. */
  writeNow(): void {
    if (this.#isWriting || this.#waiting.length === 0 || this.#file === undefined) return;
    const { records, bytes, offsets } = this.#take();
    try {
      let numWritten = 0;
      while (numWritten < bytes.length) numWritten += writeSync(this.#file, bytes, numWritten);
      this.#onWritten(records, bytes.length, offsets);
    } catch (error) {
      this.#onFailed(records, error);
    }
  }

  /** Writes what waits; gives up where that fails. */
  async settle(): Promise<void> {
    while (this.#isWriting || (this.#waiting.length > 0 && this.#failure === undefined)) {
      this.#wake(0);
      // Nothing else may keep a process running that waits for this.
      this.#timer?.ref();
      await new Promise<void>((resolve) => this.#onIdle.push(resolve));
    }
  }

  /** Writes what waits and closes the file; gives up where that fails. */
  async close(): Promise<void> {
    await this.settle();
    atExit.delete(this);
    clearTimeout(this.#timer);
    clearTimeout(this.#fsyncTimer);
    const file = this.#file;
    this.#file = undefined;
    if (file === undefined) return;
    if (this.#options.fsync !== "never") await sync(file).catch(() => {});
    closeSync(file);
  }

  #open(): void {
    try {
      this.#file ??= openSync(this.#options.path, "a");
    } catch (error) {
      this.#failure = reasonOf(error);
    }
  }

  #wake(delayMs: number): void {
    if (this.#isWriting) return;
    if (this.#timer !== undefined) {
      if (delayMs > 0) return;
      clearTimeout(this.#timer);
    }
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#write();
      },
      this.#failure === undefined ? delayMs : Math.max(delayMs, RETRY_MS),
    );
    this.#timer.unref();
  }

  #write(): void {
    this.#open();
    const file = this.#file;
    if (file === undefined || this.#waiting.length === 0) return this.#settle();
    const { records, bytes, offsets } = this.#take();
    this.#isWriting = true;
    const onDone = (error: unknown) => {
      this.#isWriting = false;
      if (error) this.#onFailed(records, error);
      else this.#onWritten(records, bytes.length, offsets);
      this.#settle();
      if (this.#waiting.length > 0) this.#wake(error ? RETRY_MS : 0);
    };
    writeAll(file, bytes, (error) => {
      if (error || this.#options.fsync !== "always") onDone(error);
      else sync(file).then(() => onDone(null), onDone);
    });
  }

  #take(): { records: SpoolRecord[]; bytes: Buffer; offsets: number[] } {
    const records = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    const offsets: number[] = [];
    let offset = this.#size;
    const lines = records.map(({ frame }, index) => {
      // A line that an earlier write left open is ended first, so that it spoils no other.
      const line = (index === 0 && this.#isTorn ? "\n" : "") + toSpoolLine(frame);
      offsets.push(offset);
      offset += Buffer.byteLength(line);
      return line;
    });
    return { records, bytes: Buffer.from(lines.join("")), offsets };
  }

  #onWritten(records: readonly SpoolRecord[], numBytes: number, offsets: readonly number[]): void {
    this.#failure = undefined;
    this.#isTorn = false;
    this.#size += numBytes;
    records.forEach((record, index) => {
      this.#options.onWritten(record, offsets[index] ?? 0);
    });
    if (this.#options.fsync !== "interval" || this.#fsyncTimer !== undefined) return;
    this.#fsyncTimer = setTimeout(() => {
      this.#fsyncTimer = undefined;
      if (this.#file !== undefined) sync(this.#file).catch(() => {});
    }, FSYNC_INTERVAL_MS).unref();
  }

  /** Keeps what could not be written for another try; the file may end in the middle of one of its lines. */
  #onFailed(records: SpoolRecord[], error: unknown): void {
    this.#failure = reasonOf(error);
    this.#isTorn = true;
    this.#waiting = [...records, ...this.#waiting];
    this.#waitingBytes = this.#waiting.reduce((sum, { frame }) => sum + frame.length, 0);
  }

  #settle(): void {
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }
}

function writeAll(file: number, bytes: Buffer, done: (error: unknown) => void): void {
  write(file, bytes, (error, numWritten) => {
    if (error || numWritten >= bytes.length) return done(error);
    // A disk that is nearly full takes a part.
    writeAll(file, bytes.subarray(numWritten), done);
  });
}

function sync(file: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fdatasync(file, (error) => (error ? reject(error) : resolve()));
  });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The writers of this process; one listener for all, however many there are. */
const atExit = new Set<SpoolWriter>();
process.on("exit", () => {
  for (const writer of atExit) writer.writeNow();
});
