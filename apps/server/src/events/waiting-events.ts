import type { Stream, StreamEntry } from "@fedloom/relay";

export interface WaitingLimits {
  /** Most events and bytes of one run that wait in the relay's memory. */
  readonly maxEvents: number;
  readonly maxBytes: number;
  /** Most bytes of all runs that wait, there and here. */
  readonly maxTotalBytes: number;
}

/** Events of one run that were taken out to be written, in order. */
export interface TakenEvents {
  readonly stream: Stream;
  readonly entries: readonly StreamEntry[];
  /** How many before them had left the relay's memory already. */
  readonly numMissed: number;
}

interface Lane {
  readonly stream: Stream;
  /** Events that the relay holds no longer, or not for long. */
  held: StreamEntry[];
  numMissed: number;
  /** Offset of the last event that was taken or is held. */
  cursor: number;
  /** Of all events that wait, and of those that are not held. */
  bytes: number;
  ringBytes: number;
}

/**
 * Which events of the relay are still to be written. As long as there are not many they stay in its rings, and only places
 * in these are kept here.
 */
export class WaitingEvents {
  readonly #limits: WaitingLimits;
  /** Runs with events that wait, the one first that was added first. */
  readonly #lanes = new Map<Stream, Lane>();
  /** Places of runs of which nothing waits. */
  readonly #cursors = new WeakMap<Stream, number>();
  #numEvents = 0;
  #bytes = 0;

  constructor(limits: WaitingLimits) {
    this.#limits = limits;
  }

  get numEvents(): number {
    return this.#numEvents;
  }

  /** How full this is, from 0 to 1. */
  get share(): number {
    return this.#bytes / this.#limits.maxTotalBytes;
  }

  /** Notes a new event. Answers which run has to be taken out now, because too much waits. */
  add(stream: Stream, entry: StreamEntry): Stream | undefined {
    let lane = this.#lanes.get(stream);
    if (!lane) {
      const cursor = this.#cursors.get(stream) ?? entry.offset - 1;
      lane = { stream, held: [], numMissed: 0, cursor, bytes: 0, ringBytes: 0 };
      this.#lanes.set(stream, lane);
    }
    lane.bytes += entry.frame.length;
    lane.ringBytes += entry.frame.length;
    this.#bytes += entry.frame.length;
    this.#numEvents += 1;
    const { maxEvents, maxBytes, maxTotalBytes } = this.#limits;
    if (this.#bytes >= maxTotalBytes) return this.#largest();
    if (stream.head - lane.cursor >= maxEvents || lane.ringBytes >= maxBytes) hold(lane);
    return undefined;
  }

  /** Takes events of runs that are not `busy`, at most so many and about so many bytes in all. */
  take(limit: { events: number; bytes: number }, busy: ReadonlySet<Stream>): TakenEvents[] {
    const taken: TakenEvents[] = [];
    let [events, bytes] = [limit.events, limit.bytes];
    for (const lane of [...this.#lanes.values()]) {
      if (events <= 0 || bytes <= 0) break;
      if (busy.has(lane.stream)) continue;
      const part = this.#takeFrom(lane, { events, bytes });
      taken.push(part);
      events -= part.entries.length;
      for (const { frame } of part.entries) bytes -= frame.length;
    }
    return taken;
  }

  /** Takes everything of one run. */
  takeAll(stream: Stream): TakenEvents | undefined {
    const lane = this.#lanes.get(stream);
    if (!lane) return undefined;
    hold(lane);
    return this.#takeFrom(lane, { events: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY });
  }

  streams(): Stream[] {
    return [...this.#lanes.keys()];
  }

  #takeFrom(lane: Lane, limit: { events: number; bytes: number }): TakenEvents {
    const { stream } = lane;
    if (lane.held.length === 0) hold(lane, limit.events);
    let bytes = 0;
    let end = 0;
    while (end < lane.held.length && end < limit.events && bytes < limit.bytes) {
      bytes += lane.held[end++]?.frame.length ?? 0;
    }
    const entries = lane.held.slice(0, end);
    lane.held = lane.held.slice(end);
    const { numMissed } = lane;
    lane.numMissed = 0;
    lane.bytes -= bytes;
    this.#bytes -= bytes;
    this.#numEvents -= entries.length + numMissed;
    this.#lanes.delete(stream);
    if (lane.held.length > 0 || lane.cursor < stream.head) {
      // To the end of the queue: every run has its turn.
      this.#lanes.set(stream, lane);
    } else {
      // What the relay let go of was never counted off.
      this.#bytes -= lane.bytes;
      lane.bytes = 0;
      this.#cursors.set(stream, lane.cursor);
    }
    return { stream, entries, numMissed };
  }

  #largest(): Stream | undefined {
    let largest: Lane | undefined;
    for (const lane of this.#lanes.values()) if (lane.bytes > (largest?.bytes ?? 0)) largest = lane;
    return largest?.stream;
  }
}

/** Takes events out of the relay's ring. */
function hold(lane: Lane, limit = Number.POSITIVE_INFINITY): void {
  const { stream } = lane;
  lane.numMissed += Math.max(0, stream.tail - 1 - lane.cursor);
  const entries = stream.after(lane.cursor, limit);
  for (const entry of entries) {
    lane.held.push(entry);
    lane.ringBytes -= entry.frame.length;
  }
  lane.cursor = entries.at(-1)?.offset ?? stream.head;
}
