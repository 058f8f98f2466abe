import { Audience } from "./audience.js";
import type { Counters } from "./counters.js";
import type { Encoding } from "./entry.js";
import type { Filter } from "./filter.js";
import { inSlices, type SlicedWork } from "./slices.js";
import type { Stream } from "./stream.js";
import type { Streams } from "./streams.js";
import type { FlushResult, Viewer } from "./viewer.js";

export interface FanOutOptions {
  streams: Streams;
  counters: Counters;
  /** How long events gather before viewers get them in one go, in ms. */
  flushMs: number;
}

/**
 * Most of the time that goes into sending. A write costs what it costs, whatever it carries, so with many viewers more
 * events gather for each, up to a limit.
 */
const MAX_SHARE = 0.2;
const MAX_PERIOD_MS = 250;
const VIEWERS_PER_STEP = 16;
/** How long sockets have between two looks at what they took, at the end. */
const DRAIN_MS = 5;
/** Most batches that one viewer gets in a round, when it has much to catch up with. */
const MAX_BATCHES = 16;

/**
 * Brings events to viewers: on a tick while they flow, at once after a silence, in slices when there are many viewers.
 * The cost is viewers times ticks, whatever the number of events.
 */
export class FanOut {
  readonly #options: FanOutOptions;
  readonly #audiences = new Map<string, Audience>();
  /** The audiences of single streams, by the stream's key. */
  readonly #byStream = new Map<string, Set<Audience>>();
  readonly #ofSeveral = new Set<Audience>();
  /** Streams with events since the last round. */
  readonly #dirty = new Set<Stream>();
  /** Viewers that could not be sent everything, or have just come. */
  #behind = new Set<Viewer>();
  #timer: NodeJS.Timeout | NodeJS.Immediate | undefined;
  #round: SlicedWork | undefined;
  #isInRound = false;
  #roundStartedAt = Number.NEGATIVE_INFINITY;
  #lastRoundMs = 0;
  #isClosed = false;

  constructor(options: FanOutOptions) {
    this.#options = options;
    options.streams.onAppend((stream) => {
      this.#dirty.add(stream);
      this.wake();
    });
  }

  /** Duration of the last round over all viewers in ms. */
  get lastRoundMs(): number {
    return this.#lastRoundMs;
  }

  get numAudiences(): number {
    return this.#audiences.size;
  }

  /** The viewers that want the same, to join. */
  audience(filter: Filter, encoding: Encoding): Audience {
    const key = `${encoding} ${filter.key}`;
    let audience = this.#audiences.get(key);
    if (!audience) {
      audience = new Audience(this.#options.streams, filter, encoding);
      this.#audiences.set(key, audience);
      this.#indexOf(audience).add(audience);
    }
    return audience;
  }

  /** Notes that a viewer has something to get besides new events. */
  attend(viewer: Viewer): void {
    this.#behind.add(viewer);
    this.wake();
  }

  leave(viewer: Viewer): void {
    viewer.leave();
    this.#behind.delete(viewer);
    const { audience } = viewer;
    if (audience.members.size > 0) return;
    const { streamKey } = audience.filter;
    this.#audiences.delete(`${audience.encoding} ${audience.filter.key}`);
    const index = this.#indexOf(audience);
    index.delete(audience);
    if (streamKey !== undefined && index.size === 0) this.#byStream.delete(streamKey);
  }

  /** Sees to it that viewers get what is new. */
  wake(): void {
    if (this.#timer || this.#isInRound || this.#isClosed) return;
    const periodMs = Math.max(this.#options.flushMs, Math.min(MAX_PERIOD_MS, this.#lastRoundMs / MAX_SHARE));
    const waitMs = this.#roundStartedAt + periodMs - performance.now();
    this.#timer =
      waitMs <= 0 ? setImmediate(() => this.#begin()) : setTimeout(() => this.#begin(), Math.ceil(waitMs));
  }

  /** Sends everything that sockets take, now. */
  flushNow(): void {
    this.#round?.finish();
    this.#begin();
    this.#round?.finish();
  }

  /** Sends what is left to viewers that still read, for at most `deadlineMs`, and nothing after that. */
  async close(deadlineMs: number): Promise<void> {
    const until = performance.now() + deadlineMs;
    this.flushNow();
    while (this.#behind.size > 0 && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, DRAIN_MS));
      this.flushNow();
    }
    this.#isClosed = true;
    clearTimeout(this.#timer as NodeJS.Timeout);
    clearImmediate(this.#timer as NodeJS.Immediate);
  }

  #begin(): void {
    clearTimeout(this.#timer as NodeJS.Timeout);
    clearImmediate(this.#timer as NodeJS.Immediate);
    this.#timer = undefined;
    this.#roundStartedAt = performance.now();
    this.#isInRound = true;
    this.#round = inSlices(this.#visitAll(), () => this.#end());
  }

  #end(): void {
    this.#isInRound = false;
    this.#lastRoundMs = performance.now() - this.#roundStartedAt;
    if (this.#dirty.size > 0 || this.#behind.size > 0) this.wake();
  }

  /**
   * Visits every viewer that there may be something for; pauses after each few. All get what there was when the round
   * began: what comes during it would part them into groups that share no buffer.
   */
  *#visitAll(): Generator<void> {
    const upTo = this.#options.streams.position;
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    const behind = this.#behind;
    this.#behind = new Set();
    for (const audience of this.#audiencesOf(dirty)) {
      let numVisited = 0;
      for (const viewer of audience.members) {
        behind.delete(viewer);
        this.#visit(viewer, upTo);
        if (++numVisited % VIEWERS_PER_STEP === 0) yield;
      }
      audience.forgetBatches();
      yield;
    }
    for (const viewer of behind) {
      for (let numBatches = 1; this.#visit(viewer, upTo) === "behind" && viewer.hasRoom; numBatches++) {
        if (numBatches >= MAX_BATCHES) break;
        this.#behind.delete(viewer);
        yield;
      }
      viewer.audience.forgetBatches();
      yield;
    }
  }

  #visit(viewer: Viewer, upTo: number): FlushResult {
    const result = viewer.flush(upTo, this.#options.counters);
    if (result === "behind") this.#behind.add(viewer);
    return result;
  }

  #audiencesOf(dirty: readonly Stream[]): Set<Audience> {
    const audiences = new Set(dirty.length > 0 ? this.#ofSeveral : []);
    for (const { key } of dirty) {
      for (const audience of this.#byStream.get(key) ?? []) audiences.add(audience);
    }
    return audiences;
  }

  #indexOf({ filter: { streamKey } }: Audience): Set<Audience> {
    if (streamKey === undefined) return this.#ofSeveral;
    let audiences = this.#byStream.get(streamKey);
    if (!audiences) {
      audiences = new Set();
      this.#byStream.set(streamKey, audiences);
    }
    return audiences;
  }
}
