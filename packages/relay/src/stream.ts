import { type EventType, encodeJson, type WireEvent } from "@fedloom/protocol";

/** One event in memory, encoded once for every viewer. */
export interface StreamEntry {
  offset: number;
  type: EventType;
  event: WireEvent;
  frame: Buffer;
}

export interface StreamLimits {
  maxEvents: number;
  maxBytes: number;
}

/**
 * The newest events of one run, numbered by offset from 1; the oldest leave when a limit is reached.
 * Readers hold an offset, never a copy.
 */
export class Stream {
  readonly key: string;
  /** Identity of this numbering: a relay that restarts counts from 1 again under another epoch. */
  readonly epoch: string;
  readonly #limits: StreamLimits;
  #entries: StreamEntry[] = [];
  /** Index of the oldest entry still held; the array is compacted when half of it is gone. */
  #first = 0;
  #bytes = 0;
  #head = 0;

  constructor(key: string, epoch: string, limits: StreamLimits) {
    this.key = key;
    this.epoch = epoch;
    this.#limits = limits;
  }

  /** Offset of the newest event; 0 when there was none. */
  get head(): number {
    return this.#head;
  }

  /** Offset of the oldest event still held. */
  get tail(): number {
    return this.#head - this.size + 1;
  }

  get size(): number {
    return this.#entries.length - this.#first;
  }

  append(event: WireEvent): StreamEntry {
    const offset = ++this.#head;
    const numbered: WireEvent = { ...event, meta: { ...event.meta, offset, epoch: this.epoch } };
    const frame = Buffer.from(encodeJson(numbered));
    const entry: StreamEntry = { offset, type: event.type, event: numbered, frame };
    this.#entries.push(entry);
    this.#bytes += frame.length;
    while (this.size > this.#limits.maxEvents || (this.#bytes > this.#limits.maxBytes && this.size > 1)) {
      this.#bytes -= this.#entries[this.#first]?.frame.length ?? 0;
      this.#first++;
    }
    if (this.#first > 64 && this.#first * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
    return entry;
  }

  /** Whether every event after `offset` is still held. */
  holdsAfter(offset: number): boolean {
    return offset >= this.tail - 1 && offset <= this.#head;
  }

  /** Up to `limit` events after `offset`, oldest first; begins at the oldest held if that is later. */
  after(offset: number, limit = Number.POSITIVE_INFINITY): StreamEntry[] {
    const start = this.#first + Math.max(0, offset - this.tail + 1);
    return this.#entries.slice(start, Math.min(this.#entries.length, start + limit));
  }
}
