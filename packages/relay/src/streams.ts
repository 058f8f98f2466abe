import { randomBytes } from "node:crypto";
import { addSeq, runIdOf, type SeqRanges, type StreamPosition, type WireEvent } from "@fedloom/protocol";
import type { StreamEntry } from "./entry.js";
import { Stream, type StreamLimits } from "./stream.js";

/** Events that belong to no run share one stream under this key; no run id looks like it. */
export const HOST_STREAM = "host";

export interface StreamsOptions extends StreamLimits {
  maxStreams: number;
  maxTotalBytes: number;
  /** Most sources of one stream whose events are told apart. */
  maxSources: number;
  /** Monotonic time in ms. */
  clock: () => number;
}

/** Last seq of a source that is in memory and that is in the database; 0 for none. */
export interface SourceProgress {
  accepted: number;
  stored: number;
}

interface Source extends SourceProgress {
  seen: SeqRanges;
}

export type Acceptance = "accepted" | "duplicate" | "too_many_sources";

/** Every stream in memory, and who published how far into it. */
export class Streams {
  readonly #options: StreamsOptions;
  /** In order of the last append, so that the first is the one to let go. */
  readonly #streams = new Map<string, Stream>();
  readonly #byEpoch = new Map<string, Stream>();
  readonly #sources = new Map<Stream, Map<string, Source>>();
  readonly #listeners = new Set<(stream: Stream, entry: StreamEntry) => void>();
  #position = 0;
  #bytes = 0;
  #bytesAppended = 0;
  #lostUpTo = 0;

  constructor(options: StreamsOptions) {
    this.#options = options;
  }

  /** Position of the newest event of all streams. */
  get position(): number {
    return this.#position;
  }

  get size(): number {
    return this.#streams.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes of all events there ever were. */
  get bytesAppended(): number {
    return this.#bytesAppended;
  }

  get(key: string): Stream | undefined {
    return this.#streams.get(key);
  }

  all(): Iterable<Stream> {
    return this.#streams.values();
  }

  /** Position of the newest event of any stream, or of one that was let go as a whole, that is no longer held. */
  lostUpTo(): number {
    let lost = this.#lostUpTo;
    for (const stream of this.#streams.values()) lost = Math.max(lost, stream.lostUpTo);
    return lost;
  }

  /** The position of an event by its place in its run's stream; undefined when that is no longer known. */
  positionAt({ epoch, offset }: StreamPosition): number | undefined {
    const stream = this.#byEpoch.get(epoch);
    if (!stream?.holdsAfter(offset)) return undefined;
    return stream.positionOf(offset) ?? stream.lostUpTo;
  }

  /** Calls `listener` for every event accepted from now on; returns how to stop that. */
  onAppend(listener: (stream: Stream, entry: StreamEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  progress(key: string, source: string): Readonly<SourceProgress> {
    const stream = this.#streams.get(key);
    return (stream && this.#sources.get(stream)?.get(source)) ?? { accepted: 0, stored: 0 };
  }

  /** Appends an event, unless its (source, seq) was accepted before. */
  accept(event: WireEvent): Acceptance {
    const stream = this.#getOrCreate(runIdOf(event) ?? HOST_STREAM);
    const { source, seq } = event.meta ?? {};
    if (source !== undefined && seq !== undefined) {
      const progress = this.#source(stream, source);
      if (!progress) return "too_many_sources";
      const seen = addSeq(progress.seen, seq);
      if (seen === progress.seen) return "duplicate";
      progress.seen = seen;
      progress.accepted = Math.max(progress.accepted, seq);
    }
    this.#streams.delete(stream.key);
    this.#streams.set(stream.key, stream);
    const bytesBefore = stream.bytes;
    const entry = stream.append(event, ++this.#position, this.#options.clock());
    this.#bytes += stream.bytes - bytesBefore;
    this.#bytesAppended += entry.frame.length;
    this.#evict(stream);
    for (const listener of this.#listeners) listener(stream, entry);
    return "accepted";
  }

  /** Notes that a source's events up to `seq` are in the database. */
  markStored(key: string, source: string, seq: number): void {
    const stream = this.#getOrCreate(key);
    const progress = this.#source(stream, source);
    if (!progress || seq <= progress.stored) return;
    progress.stored = seq;
    // Stored by an earlier relay: the source need not send them to this one.
    if (seq > progress.accepted) {
      progress.accepted = seq;
      if (progress.seen.length === 0) progress.seen = [[1, seq]];
    }
  }

  /** Lets go of events that are too old. */
  expire(): void {
    for (const stream of this.#streams.values()) {
      const bytesBefore = stream.bytes;
      stream.expire(this.#options.clock());
      this.#bytes += stream.bytes - bytesBefore;
    }
  }

  #getOrCreate(key: string): Stream {
    const existing = this.#streams.get(key);
    if (existing) return existing;
    const stream = new Stream(key, randomBytes(8).toString("hex"), this.#options);
    this.#streams.set(key, stream);
    this.#byEpoch.set(stream.epoch, stream);
    this.#sources.set(stream, new Map());
    this.#evict(stream);
    return stream;
  }

  #source(stream: Stream, name: string): Source | undefined {
    const sources = this.#sources.get(stream);
    const known = sources?.get(name);
    if (known || !sources) return known;
    if (sources.size >= this.#options.maxSources) return undefined;
    const source: Source = { accepted: 0, stored: 0, seen: [] };
    sources.set(name, source);
    return source;
  }

  /** The longest silent streams leave as a whole when there are too many, or too many bytes. */
  #evict(keep: Stream): void {
    const { maxStreams, maxTotalBytes } = this.#options;
    for (const stream of this.#streams.values()) {
      if (this.#streams.size <= maxStreams && this.#bytes <= maxTotalBytes) return;
      if (stream === keep) continue;
      this.#streams.delete(stream.key);
      this.#byEpoch.delete(stream.epoch);
      this.#sources.delete(stream);
      this.#bytes -= stream.bytes;
      const [newest] = stream.after(stream.head - 1);
      this.#lostUpTo = Math.max(this.#lostUpTo, newest?.position ?? 0, stream.lostUpTo);
    }
  }
}
