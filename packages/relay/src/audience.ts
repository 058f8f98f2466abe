import { type Batch, type BatchRange, readBatch } from "./batch.js";
import type { Encoding } from "./entry.js";
import type { Filter } from "./filter.js";
import type { Streams } from "./streams.js";
import type { Viewer } from "./viewer.js";

/** The viewers that want the same events in the same encoding; those at the same place share one buffer. */
export class Audience {
  readonly filter: Filter;
  readonly encoding: Encoding;
  readonly members = new Set<Viewer>();
  readonly #streams: Streams;
  readonly #batches = new Map<string, Batch>();

  constructor(streams: Streams, filter: Filter, encoding: Encoding) {
    this.#streams = streams;
    this.filter = filter;
    this.encoding = encoding;
  }

  /** Position of the newest event there is. */
  get head(): number {
    return this.#streams.position;
  }

  /** Bytes of all events so far in the streams that are read, whether they fit the filter or not. */
  get bytesAppended(): number {
    const { streamKey } = this.filter;
    if (streamKey === undefined) return this.#streams.bytesAppended;
    return this.#streams.get(streamKey)?.bytesAppended ?? 0;
  }

  /** Position of the newest event that is no longer held. */
  get lostUpTo(): number {
    const { streamKey } = this.filter;
    if (streamKey === undefined) return this.#streams.lostUpTo();
    return this.#streams.get(streamKey)?.lostUpTo ?? 0;
  }

  /** Whether every event after `position` is still held. */
  holdsAfter(position: number): boolean {
    return position >= this.lostUpTo;
  }

  /** What follows a position; the same buffer for all who ask for the same. */
  batch(range: BatchRange): Batch {
    const key = `${range.after} ${range.upTo} ${range.conflate}`;
    let batch = this.#batches.get(key);
    if (!batch) {
      batch = readBatch(this.#streams, { filter: this.filter, encoding: this.encoding, ...range });
      this.#batches.set(key, batch);
    }
    return batch;
  }

  /** Lets go of shared buffers once nobody needs them. */
  forgetBatches(): void {
    this.#batches.clear();
  }
}
