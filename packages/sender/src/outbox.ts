/** An event on its way: numbered and encoded once. */
export interface OutboxEntry {
  seq: number;
  frame: string;
  gauge: boolean;
}

/**
 * One run's events that the relay has not acknowledged yet, oldest first.
 * When it is full, gauges give way to events that must arrive.
 */
export class Outbox {
  readonly #maxEntries: number;
  #entries: OutboxEntry[] = [];
  #lastSeq = 0;
  /** How many entries, from the oldest, went out on this connection. */
  #numSent = 0;
  #numDropped = 0;

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  get size(): number {
    return this.#entries.length;
  }

  /** Events that had to go because the outbox was full. */
  get numDropped(): number {
    return this.#numDropped;
  }

  nextSeq(): number {
    return ++this.#lastSeq;
  }

  add(entry: OutboxEntry): void {
    if (this.#entries.length >= this.#maxEntries) {
      this.#remove(
        Math.max(
          this.#entries.findIndex(({ gauge }) => gauge),
          0,
        ),
      );
      this.#numDropped++;
    }
    this.#entries.push(entry);
  }

  /** The next entry to send on this connection, if any. */
  takeUnsent(): OutboxEntry | undefined {
    const entry = this.#entries[this.#numSent];
    if (entry) this.#numSent++;
    return entry;
  }

  /** Sends again whatever follows `acceptedSeq`; called when a connection begins. */
  rewindTo(acceptedSeq: number): void {
    this.#numSent = this.#countUpTo(acceptedSeq);
  }

  /** Lets go of everything up to `seq`. */
  acknowledge(seq: number): void {
    const numDone = this.#countUpTo(seq);
    if (numDone === 0) return;
    this.#entries.splice(0, numDone);
    this.#numSent = Math.max(0, this.#numSent - numDone);
  }

  /** Lets go of one event that the relay refused, so that it does not come again for ever. */
  drop(seq: number): void {
    const index = this.#entries.findIndex((entry) => entry.seq === seq);
    if (index >= 0) this.#remove(index);
  }

  #remove(index: number): void {
    this.#entries.splice(index, 1);
    if (index < this.#numSent) this.#numSent--;
  }

  #countUpTo(seq: number): number {
    const index = this.#entries.findIndex((entry) => entry.seq > seq);
    return index < 0 ? this.#entries.length : index;
  }
}
