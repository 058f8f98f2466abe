import { RecordQueue } from "./record-queue.js";
import type { Spool, SpoolRecord } from "./spool.js";

export interface MemorySpoolOptions {
  /** Most records kept; 20,000. */
  maxEvents?: number | undefined;
  /** Most bytes kept; 16 MiB. */
  maxBytes?: number | undefined;
}

/** Keeps records in memory only: they do not outlive the program. When it is full, gauges go first. */
export class MemorySpool implements Spool {
  readonly numSpooled = 0;
  readonly failure = undefined;
  readonly #maxEvents: number;
  readonly #maxBytes: number;
  readonly #records = new RecordQueue();
  #numGauges = 0;
  #lastSeq = 0;
  #acknowledged = 0;
  #numDropped = 0;

  constructor({ maxEvents = 20_000, maxBytes = 16 * 1024 * 1024 }: MemorySpoolOptions = {}) {
    this.#maxEvents = maxEvents;
    this.#maxBytes = maxBytes;
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

  get numDropped(): number {
    return this.#numDropped;
  }

  append(record: SpoolRecord): void {
    this.#lastSeq = record.seq;
    this.#records.push(record);
    if (record.isGauge) this.#numGauges++;
    while (this.#records.size > this.#maxEvents || this.#records.bytes > this.#maxBytes) this.#drop();
  }

  read(seq: number, maxBytes: number): readonly SpoolRecord[] {
    return this.#records.after(seq, maxBytes);
  }

  acknowledge(seq: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, seq);
    while ((this.#records.oldest?.seq ?? Number.POSITIVE_INFINITY) <= seq) {
      if (this.#records.shift()?.isGauge) this.#numGauges--;
    }
  }

  async close(): Promise<void> {}

  #drop(): void {
    this.#numDropped++;
    if (this.#numGauges === 0) {
      this.#records.shift();
      return;
    }
    this.#numGauges--;
    this.#records.removeOldest(({ isGauge }) => isGauge);
  }
}
