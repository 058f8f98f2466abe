import { Readable } from "node:stream";
import type { RunTail, TailEntry } from "./run-tail.js";

export interface FollowerOptions {
  readonly tail: Pick<RunTail, "after">;
  /** Position after which to begin. */
  readonly after: number;
  /** Types to send; all when absent. */
  readonly types?: readonly string[] | undefined;
  /** Most that may become new while the reader does not read, in UTF-16 code units. */
  readonly maxBehind: number;
  /** Longest time without a read while there is something to read, in ms. */
  readonly maxStallMs: number;
  readonly now: () => number;
}

const RETRY_MS = 1_000;

/** One reader's place in a run: a cursor, never a queue. What is not read is not fetched. */
export class Follower extends Readable {
  readonly #options: FollowerOptions;
  #cursor: number;
  #isFilling = false;
  /** Whether the reader has taken what it was given and wants more. */
  #isWanted = false;
  /** Whether there may be more after the cursor. */
  #isBehind = true;
  #lengthMissed = 0;
  #stalledSince: number | undefined;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: FollowerOptions) {
    super({ highWaterMark: 64 * 1024 });
    this.#options = options;
    this.#cursor = options.after;
    // At once, so that whoever asked knows that it is heard, even if nothing happens for long.
    this.push(`retry: ${RETRY_MS}\n\n`);
  }

  override _read(): void {
    this.#isWanted = true;
    this.#stalledSince = undefined;
    this.#lengthMissed = 0;
    this.#fill();
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    clearTimeout(this.#retry);
    callback(error);
  }

  /** Tells that so much is new. */
  notify(length: number): void {
    this.#isBehind = true;
    if (this.#isWanted) return this.#fill();
    this.#lengthMissed += length;
    if (this.#lengthMissed > this.#options.maxBehind) this.#cut();
  }

  /** A sign of life, with the place up to which there was nothing for this reader. Cuts one that reads no more. */
  beat(): void {
    const { now, maxStallMs } = this.#options;
    if (this.#isWanted) {
      this.#isWanted = this.push(`id: ${this.#cursor}\n: heartbeat\n\n`);
      return;
    }
    this.#stalledSince ??= now();
    if (now() - this.#stalledSince > maxStallMs) this.#cut();
  }

  #fill(): void {
    if (this.#isFilling || this.destroyed) return;
    this.#isFilling = true;
    this.#fetch()
      .catch(() => {
        // The database is away for the time being.
        this.#retry = setTimeout(() => this.#fill(), RETRY_MS).unref();
      })
      .finally(() => {
        this.#isFilling = false;
        if (this.#isWanted && this.#isBehind && this.#retry === undefined) this.#fill();
      });
  }

  async #fetch(): Promise<void> {
    this.#retry = undefined;
    while (this.#isWanted && this.#isBehind && !this.destroyed) {
      this.#isBehind = false;
      const { entries, isEnd } = await this.#options.tail.after(this.#cursor).catch((error: unknown) => {
        this.#isBehind = true;
        throw error;
      });
      if (this.destroyed) return;
      if (!isEnd) this.#isBehind = true;
      this.#send(entries);
    }
  }

  #send(entries: readonly TailEntry[]): void {
    const last = entries.at(-1);
    if (!last) return;
    this.#cursor = last.position;
    const { types } = this.#options;
    const text = entries.reduce(
      (sum, entry) => (types && !types.includes(entry.type) ? sum : sum + entry.text),
      "",
    );
    // Cleared before the push, which may ask for more at once.
    this.#isWanted = false;
    if (text === "" || this.push(text)) this.#isWanted = true;
  }

  #cut(): void {
    this.destroy(new Error("the reader does not read; it may go on from its last event"));
  }
}
