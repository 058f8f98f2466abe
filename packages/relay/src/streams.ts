import { randomBytes } from "node:crypto";
import { runIdOf, type WireEvent } from "@fedloom/protocol";
import { Stream, type StreamEntry, type StreamLimits } from "./stream.js";

/** Events that belong to no run share one stream under this key; no run id looks like it. */
export const HOST_STREAM = "host";

export interface StreamsOptions extends StreamLimits {
  maxStreams: number;
}

/** Last seq of a source that is in memory and that is in the database; 0 for none. */
export interface SourceProgress {
  accepted: number;
  stored: number;
}

/** Every stream in memory, and who published how far into it. */
export class Streams {
  readonly #options: StreamsOptions;
  /** In order of the last append, so that the first is the one to let go. */
  readonly #streams = new Map<string, Stream>();
  /** How far each source of a stream was accepted and stored. */
  readonly #progress = new Map<Stream, Map<string, SourceProgress>>();
  readonly #listeners = new Set<(stream: Stream, entry: StreamEntry) => void>();

  constructor(options: StreamsOptions) {
    this.#options = options;
  }

  get(key: string): Stream | undefined {
    return this.#streams.get(key);
  }

  getOrCreate(key: string): Stream {
    const existing = this.#streams.get(key);
    if (existing) return existing;
    const stream = new Stream(key, randomBytes(8).toString("hex"), this.#options);
    this.#streams.set(key, stream);
    this.#evict(stream);
    return stream;
  }

  all(): Iterable<Stream> {
    return this.#streams.values();
  }

  /** Calls `listener` for every event accepted from now on; returns how to stop that. */
  onAppend(listener: (stream: Stream, entry: StreamEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  progress(key: string, source: string): Readonly<SourceProgress> {
    const stream = this.#streams.get(key);
    return (stream && this.#progress.get(stream)?.get(source)) ?? { accepted: 0, stored: 0 };
  }

  /** Appends an event; returns false when its (source, seq) was accepted before. */
  accept(event: WireEvent): boolean {
    const stream = this.getOrCreate(runIdOf(event) ?? HOST_STREAM);
    const { source, seq } = event.meta ?? {};
    if (source !== undefined && seq !== undefined) {
      const progress = this.#progressOf(stream, source);
      if (seq <= progress.accepted) return false;
      progress.accepted = seq;
    }
    this.#streams.delete(stream.key);
    this.#streams.set(stream.key, stream);
    const entry = stream.append(event);
    for (const listener of this.#listeners) listener(stream, entry);
    return true;
  }

  markStored(key: string, source: string, seq: number): void {
    const stream = this.#streams.get(key);
    if (!stream) return;
    const progress = this.#progressOf(stream, source);
    progress.stored = Math.max(progress.stored, seq);
  }

  #progressOf(stream: Stream, source: string): SourceProgress {
    let sources = this.#progress.get(stream);
    if (!sources) {
      sources = new Map();
      this.#progress.set(stream, sources);
    }
    let progress = sources.get(source);
    if (!progress) {
      progress = { accepted: 0, stored: 0 };
      sources.set(source, progress);
    }
    return progress;
  }

  #evict(keep: Stream): void {
    for (const stream of this.#streams.values()) {
      if (this.#streams.size <= this.#options.maxStreams) return;
      if (stream === keep) continue;
      this.#streams.delete(stream.key);
      this.#progress.delete(stream);
    }
  }
}
