import { addSeq, type EventMeta, type SeqRanges, type StreamPosition } from "@fedloom/protocol";

/** What was seen of one run's stream. */
interface SeenStream {
  /** The last offset of each epoch; the latest epoch is the last key. */
  offsets: Map<string, number>;
  /** Seqs by source. */
  sources: Map<string, SeqRanges>;
}

const MAX_STREAMS = 1_000;
const MAX_EPOCHS = 8;
const MAX_SOURCES = 64;

/**
 * Tells new events from those that came before: by their place in the stream, and by source and seq, since a relay that
 * was restarted numbers anew and a publisher repeats what was not acknowledged. Bounded, whatever comes.
 */
export class SeenEvents {
  /** In order of the last event, so that the first is the one to forget. */
  readonly #streams = new Map<string, SeenStream>();
  #position: StreamPosition | undefined;

  /** The place of the last event, whichever run it was of; where to go on after a loss. */
  get position(): StreamPosition | undefined {
    return this.#position;
  }

  /** Notes an event and says whether it is new. */
  add(streamKey: string, { epoch, offset, source, seq }: EventMeta): boolean {
    const stream = this.#stream(streamKey);
    if (epoch !== undefined && offset !== undefined) {
      if (offset <= (stream.offsets.get(epoch) ?? 0)) return false;
      stream.offsets.delete(epoch);
      stream.offsets.set(epoch, offset);
      forgetFirst(stream.offsets, MAX_EPOCHS);
      this.#position = { epoch, offset };
    }
    if (source === undefined || seq === undefined) return true;
    const before = stream.sources.get(source) ?? [];
    const after = addSeq(before, seq);
    stream.sources.delete(source);
    stream.sources.set(source, after);
    forgetFirst(stream.sources, MAX_SOURCES);
    return after !== before;
  }

  #stream(key: string): SeenStream {
    const stream = this.#streams.get(key) ?? { offsets: new Map(), sources: new Map() };
    this.#streams.delete(key);
    this.#streams.set(key, stream);
    forgetFirst(this.#streams, MAX_STREAMS);
    return stream;
  }
}

function forgetFirst(map: Map<string, unknown>, maxSize: number): void {
  if (map.size <= maxSize) return;
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}
