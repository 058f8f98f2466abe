import {
  createClientMessage,
  encodeJson,
  isGauge,
  type RelayMessage,
  type TrainingEvent,
  toWireEvent,
  type WireEvent,
} from "@fedloom/protocol";
import { Connection, type ConnectionState, type OpenWebSocket, type WebSocketLike } from "./connection.js";
import { Outbox } from "./outbox.js";

export interface MetricsSenderOptions {
  /** Address of the relay; `ws://127.0.0.1:8765`. */
  url?: string;
  /** Name of this publisher; unique among those of a run. A random one when absent. */
  source?: string;
  /** Opens a socket; the platform's WebSocket. */
  openWebSocket?: OpenWebSocket;
  /** Most events of one run kept in memory until the relay has them; 20,000. */
  maxQueuedEvents?: number;
  /** Gets every event as well, before it is sent; a progress file for example. */
  sinks?: readonly EventSink[];
  /** Called when the connection changes; never needed for delivery. */
  onStateChange?: (state: ConnectionState, reason?: string) => void;
  random?: () => number;
}

/** Something that takes events and never throws. */
export interface EventSink {
  write(event: WireEvent, frame: string): void;
  close(): Promise<void>;
}

export interface SenderCounters {
  /** Events given to `send`. */
  sent: number;
  /** Events not yet acknowledged by the relay. */
  pending: number;
  /** Events that left memory unacknowledged because too many waited. */
  dropped: number;
  /** Events that the relay refused. */
  rejected: number;
  /** Events that could not be encoded. */
  failed: number;
}

interface RunOutbox {
  outbox: Outbox;
  /** Whether the relay has answered this connection's `publish`. */
  ready: boolean;
}

const DEFAULT_URL = "ws://127.0.0.1:8765";

/**
 * Publishes a run's events to the relay. `send` never throws and never waits; without a relay the run goes on
 * and the events wait in memory, within a limit.
 */
export class MetricsSender implements AsyncDisposable {
  readonly source: string;
  readonly #maxQueuedEvents: number;
  readonly #sinks: readonly EventSink[];
  readonly #runs = new Map<string, RunOutbox>();
  readonly #connection: Connection;
  readonly #waiting = new Set<() => void>();
  #ackLevel: "accepted" | "stored" = "accepted";
  #closed = false;
  #numSent = 0;
  #numRejected = 0;
  #numFailed = 0;

  constructor(options: MetricsSenderOptions = {}) {
    const random = options.random ?? Math.random;
    this.source = options.source ?? `sender-${crypto.randomUUID()}`;
    this.#maxQueuedEvents = options.maxQueuedEvents ?? 20_000;
    this.#sinks = options.sinks ?? [];
    this.#connection = new Connection({
      url: options.url ?? DEFAULT_URL,
      openWebSocket: options.openWebSocket ?? openPlatformWebSocket,
      random,
      onReady: () => this.#announce(),
      onMessage: (message) => this.#onMessage(message),
      onStateChange: options.onStateChange ?? (() => {}),
    });
  }

  get counters(): SenderCounters {
    let pending = 0;
    let dropped = 0;
    for (const { outbox } of this.#runs.values()) {
      pending += outbox.size;
      dropped += outbox.numDropped;
    }
    return { sent: this.#numSent, pending, dropped, rejected: this.#numRejected, failed: this.#numFailed };
  }

  /** Numbers and queues an event. Never throws, never waits. */
  send(event: TrainingEvent): void {
    if (this.#closed) {
      this.#numFailed++;
      return;
    }
    try {
      const run = this.#run(event.data.runId);
      const seq = run.outbox.nextSeq();
      const wire: WireEvent = { ...toWireEvent(event), meta: { source: this.source, seq } };
      const frame = encodeJson(wire);
      for (const sink of this.#sinks) sink.write(wire, frame);
      run.outbox.add({ seq, frame, gauge: isGauge(event.type) });
      this.#numSent++;
      this.#pump(run);
    } catch {
      this.#numFailed++;
    }
  }

  /**
   * Waits until the relay has everything, at most `deadlineMs`; true when it has.
   * "Has" means stored where the relay writes to a database, accepted elsewhere.
   */
  async flush(deadlineMs = 2_000): Promise<boolean> {
    if (this.counters.pending === 0) return true;
    return new Promise((resolve) => {
      const settle = () => {
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve(this.counters.pending === 0);
      };
      const check = () => this.counters.pending === 0 && settle();
      const timer = setTimeout(settle, deadlineMs);
      this.#waiting.add(check);
    });
  }

  /** Flushes, then lets go of socket, timers and sinks; true when the relay has everything. */
  async close(deadlineMs = 2_000): Promise<boolean> {
    const complete = await this.flush(deadlineMs);
    this.#closed = true;
    this.#connection.close();
    await Promise.all(this.#sinks.map((sink) => sink.close()));
    return complete;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #run(runId: string): RunOutbox {
    let run = this.#runs.get(runId);
    if (!run) {
      run = { outbox: new Outbox(this.#maxQueuedEvents), ready: false };
      this.#runs.set(runId, run);
      if (this.#connection.canSend) this.#publish(runId);
    }
    return run;
  }

  /** Opens this publisher's sessions on a new connection; what is missing goes out when the relay has answered. */
  #announce(): void {
    for (const [runId, run] of this.#runs) {
      run.ready = false;
      this.#publish(runId);
    }
  }

  #publish(runId: string): void {
    this.#connection.send(encodeJson(createClientMessage("publish", { runId, source: this.source })));
  }

  #onMessage(message: RelayMessage): void {
    switch (message.type) {
      case "welcome":
        this.#ackLevel = message.data.ackLevel;
        break;
      case "ack": {
        const run = this.#runs.get(message.data.runId);
        if (!run || message.data.source !== this.source) break;
        if (message.data.level === "accepted" && !run.ready) {
          run.ready = true;
          run.outbox.rewindTo(message.data.seq);
        }
        if (message.data.level === this.#ackLevel) run.outbox.acknowledge(message.data.seq);
        this.#pump(run);
        break;
      }
      case "reject": {
        const { runId, source, seq } = message.data;
        if (runId === undefined || seq === undefined || source !== this.source) break;
        this.#numRejected++;
        this.#runs.get(runId)?.outbox.drop(seq);
        break;
      }
      default:
    }
    for (const check of this.#waiting) check();
  }

  #pump(run: RunOutbox): void {
    while (run.ready && this.#connection.canSend) {
      const entry = run.outbox.takeUnsent();
      if (!entry) return;
      this.#connection.send(entry.frame);
    }
  }
}

function openPlatformWebSocket(url: string): WebSocketLike {
  return new WebSocket(url) as unknown as WebSocketLike;
}
