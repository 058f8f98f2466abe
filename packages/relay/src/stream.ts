import type { WireEvent } from "@fedloom/protocol";
import { StreamEntry } from "./entry.js";

export interface StreamLimits {
  maxEvents: number;
  maxBytes: number;
  maxAgeMs: number;
}

/** Most kinds of events of which the newest is kept for viewers that come late. */
const MAX_KINDS = 2_048;

/**
 * The newest events of one run, numbered by offset from 1; the oldest leave when a limit is reached.
 * Readers hold a place, never a copy. The newest event of each kind stays beyond the limits, for snapshots.
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
  #lostUpTo = 0;
  #bytesAppended = 0;
  readonly #newest = new Map<string, StreamEntry>();

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

  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes of all events there ever were. */
  get bytesAppended(): number {
    return this.#bytesAppended;
  }

  /** Position of the newest event that is no longer held; 0 when all are. */
  get lostUpTo(): number {
    return this.#lostUpTo;
  }

  /** Whether the run has said that it is over. */
  get hasEnded(): boolean {
    return this.#newest.has("training_end");
  }

  append(event: WireEvent, position: number, arrivedAt: number): StreamEntry {
    const entry = new StreamEntry(event, { offset: ++this.#head, epoch: this.epoch, position }, arrivedAt);
    this.#entries.push(entry);
    this.#bytes += entry.frame.length;
    this.#bytesAppended += entry.frame.length;
    this.#remember(entry);
    this.expire(arrivedAt);
    return entry;
  }

  /** Lets go of what is beyond the limits at the monotonic time `now`. */
  expire(now: number): void {
    const { maxEvents, maxBytes, maxAgeMs } = this.#limits;
    let oldest = this.#entries[this.#first];
    while (
      oldest &&
      (this.size > maxEvents ||
        (this.#bytes > maxBytes && this.size > 1) ||
        now - oldest.arrivedAt > maxAgeMs)
    ) {
      this.#bytes -= oldest.frame.length;
      this.#lostUpTo = oldest.position;
      oldest = this.#entries[++this.#first];
    }
    if (this.#first > 64 && this.#first * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
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

  /** Up to `limit` events after a position of the relay, oldest first. */
  afterPosition(position: number, limit = Number.POSITIVE_INFINITY): StreamEntry[] {
    let [low, high] = [this.#first, this.#entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#entries[middle]?.position ?? 0) > position) high = middle;
      else low = middle + 1;
    }
    return this.#entries.slice(low, Math.min(this.#entries.length, low + limit));
  }

  /** The position of a held event by its offset. */
  positionOf(offset: number): number | undefined {
    return this.#entries[this.#first + offset - this.tail]?.position;
  }

  /** The newest event of each kind there was. */
  snapshot(): StreamEntry[] {
    return [...this.#newest.values()];
  }

  #remember(entry: StreamEntry): void {
    // Deleted first, so that the map is in order of age and its first key is the one to let go.
    this.#newest.delete(entry.kind);
    this.#newest.set(entry.kind, entry);
    if (this.#newest.size <= MAX_KINDS) return;
    for (const kind of this.#newest.keys()) {
      this.#newest.delete(kind);
      return;
    }
  }
}
