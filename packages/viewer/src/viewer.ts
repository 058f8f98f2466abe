import { Connection, type ConnectionState, type OpenWebSocket } from "@fedloom/connection";
import {
  type Codec,
  createClientMessage,
  type FedloomEvent,
  fromWireEvent,
  type RelayMessage,
  runIdOf,
  type StreamPosition,
  type Subscription,
  type WireEvent,
} from "@fedloom/protocol";
import { ViewerError } from "./errors.js";
import { EventQueue } from "./event-queue.js";
import { SeenEvents } from "./seen-events.js";

/** How a subscription began, at first or after a loss. */
export interface SubscriptionStart {
  /** Whether every event after the last one seen, or after the wanted beginning, follows. */
  recovered: boolean;
  /** Events that follow at once because they were missed; known for subscriptions to one run. */
  numReplayed: number;
  /** How many of the next events are a snapshot: older ones, the newest of each kind. */
  numSnapshot: number;
}

export interface ViewerOptions extends Omit<Subscription, "from"> {
  /** Address of the relay, such as `ws://127.0.0.1:8765`. */
  url: string;
  /** Where to begin; `latest`. With `newest`, of one run: so many events back, which costs what they do, not the run. */
  from?: Subscription["from"] | { readonly newest: number } | undefined;
  token?: string | undefined;
  /** How frames are written; JSON text. */
  codec?: Codec | undefined;
  /** Opens a socket; the platform's WebSocket. */
  openWebSocket?: OpenWebSocket | undefined;
  /** Whether a process may end while this is open; false. */
  background?: boolean | undefined;
  /** Most events that wait for a reader of `for await`; above it the connection pauses; 10,000. */
  maxQueuedEvents?: number | undefined;
  random?: (() => number) | undefined;
  /** Called with each event, once and in order, instead of `for await`. */
  onEvent?: ((event: FedloomEvent, about: { isSnapshot: boolean }) => void) | undefined;
  /** Called when events are gone for good. Without it, and without `onEvent`, reading throws a ViewerError. */
  onGap?: ((after: StreamPosition | undefined) => void) | undefined;
  onSubscribed?: ((start: SubscriptionStart) => void) | undefined;
  onStateChange?: ((state: ConnectionState, reason?: string) => void) | undefined;
  /** Called when the relay refuses the subscription or the token. */
  onReject?: ((reject: Extract<RelayMessage, { type: "reject" }>["data"]) => void) | undefined;
}

export interface ViewerCounters {
  /** Events given on. */
  events: number;
  /** Events that had come before. */
  duplicates: number;
  /** Values of gauges that were left out on the way because newer ones followed. */
  conflated: number;
  /** Times events were gone for good. */
  gaps: number;
}

const DEFAULT_MAX_QUEUED = 10_000;
const HOSTS = "hosts";

/** Reads events from a relay: each once and in order, over losses of the connection and restarts of the relay. */
export class Viewer implements AsyncIterable<FedloomEvent>, AsyncDisposable {
  readonly #options: ViewerOptions;
  readonly #seen = new SeenEvents();
  readonly #queue = new EventQueue<FedloomEvent>();
  readonly #counters: ViewerCounters = { events: 0, duplicates: 0, conflated: 0, gaps: 0 };
  #connection: Connection | undefined;
  #numSnapshotLeft = 0;
  /** Where `newest` events begin, once the relay has said where the stream ends. */
  #start: StreamPosition | undefined;
  /** Before the subscription holds, the relay sends events of every run. */
  #hasSubscribed = false;
  /** Whether the reader is too slow, so that the connection waits for it. */
  #isPaused = false;
  #isClosed = false;

  constructor(options: ViewerOptions) {
    this.#options = options;
    this.#connect();
  }

  get state(): ConnectionState {
    if (this.#isClosed) return "closed";
    return this.#connection?.state ?? "waiting";
  }

  get counters(): Readonly<ViewerCounters> {
    return { ...this.#counters };
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#connection?.close();
    this.#queue.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  /** @throws ViewerError `gap` when events are gone for good and nobody listens to `onGap`; `refused`. */
  async *[Symbol.asyncIterator](): AsyncGenerator<FedloomEvent, void, undefined> {
    try {
      for (;;) {
        const event = await this.#queue.next();
        if (!event) return;
        if (this.#isPaused && this.#queue.size <= this.#maxQueued / 2) this.#resume();
        yield event;
      }
    } finally {
      this.close();
    }
  }

  get #maxQueued(): number {
    return this.#options.maxQueuedEvents ?? DEFAULT_MAX_QUEUED;
  }

  #connect(): void {
    const { url, token, codec, openWebSocket, background, random, onStateChange } = this.#options;
    this.#connection = new Connection({
      url,
      token,
      codec,
      openWebSocket,
      background,
      random,
      onReady: () => this.#subscribe(),
      onMessage: (message) => this.#onMessage(message),
      onEvent: (event) => this.#onEvent(event),
      onStateChange: (state, reason) => {
        if (!this.#isPaused) onStateChange?.(state, reason);
      },
    });
  }

  #subscribe(start?: StreamPosition): void {
    const { runId, types, hosts, severities, snapshot, from = "latest" } = this.#options;
    const place = this.#seen.position ?? start;
    this.#start = start;
    const wanted = {
      runId,
      types,
      hosts,
      severities,
      from: place ?? (isNewest(from) ? "latest" : from),
      snapshot: place ? undefined : snapshot,
    };
    this.#numSnapshotLeft = 0;
    this.#hasSubscribed = false;
    this.#connection?.send(createClientMessage("subscribe", wanted));
  }

  #onMessage(message: RelayMessage): void {
    if (message.type === "subscribed") return this.#onSubscribed(message.data);
    if (message.type !== "reject") return;
    this.#options.onReject?.(message.data);
    if (message.data.code === "rate_limited") return;
    if (!this.#options.onEvent) this.#queue.end(new ViewerError("refused", message.data.message));
  }

  #onSubscribed({
    recovered,
    epoch,
    offset = 0,
    numSnapshot = 0,
  }: Extract<RelayMessage, { type: "subscribed" }>["data"]): void {
    const { from = "latest" } = this.#options;
    const place = this.#seen.position ?? this.#start;
    if (!place && isNewest(from) && epoch !== undefined && offset > 0) {
      return this.#subscribe({ epoch, offset: Math.max(0, offset - from.newest) });
    }
    this.#hasSubscribed = true;
    this.#numSnapshotLeft = numSnapshot;
    const seenUpTo = epoch !== undefined && place?.epoch === epoch ? place.offset : 0;
    const fromLatest = !place && (from === "latest" || isNewest(from));
    const numReplayed = fromLatest ? 0 : Math.max(0, offset - seenUpTo);
    this.#options.onSubscribed?.({ recovered, numReplayed, numSnapshot });
    // Of a run that the relay has not heard of, and this viewer neither, nothing is missing.
    if (recovered || (!place && epoch === undefined)) return;
    this.#counters.gaps++;
    if (this.#options.onGap) return this.#options.onGap(place);
    if (this.#options.onEvent) return;
    const since = place ? `offset ${place.offset} of epoch ${place.epoch}` : "the start";
    this.#queue.end(new ViewerError("gap", `events after ${since} are gone from the relay`));
  }

  #onEvent(wire: WireEvent): void {
    if (!this.#hasSubscribed || wire.type === "heartbeat" || this.#isPaused) return;
    const isSnapshot = this.#numSnapshotLeft > 0;
    if (isSnapshot) this.#numSnapshotLeft--;
    const { meta = {} } = wire;
    if (!this.#seen.add(runIdOf(wire) ?? HOSTS, meta)) {
      this.#counters.duplicates++;
      return;
    }
    this.#counters.events++;
    this.#counters.conflated += meta.skipped ?? 0;
    const event = fromWireEvent(wire);
    if (this.#options.onEvent) return this.#options.onEvent(event, { isSnapshot });
    this.#queue.push(event);
    if (this.#queue.size >= this.#maxQueued) this.#pause();
  }

  /** Lets go of the relay, which goes on without this viewer, until the reader has caught up. */
  #pause(): void {
    this.#isPaused = true;
    this.#connection?.close();
    this.#connection = undefined;
  }

  #resume(): void {
    this.#isPaused = false;
    if (!this.#isClosed) this.#connect();
  }
}

/** Opens a viewer; it connects by itself, and comes back after every loss until it is closed. */
export function openViewer(options: ViewerOptions): Viewer {
  return new Viewer(options);
}

function isNewest(from: NonNullable<ViewerOptions["from"]>): from is { readonly newest: number } {
  return typeof from === "object" && "newest" in from;
}
