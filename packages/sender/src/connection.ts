import { decodeJson, decodeRelayMessage, isRelayMessageType, type RelayMessage } from "@fedloom/protocol";
import { backoffMs } from "./backoff.js";

/** The part of the standard WebSocket that is used; browsers, Node >= 22 and `ws` have it. */
export interface WebSocketLike {
  readonly readyState: number;
  readonly bufferedAmount: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: string): void;
  close(code?: number, reason?: string): void;
}

export type OpenWebSocket = (url: string) => WebSocketLike;

export interface ConnectionOptions {
  url: string;
  openWebSocket: OpenWebSocket;
  random: () => number;
  /** Called with each `welcome`: a new connection is ready. */
  onReady: () => void;
  onMessage: (message: RelayMessage) => void;
  onStateChange: (state: ConnectionState, reason?: string) => void;
}

export type ConnectionState = "connecting" | "open" | "waiting" | "closed";

const OPEN = 1;
const DEFAULT_HEARTBEAT_MS = 15_000;
/** Unsent bytes in the socket above which no more is handed to it. */
const MAX_BUFFERED_BYTES = 256 * 1024;

/** A WebSocket to the relay that comes back by itself; nothing in it throws or keeps the process alive. */
export class Connection {
  readonly #options: ConnectionOptions;
  #socket: WebSocketLike | undefined;
  #state: ConnectionState = "connecting";
  #attempt = 0;
  #heard = false;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #heartbeatTimer: ReturnType<typeof setInterval> | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#open();
  }

  get canSend(): boolean {
    const socket = this.#socket;
    return (
      this.#state === "open" && socket?.readyState === OPEN && socket.bufferedAmount < MAX_BUFFERED_BYTES
    );
  }

  send(frame: string): void {
    try {
      this.#socket?.send(frame);
    } catch {
      this.#drop("the socket failed");
    }
  }

  close(): void {
    if (this.#state === "closed") return;
    const socket = this.#socket;
    this.#forget();
    this.#setState("closed");
    closeQuietly(socket);
  }

  #open(): void {
    this.#setState("connecting");
    let socket: WebSocketLike;
    try {
      socket = this.#options.openWebSocket(this.#options.url);
    } catch (error) {
      return this.#drop(error instanceof Error ? error.message : String(error));
    }
    this.#socket = socket;
    // A host that swallows packets never refuses: give up on silence, in the handshake as later.
    this.#watch(DEFAULT_HEARTBEAT_MS);
    socket.onmessage = ({ data }) => this.#onFrame(data);
    socket.onclose = () => this.#drop("the relay closed the connection");
    socket.onerror = (event: { message?: string }) =>
      this.#drop(event.message || "the relay is not reachable");
  }

  #onFrame(data: unknown): void {
    this.#heard = true;
    if (typeof data !== "string") return;
    const decoded = decodeJson(data);
    if (!decoded.ok) return;
    const type = (decoded.value as { type?: unknown } | null)?.type;
    if (!isRelayMessageType(type)) return;
    const message = decodeRelayMessage(decoded.value as { type: typeof type });
    if (!message.ok) return;
    if (message.value.type === "welcome") {
      this.#attempt = 0;
      this.#watch(message.value.data.heartbeatMs || DEFAULT_HEARTBEAT_MS);
      this.#setState("open");
      this.#options.onMessage(message.value);
      this.#options.onReady();
    } else {
      this.#options.onMessage(message.value);
    }
  }

  /** Asks for a sign of life every interval and drops a connection that gave none since the last one. */
  #watch(intervalMs: number): void {
    clearInterval(this.#heartbeatTimer);
    this.#heard = true;
    this.#heartbeatTimer = setInterval(() => {
      if (!this.#heard) return this.#drop("the relay went silent");
      this.#heard = false;
      if (this.#state === "open") this.send('{"type":"ping"}');
    }, intervalMs);
    unref(this.#heartbeatTimer);
  }

  #drop(reason: string): void {
    if (this.#state === "closed" || this.#state === "waiting") return;
    const socket = this.#socket;
    this.#forget();
    closeQuietly(socket);
    this.#setState("waiting", reason);
    this.#retryTimer = setTimeout(() => this.#open(), backoffMs(this.#attempt++, this.#options.random));
    unref(this.#retryTimer);
  }

  #forget(): void {
    clearTimeout(this.#retryTimer);
    clearInterval(this.#heartbeatTimer);
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket) return;
    socket.onmessage = null;
    socket.onclose = null;
    // A socket that is closed before it opened still reports an error.
    socket.onerror = () => {};
  }

  #setState(state: ConnectionState, reason?: string): void {
    this.#state = state;
    this.#options.onStateChange(state, reason);
  }
}

function closeQuietly(socket: WebSocketLike | undefined): void {
  try {
    socket?.close();
  } catch {
    // It is gone either way.
  }
}

function unref(timer: unknown): void {
  (timer as { unref?: () => void }).unref?.();
}
