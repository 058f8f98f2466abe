import {
  type Codec,
  checkWireEvent,
  createClientMessage,
  decodeRelayMessage,
  type Frame,
  isRelayMessageType,
  jsonCodec,
  type RelayMessage,
  type WireEvent,
} from "@fedloom/protocol";
import { backoffMs } from "./backoff.js";
import { type OpenWebSocket, openPlatformWebSocket, type WebSocketLike } from "./web-socket.js";

export type ConnectionState = "connecting" | "open" | "waiting" | "closed";

export interface ConnectionOptions {
  url: string;
  /** Shown to the relay when it asks for one. */
  token?: string | undefined;
  /** How frames are written; JSON text. */
  codec?: Codec | undefined;
  /** Opens a socket; the platform's WebSocket. */
  openWebSocket?: OpenWebSocket | undefined;
  /** Whether a process may end while this is open; false. */
  background?: boolean | undefined;
  /** Source of chance for waits, for tests. */
  random?: (() => number) | undefined;
  /** A connection is ready: the relay has said who it is, and let this client in. */
  onReady: (welcome: Extract<RelayMessage, { type: "welcome" }>["data"]) => void;
  /** Every other message of the relay. */
  onMessage: (message: RelayMessage) => void;
  /** Every event, checked; without it events are passed over unread. */
  onEvent?: ((event: WireEvent) => void) | undefined;
  onStateChange?: ((state: ConnectionState, reason?: string) => void) | undefined;
}

const OPEN = 1;
const DEFAULT_HEARTBEAT_MS = 15_000;
/** Unsent bytes in the socket above which no more is handed to it. */
const MAX_BUFFERED_BYTES = 1024 * 1024;
/** How long a process that stood still has to read what came meanwhile, before a silence counts, in ms. */
const READ_MS = 10;
/** A connection that lasted this long was a good one: the next loss begins with the shortest wait. */
const STABLE_MS = 1_000;

/** A WebSocket to the relay that comes back by itself; nothing in it throws. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #codec: Codec;
  #socket: WebSocketLike | undefined;
  #state: ConnectionState = "connecting";
  #attempt = 0;
  #readyAt: number | undefined;
  #heard = false;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #heartbeatTimer: ReturnType<typeof setInterval> | undefined;
  #silenceTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#codec = options.codec ?? jsonCodec;
    this.#open();
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Whether a frame would go out now, rather than pile up in memory. */
  get canSend(): boolean {
    const socket = this.#socket;
    return (
      this.#state === "open" && socket?.readyState === OPEN && socket.bufferedAmount < MAX_BUFFERED_BYTES
    );
  }

  /** Sends a message in wire form. */
  send(message: object): void {
    this.sendFrames([this.#codec.encode(message)]);
  }

  /** Sends frames that are written already, in one piece where the socket can. */
  sendFrames(frames: readonly Frame[]): void {
    const socket = this.#socket;
    if (!socket) return;
    const write = () => {
      for (const frame of frames) socket.send(frame);
    };
    try {
      if (socket.batch) socket.batch(write);
      else write();
    } catch {
      this.#drop("the socket failed");
    }
  }

  close(): void {
    if (this.#state === "closed") return;
    const socket = this.#forget();
    this.#setState("closed");
    closeQuietly(socket);
  }

  #open(): void {
    this.#setState("connecting");
    // Whoever was told may have had enough.
    if (this.#state === "closed") return;
    let socket: WebSocketLike;
    try {
      const open = this.#options.openWebSocket ?? openPlatformWebSocket;
      socket = open(this.#options.url, [this.#codec.subprotocol]);
    } catch (error) {
      return this.#drop(error instanceof Error ? error.message : String(error));
    }
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    // A host that swallows packets never refuses: give up on silence, in the handshake as later.
    this.#watch(DEFAULT_HEARTBEAT_MS);
    socket.onmessage = ({ data }) => this.#onFrame(data);
    socket.onclose = ({ reason }) => this.#drop(reason || "the relay closed the connection");
    socket.onerror = ({ message }) => this.#drop(message || "the relay is not reachable");
  }

  #onFrame(data: unknown): void {
    this.#heard = true;
    const decoded = this.#codec.decode(data instanceof ArrayBuffer ? new Uint8Array(data) : (data as string));
    if (!decoded.ok) return;
    const type = (decoded.value as { type?: unknown } | null)?.type;
    if (!isRelayMessageType(type)) {
      const event = this.#options.onEvent && checkWireEvent(decoded.value);
      if (event?.ok) this.#options.onEvent?.(event.value);
      return;
    }
    const message = decodeRelayMessage(decoded.value as { type: typeof type });
    if (!message.ok) return;
    if (message.value.type === "welcome") return this.#onWelcome(message.value.data);
    if (message.value.type === "reconnect") {
      return this.#drop(message.value.data.reason, message.value.data.afterMs);
    }
    this.#options.onMessage(message.value);
  }

  #onWelcome(welcome: Extract<RelayMessage, { type: "welcome" }>["data"]): void {
    if (welcome.authenticate) {
      const { token } = this.#options;
      if (token === undefined) return this.#drop("the relay asks for a token");
      return this.send(createClientMessage("authenticate", { token }));
    }
    this.#readyAt = performance.now();
    this.#watch(welcome.heartbeatMs || DEFAULT_HEARTBEAT_MS);
    this.#setState("open");
    this.#options.onReady(welcome);
  }

  /** Asks for a sign of life every interval and drops a connection that gave none since the last one. */
  #watch(intervalMs: number): void {
    clearInterval(this.#heartbeatTimer);
    this.#heard = true;
    this.#heartbeatTimer = setInterval(() => {
      if (!this.#heard) return this.#dropUnlessHeard();
      this.#heard = false;
      if (this.#state === "open") this.send(createClientMessage("ping", {}));
    }, intervalMs);
    this.#letEnd(this.#heartbeatTimer);
  }

  #dropUnlessHeard(): void {
    clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(() => {
      if (!this.#heard) this.#drop("the relay went silent");
    }, READ_MS);
    this.#letEnd(this.#silenceTimer);
  }

  #drop(reason: string, afterMs = 0): void {
    if (this.#state === "closed" || this.#state === "waiting") return;
    if (this.#readyAt !== undefined && performance.now() - this.#readyAt >= STABLE_MS) this.#attempt = 0;
    closeQuietly(this.#forget());
    const waitMs = afterMs + backoffMs(this.#attempt++, this.#options.random ?? Math.random);
    this.#retryTimer = setTimeout(() => this.#open(), waitMs);
    this.#letEnd(this.#retryTimer);
    this.#setState("waiting", reason);
  }

  #forget(): WebSocketLike | undefined {
    clearTimeout(this.#retryTimer);
    clearInterval(this.#heartbeatTimer);
    clearTimeout(this.#silenceTimer);
    this.#readyAt = undefined;
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket) return undefined;
    socket.onmessage = null;
    socket.onclose = null;
    // A socket that is closed before it opened still reports an error.
    socket.onerror = () => {};
    return socket;
  }

  #setState(state: ConnectionState, reason?: string): void {
    this.#state = state;
    this.#options.onStateChange?.(state, reason);
  }

  #letEnd(timer: unknown): void {
    if (this.#options.background) (timer as { unref?: () => void }).unref?.();
  }
}

function closeQuietly(socket: WebSocketLike | undefined): void {
  try {
    socket?.close();
  } catch {
    // It is gone either way.
  }
}
