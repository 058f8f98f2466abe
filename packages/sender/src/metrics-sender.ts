import { Connection, type ConnectionState, type OpenWebSocket } from "@fedloom/connection";
import {
  type EventInput,
  type FedloomEvent,
  gaugeKeyOf,
  jsonCodec,
  type RelayMessage,
  type TrainingEvent,
  type TrainingEventType,
  toWireEvent,
} from "@fedloom/protocol";
import { createRunId } from "./create-run-id.js";
import { HostGauges } from "./host-gauges.js";
import { MemorySpool } from "./memory-spool.js";
import { RunPublisher } from "./run-publisher.js";
import type { SpoolStore } from "./spool.js";
import { type Draft, Throttle } from "./throttle.js";

export interface MetricsSenderOptions {
  /** Address of the relay; `ws://127.0.0.1:8765`. */
  url?: string | undefined;
  /** Shown to the relay when it asks for one. */
  token?: string | undefined;
  /** The run of events that name none; a new one when absent. */
  runId?: string | undefined;
  /** Name of this publisher, unique among those of a run; a random one when absent. */
  source?: string | undefined;
  /** Where events are kept until the relay has them; in memory. */
  spools?: SpoolStore | undefined;
  /** Shortest time between two values of a gauge, such as a client's progress, in ms; 500. */
  throttleMs?: number | undefined;
  /** Opens a socket; the platform's WebSocket. */
  openWebSocket?: OpenWebSocket | undefined;
  /** Source of chance for waits, for tests. */
  random?: (() => number) | undefined;
  /** Monotonic time in ms, for tests. */
  clock?: (() => number) | undefined;
  now?: (() => Date) | undefined;
}

export interface SenderCounters {
  /** Events given to a send call. */
  sent: number;
  /** Events that outlive this process, in the spool. */
  spooled: number;
  /** Events not yet acknowledged by the relay; dropped ones count until a later one is. */
  pending: number;
  /** Values of gauges left out because a newer one followed. */
  conflated: number;
  /** Events that had to go before the relay had them, because there was no room. */
  dropped: number;
  /** Events that the relay refused. */
  rejected: number;
  /** Events that could not be written as JSON, or came after the end. */
  failed: number;
}

/** What a trainer says of an event; the run is the sender's own unless it is named. */
export type EventFields<Type extends TrainingEventType> = Omit<EventInput<Type>, "runId"> & {
  runId?: string | undefined;
};

export const DEFAULT_RELAY_URL = "ws://127.0.0.1:8765";
const DEFAULT_THROTTLE_MS = 500;
/** How soon listeners hear of a change, so that many changes are one call, in ms. */
const NOTIFY_MS = 100;

/**
 * Publishes runs' events to the relay. No call throws or waits: an event is numbered and spooled, and goes out when the
 * relay takes it, in this process or a later one.
 */
export class MetricsSender implements AsyncDisposable {
  readonly runId: string;
  readonly source: string;
  readonly #now: () => Date;
  readonly #spools: SpoolStore;
  readonly #throttle: Throttle;
  readonly #connection: Connection;
  readonly #publishers = new Map<string, RunPublisher>();
  readonly #hostGauges: HostGauges;
  readonly #waiting = new Set<() => void>();
  readonly #listeners = new Set<() => void>();
  readonly #leftoversFound: Promise<void>;
  #notifyTimer: ReturnType<typeof setTimeout> | undefined;
  #ackLevel: "accepted" | "stored" = "accepted";
  #isClosed = false;
  #stateReason: string | undefined;
  #numSent = 0;
  #numRejected = 0;
  #numFailed = 0;

  constructor(options: MetricsSenderOptions = {}) {
    const { throttleMs = DEFAULT_THROTTLE_MS, clock = () => performance.now() } = options;
    this.runId = options.runId ?? createRunId();
    this.source = options.source ?? `sender-${crypto.randomUUID()}`;
    this.#now = options.now ?? (() => new Date());
    this.#spools = options.spools ?? { open: () => new MemorySpool() };
    this.#throttle = new Throttle({
      throttleMs,
      clock,
      emit: (draft, numSkipped) => this.#keep(draft, numSkipped),
    });
    this.#hostGauges = new HostGauges(() => this.#connection, this.#now);
    this.#connection = new Connection({
      url: options.url ?? DEFAULT_RELAY_URL,
      token: options.token,
      openWebSocket: options.openWebSocket,
      random: options.random,
      background: true,
      onReady: ({ ackLevel }) => {
        this.#ackLevel = ackLevel;
        for (const publisher of this.#publishers.values()) publisher.announce();
        this.#hostGauges.onReady();
      },
      onMessage: (message) => this.#onMessage(message),
      onStateChange: (_state, reason) => {
        this.#stateReason = reason;
        this.#notifySoon();
      },
    });
    this.#leftoversFound = this.#sendLeftovers().catch(() => {});
  }

  /** How the connection to the relay is. */
  get state(): ConnectionState {
    return this.#connection.state;
  }

  /** Why the last connection ended, until one works. */
  get stateReason(): string | undefined {
    return this.#stateReason;
  }

  /** Why events are not spooled as they should be, such as a full disk. */
  get failure(): string | undefined {
    for (const { spool } of this.#publishers.values()) if (spool.failure) return spool.failure;
    return undefined;
  }

  get counters(): SenderCounters {
    const counters = { spooled: 0, pending: 0, dropped: 0 };
    for (const { spool, numPending } of this.#publishers.values()) {
      counters.spooled += spool.numSpooled;
      counters.pending += numPending;
      counters.dropped += spool.numDropped;
    }
    return {
      ...counters,
      sent: this.#numSent,
      conflated: this.#throttle.numConflated + this.#hostGauges.numConflated,
      rejected: this.#numRejected,
      failed: this.#numFailed,
    };
  }

  /** Calls `listener` soon after state or counters changed; returns how to stop that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  sendTrainingMode(fields: EventFields<"training_mode">): void {
    this.#sendFields("training_mode", fields);
  }

  sendTrainingStart(fields: EventFields<"training_start">): void {
    this.#sendFields("training_start", fields);
  }

  sendEpochStart(fields: EventFields<"epoch_start">): void {
    this.#sendFields("epoch_start", fields);
  }

  sendEpochEnd(fields: EventFields<"epoch_end">): void {
    this.#sendFields("epoch_end", fields);
  }

  sendRoundStart(fields: EventFields<"round_start">): void {
    this.#sendFields("round_start", fields);
  }

  sendRoundEnd(fields: EventFields<"round_end">): void {
    this.#sendFields("round_end", fields);
  }

  sendRoundMetrics(fields: EventFields<"round_metrics">): void {
    this.#sendFields("round_metrics", fields);
  }

  sendClientProgress(fields: EventFields<"client_progress">): void {
    this.#sendFields("client_progress", fields);
  }

  sendClientComplete(fields: EventFields<"client_complete">): void {
    this.#sendFields("client_complete", fields);
  }

  sendEarlyStoppingTriggered(fields: EventFields<"early_stopping">): void {
    this.#sendFields("early_stopping", fields);
  }

  sendError(fields: EventFields<"error">): void {
    this.#sendFields("error", fields);
  }

  sendTrainingEnd(fields: EventFields<"training_end">): void {
    this.#sendFields("training_end", fields);
  }

  /** Sends metrics of the user's own choice; those with a `batch` are a gauge, all others are kept, each one. */
  sendMetrics(fields: EventFields<"metrics">): void {
    this.#sendFields("metrics", fields);
  }

  /** Sends how a machine is; of each host only the newest is kept until the relay is there, and none is acknowledged. */
  sendSystemMetrics(fields: EventInput<"system_metrics">): void {
    try {
      if (this.#isClosed) throw new Error("the sender is closed");
      this.#hostGauges.offer(fields);
      this.#numSent++;
    } catch {
      this.#numFailed++;
    }
  }

  /** Sends an event that a trainer or `createEvent` made. */
  send(event: TrainingEvent): void {
    try {
      const { type, timestamp, data } = event;
      this.#offer({ type, runId: data.runId, data, at: timestamp });
    } catch {
      this.#numFailed++;
    }
  }

  /**
   * Waits until the relay has everything, at most `deadlineMs`; true when it has.
   * "Has" means stored where the relay writes to a database, accepted elsewhere.
   */
  async flush(deadlineMs = 2_000): Promise<boolean> {
    this.#throttle.releaseAll();
    for (const publisher of this.#publishers.values()) publisher.pump();
    let areLeftoversKnown = false;
    const isDone = () => areLeftoversKnown && this.counters.pending === 0;
    return new Promise((resolve) => {
      const settle = () => {
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve(isDone());
      };
      const check = () => isDone() && settle();
      const timer = setTimeout(settle, deadlineMs);
      this.#waiting.add(check);
      void this.#leftoversFound.then(() => {
        areLeftoversKnown = true;
        check();
      });
    });
  }

  /** Resolves once what was sent outlives this process, in the spool, as far as it can; values of gauges may be missing. */
  async settle(): Promise<void> {
    await Promise.all([...this.#publishers.values()].map(({ spool }) => spool.settle?.()));
  }

  /** Flushes, then lets go of socket, timers and files; true when the relay has everything. */
  async close(deadlineMs = 2_000): Promise<boolean> {
    const isComplete = await this.flush(deadlineMs);
    this.#isClosed = true;
    this.#throttle.close();
    this.#connection.close();
    clearTimeout(this.#notifyTimer);
    await Promise.all([...this.#publishers.values()].map((publisher) => publisher.close()));
    return isComplete;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #sendFields<Type extends TrainingEventType>(type: Type, fields: EventFields<Type>): void {
    try {
      this.#offer({ type, runId: fields.runId ?? this.runId, data: fields, at: this.#now() });
    } catch {
      this.#numFailed++;
    }
  }

  #offer(draft: Draft): void {
    if (this.#isClosed) throw new Error("the sender is closed");
    this.#throttle.offer(draft);
    this.#numSent++;
  }

  /** Spools an event; one that cannot be written as JSON is counted, also when a timer brings it. */
  #keep(draft: Draft, numSkipped: number): void {
    try {
      this.#spool(draft, numSkipped);
    } catch {
      this.#numFailed++;
    }
  }

  /** Makes an event, numbers it, spools it, and sees to it that it goes out. */
  #spool({ type, runId, data, at }: Draft, numSkipped: number): void {
    if (typeof runId !== "string") throw new TypeError("runId: expected a run's id");
    const publisher = this.#publisher(runId);
    const seq = publisher.spool.lastSeq + 1;
    const timestamp = typeof at === "string" ? at : at.toISOString();
    const isWhole = (data as { runId?: string }).runId !== undefined;
    const wire = toWireEvent({ type, timestamp, data: isWhole ? data : { runId, ...data } } as FedloomEvent);
    wire.meta = { source: this.source, seq };
    if (numSkipped > 0) wire.meta.skipped = numSkipped;
    const isGauge = gaugeKeyOf(type, data, "camel") !== undefined;
    publisher.spool.append({ seq, frame: jsonCodec.encode(wire), isGauge }, wire);
    publisher.pumpSoon();
    if (this.#listeners.size > 0) this.#notifySoon();
  }

  #publisher(runId: string): RunPublisher {
    let publisher = this.#publishers.get(runId);
    if (!publisher) {
      const { source } = this;
      publisher = new RunPublisher({
        runId,
        source,
        spool: this.#spools.open(runId, source),
        connection: this.#connection,
      });
      this.#publishers.set(runId, publisher);
    }
    return publisher;
  }

  async #sendLeftovers(): Promise<void> {
    for (const { runId, source, spool } of (await this.#spools.leftovers?.()) ?? []) {
      // What this program has written meanwhile is no leftover.
      if (source === this.source || this.#isClosed) continue;
      const publisher = new RunPublisher({ runId, source, spool, connection: this.#connection });
      this.#publishers.set(`${runId} ${source}`, publisher);
    }
  }

  #onMessage(message: RelayMessage): void {
    if (message.type !== "ack" && message.type !== "reject") return;
    const { runId, source, seq } = message.data;
    if (message.type === "reject" && runId === undefined) this.#numRejected++;
    const publisher = this.#publishers.get(source === this.source ? `${runId}` : `${runId} ${source}`);
    if (!publisher) return;
    if (message.type === "ack") publisher.onAck(message.data.level, message.data.seq, this.#ackLevel);
    else if (message.data.code === "lease_taken") publisher.onLeaseTaken();
    else if (seq !== undefined) {
      this.#numRejected++;
      publisher.onReject(seq);
    }
    for (const check of this.#waiting) check();
    this.#notifySoon();
  }

  #notifySoon(): void {
    if (this.#notifyTimer !== undefined || this.#listeners.size === 0) return;
    this.#notifyTimer = setTimeout(() => {
      this.#notifyTimer = undefined;
      for (const listener of this.#listeners) listener();
    }, NOTIFY_MS);
    (this.#notifyTimer as { unref?: () => void }).unref?.();
  }
}
