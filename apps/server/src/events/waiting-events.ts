import type { Stream, StreamEntry } from "@fedloom/relay";

export interface WaitingLimits {
  /** Most events of one run that wait in the relay's memory. */
  readonly maxEvents: number;
  /** Most bytes of one run, and of all, that wait there. */
  readonly maxBytes: number;
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
  /** Offset of the last event that was taken. */
  cursor: number;
  bytes: number;
}

/** Which events of the relay are still to be written. They stay in its rings; only places in these are kept here. */
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

  /** Notes a new event. Answers which run has to be taken out now, before the relay lets go of its events. */
  add(stream: Stream, entry: StreamEntry): Stream | undefined {
    let lane = this.#lanes.get(stream);
    if (!lane) {
      lane = { stream, cursor: this.#cursors.get(stream) ?? entry.offset - 1, bytes: 0 };
      this.#lanes.set(stream, lane);
    }
    lane.bytes += entry.frame.length;
    this.#bytes += entry.frame.length;
    this.#numEvents += 1;
    const { maxEvents, maxBytes, maxTotalBytes } = this.#limits;
    if (stream.head - lane.cursor >= maxEvents || lane.bytes >= maxBytes) return stream;
    return this.#bytes >= maxTotalBytes ? this.#largest() : undefined;
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
    return (
      lane && this.#takeFrom(lane, { events: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY })
    );
  }

  streams(): Stream[] {
    return [...this.#lanes.keys()];
  }

  #takeFrom(lane: Lane, limit: { events: number; bytes: number }): TakenEvents {
    const { stream } = lane;
    const numMissed = Math.max(0, stream.tail - 1 - lane.cursor);
    let entries = stream.after(lane.cursor, limit.events);
    let bytes = 0;
    const end = entries.findIndex((entry) => {
      bytes += entry.frame.length;
      return bytes >= limit.bytes;
    });
    if (end >= 0) entries = entries.slice(0, end + 1);
    lane.cursor = entries.at(-1)?.offset ?? stream.head;
    lane.bytes -= bytes;
    this.#bytes -= bytes;
    this.#numEvents -= entries.length + numMissed;
    this.#lanes.delete(stream);
    if (lane.cursor < stream.head) {
      // To the end of the queue: every run has its turn.
      this.#lanes.set(stream, lane);
    } else {
      // What the relay let go of was never counted off.
      this.#bytes -= lane.bytes;
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
