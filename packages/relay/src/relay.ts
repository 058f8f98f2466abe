import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { createEvent, encodeJson, MAX_FRAME_LENGTH, toWireEvent, type WireEvent } from "@fedloom/protocol";
import { WebSocketServer } from "ws";
import { type AccessCheck, type AccessOptions, createAccessCheck, isLoopback } from "./access.js";
import { type AckLevel, Connection } from "./connection.js";
import { RelayError } from "./errors.js";
import type { Stream, StreamEntry } from "./stream.js";
import { Streams } from "./streams.js";

export interface RelayOptions extends AccessOptions {
  /** How long events gather before viewers get them in one go, in ms; 25. */
  flushMs?: number;
  /** Time between pings, and between heartbeat events on a quiet connection, in ms; 15,000. */
  heartbeatMs?: number;
  /** Most events held for one run; 10,000. */
  maxEvents?: number;
  /** Most bytes held for one run; 8 MiB. */
  maxBytes?: number;
  /** Most runs held; the longest silent one leaves first; 256. */
  maxStreams?: number;
  /** Most connections at once; further ones are refused with 503; 10,000. */
  maxConnections?: number;
  /** `stored` when whoever embeds the relay calls `markStored`; `accepted`. */
  ackLevel?: AckLevel;
  /** Source of time, for tests. */
  now?: () => Date;
}

/** Where a relay listens. */
export interface RelayAddress {
  host: string;
  port: number;
}

const VIEWER_LIMITS = { softLimitBytes: 64 * 1024, hardLimitBytes: 1024 * 1024 };

/** Takes events from publishers and fans them out to viewers. */
export class Relay implements AsyncDisposable {
  readonly streams: Streams;
  readonly #options: Required<Pick<RelayOptions, "flushMs" | "maxConnections">>;
  readonly #now: () => Date;
  readonly #checkAccess: AccessCheck;
  readonly #sockets: WebSocketServer;
  readonly #connections = new Set<Connection>();
  readonly #dirty = new Set<Stream>();
  readonly #context: ConstructorParameters<typeof Connection>[1];
  readonly #heartbeat: NodeJS.Timeout;
  readonly #listeners = new Set<Server>();
  #flushTimer: NodeJS.Timeout | undefined;
  #lastAppend = 0;
  #closed = false;

  constructor(options: RelayOptions = {}) {
    const { flushMs = 25, heartbeatMs = 15_000, maxConnections = 10_000, ackLevel = "accepted" } = options;
    const { maxEvents = 10_000, maxBytes = 8 * 1024 * 1024, maxStreams = 256 } = options;
    this.#options = { flushMs, maxConnections };
    this.#now = options.now ?? (() => new Date());
    this.#checkAccess = createAccessCheck(options);
    this.streams = new Streams({ maxEvents, maxBytes, maxStreams });
    this.streams.onAppend((stream) => {
      this.#lastAppend = performance.now();
      this.#dirty.add(stream);
      this.#wake();
    });
    this.#sockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: MAX_FRAME_LENGTH,
    });
    this.#context = {
      streams: this.streams,
      limits: VIEWER_LIMITS,
      heartbeatMs,
      ackLevel,
      now: this.#now,
      wake: () => this.#wake(),
    };
    this.#heartbeat = setInterval(() => this.#beat(heartbeatMs), heartbeatMs);
    this.#heartbeat.unref();
  }

  get numConnections(): number {
    return this.#connections.size;
  }

  /** Listens on an address of its own. Throws RelayError when it is taken or reaches beyond this machine. */
  async listen({ host, port }: RelayAddress): Promise<RelayAddress> {
    if (!isLoopback(host)) {
      const message = `relay host: expected an address of this machine (127.0.0.1), received ${host}: anybody on the network could publish`;
      throw new RelayError("address_not_loopback", message);
    }
    const server = createServer((_request, response) => {
      response.writeHead(426, { "content-type": "text/plain", upgrade: "websocket" });
      response.end("This is the Fedloom relay: connect with a WebSocket.\n");
    });
    server.on("upgrade", (request, socket, head) => this.handleUpgrade(request, socket, head));
    await new Promise<void>((resolve, reject) => {
      server.once("error", (cause: NodeJS.ErrnoException) => reject(listenError(cause, host, port)));
      server.listen(port, host, resolve);
    });
    this.#listeners.add(server);
    return { host, port: (server.address() as AddressInfo).port };
  }

  /** Takes over an HTTP upgrade, so that the relay can share a port with an API. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const refusal = this.#checkAccess(request.headers);
    if (refusal) return refuse(socket, 403, refusal);
    if (this.#closed || this.#connections.size >= this.#options.maxConnections) {
      return refuse(socket, 503, "the relay takes no more connections at present");
    }
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new Connection(webSocket, this.#context);
      this.#connections.add(connection);
      webSocket.on("close", () => this.#connections.delete(connection));
    });
  }

  /** Publishes an event from within this process. */
  publish(event: WireEvent): void {
    this.streams.accept(event);
  }

  /** Calls `listener` for every event accepted from now on. */
  onEvent(listener: (stream: Stream, entry: StreamEntry) => void): () => void {
    return this.streams.onAppend(listener);
  }

  /** Tells a source that its events up to `seq` are in the database. */
  markStored(runId: string, source: string, seq: number): void {
    this.streams.markStored(runId, source, seq);
    this.#wake();
  }

  /** Sends what is due, asks clients to come back later, and closes every socket. */
  async close(reason = "the relay stops", afterMs = 1_000): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#flushTimer);
    this.#flush();
    const closed = [...this.#connections].map(
      ({ socket }) => new Promise<void>((resolve) => socket.once("close", () => resolve())),
    );
    for (const connection of this.#connections) connection.announceStop(reason, afterMs);
    const cut = setTimeout(() => {
      for (const { socket } of this.#connections) socket.terminate();
    }, 500);
    await Promise.all(closed);
    clearTimeout(cut);
    await Promise.all([...this.#listeners].map((server) => new Promise((resolve) => server.close(resolve))));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #wake(): void {
    if (this.#flushTimer || this.#closed) return;
    this.#flushTimer = setTimeout(() => {
      this.#flushTimer = undefined;
      this.#flush();
    }, this.#options.flushMs);
  }

  #flush(): void {
    let behind = false;
    for (const connection of this.#connections) {
      connection.acknowledge();
      const viewer = connection.viewer;
      if (!viewer) continue;
      for (const stream of viewer.isNew ? this.streams.all() : this.#dirty) {
        if (viewer.wants(stream) && !viewer.flush(stream)) behind = true;
      }
      viewer.isNew = false;
    }
    if (behind) this.#wake();
    else this.#dirty.clear();
  }

  #beat(heartbeatMs: number): void {
    const quiet = performance.now() - this.#lastAppend >= heartbeatMs;
    const frame = encodeJson(toWireEvent(createEvent("heartbeat", {}, this.#now)));
    for (const connection of this.#connections) {
      connection.checkAlive();
      if (quiet && connection.viewer) connection.socket.send(frame);
    }
  }
}

/** Starts a relay on a port of its own; `ws://127.0.0.1:8765` unless told otherwise. */
export async function startRelay(
  options: RelayOptions & Partial<RelayAddress> = {},
): Promise<{ relay: Relay; address: RelayAddress }> {
  const relay = new Relay(options);
  try {
    const address = await relay.listen({ host: options.host ?? "127.0.0.1", port: options.port ?? 8765 });
    return { relay, address };
  } catch (error) {
    await relay.close();
    throw error;
  }
}

function refuse(socket: Duplex, status: 403 | 503, reason: string): void {
  const phrase = status === 403 ? "Forbidden" : "Service Unavailable";
  socket.end(
    `HTTP/1.1 ${status} ${phrase}\r\ncontent-type: text/plain\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(reason)}\r\n\r\n${reason}`,
  );
}

function listenError(cause: NodeJS.ErrnoException, host: string, port: number): RelayError {
  if (cause.code === "EADDRINUSE") {
    return new RelayError("port_in_use", `port ${port} on ${host} is taken by another program`, { cause });
  }
  return new RelayError("address_unavailable", `cannot listen on ${host}:${port}: ${cause.message}`, {
    cause,
  });
}
