import {
  checkWireEvent,
  createClientMessage,
  decodeJson,
  decodeRelayMessage,
  encodeJson,
  type FedloomEvent,
  fromWireEvent,
  isRelayMessageType,
  type RelayMessage,
  runIdOf,
} from "@fedloom/protocol";
import { backoffMs } from "./backoff.js";

/** The part of a browser's WebSocket that is used. */
export type Socket = Pick<WebSocket, "send" | "close" | "onmessage" | "onclose">;

export interface RelayListener {
  /** A subscription begins: whether nothing before it is missing, and how many events follow at once. */
  onSubscribed(start: { recovered: boolean; numReplayed: number }): void;
  onEvent(event: FedloomEvent): void;
  /** The connection is gone and will be tried again. */
  onLost(): void;
}

export interface RelayConnectionOptions extends RelayListener {
  runId: string;
  openSocket: () => Socket;
  random?: () => number;
}

/** The relay speaks at least this often, times its heartbeat; a connection that is silent longer is dead. */
const SILENT_HEARTBEATS = 2.5;
const CONNECT_MS = 10_000;

/** Follows one run at the relay: comes back after a loss and goes on after the last event it saw. */
export class RelayConnection {
  readonly #options: RelayConnectionOptions;
  #socket: Socket | undefined;
  #position: { epoch: string; offset: number } | undefined;
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #silenceMs = CONNECT_MS;

  constructor(options: RelayConnectionOptions) {
    this.#options = options;
    this.#connect();
  }

  close(): void {
    clearTimeout(this.#retry);
    this.#drop();
  }

  #connect(): void {
    this.#silenceMs = CONNECT_MS;
    const socket = this.#options.openSocket();
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#onFrame(data);
    socket.onclose = () => this.#onLost();
    this.#awaitWord();
  }

  #drop(): void {
    clearTimeout(this.#silence);
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket) return;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }

  #onLost(waitMs = 0): void {
    this.#drop();
    this.#attempt += 1;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(
      () => this.#connect(),
      waitMs + backoffMs(this.#attempt, this.#options.random ?? Math.random),
    );
    this.#options.onLost();
  }

  #awaitWord(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#onLost(), this.#silenceMs);
  }

  #onFrame(frame: unknown): void {
    this.#awaitWord();
    const decoded = decodeJson(typeof frame === "string" ? frame : "");
    if (!decoded.ok) return;
    const type = (decoded.value as { type?: unknown } | null)?.type;
    if (isRelayMessageType(type)) {
      const message = decodeRelayMessage(decoded.value as { type: typeof type });
      if (message.ok) this.#onMessage(message.value);
      return;
    }
    const event = checkWireEvent(decoded.value);
    // Before the subscription holds, the relay sends the events of every run.
    if (!event.ok || runIdOf(event.value) !== this.#options.runId) return;
    const { epoch, offset } = event.value.meta ?? {};
    if (epoch !== undefined && offset !== undefined) this.#position = { epoch, offset };
    this.#options.onEvent(fromWireEvent(event.value));
  }

  #onMessage(message: RelayMessage): void {
    switch (message.type) {
      case "welcome": {
        this.#silenceMs = Math.max(CONNECT_MS, message.data.heartbeatMs * SILENT_HEARTBEATS);
        this.#awaitWord();
        const { runId } = this.#options;
        const subscribe = createClientMessage("subscribe", { runId, from: this.#position ?? "start" });
        return this.#socket?.send(encodeJson(subscribe));
      }
      case "subscribed": {
        this.#attempt = 0;
        const { recovered, epoch, offset = 0 } = message.data;
        const from = epoch !== undefined && this.#position?.epoch === epoch ? this.#position.offset : 0;
        return this.#options.onSubscribed({ recovered, numReplayed: Math.max(0, offset - from) });
      }
      case "reconnect":
        return this.#onLost(message.data.afterMs);
      default:
        return;
    }
  }
}
