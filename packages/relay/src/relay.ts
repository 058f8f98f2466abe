import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { createEvent, MAX_FRAME_LENGTH, toWireEvent, type WireEvent } from "@fedloom/protocol";
import { type ServerOptions, WebSocketServer } from "ws";
import { isLoopback } from "./access.js";
import { Admission } from "./admission.js";
import { Connection, closeFor } from "./connection.js";
import type { ConnectionContext } from "./connection-context.js";
import { type Counters, createCounters } from "./counters.js";
import { type Encoding, type StreamEntry, toFrame } from "./entry.js";
import { RelayError } from "./errors.js";
import { FailureLimit, type LimitedAuthenticate, TooManyFailures } from "./failure-limit.js";
import { FanOut } from "./fan-out.js";
import type { FixedSubscription } from "./fixed-subscription.js";
import { chooseSubprotocol, codecOf, tokenOf } from "./handshake.js";
import { HistoryReader } from "./history.js";
import { openListeners, type RelayAddress } from "./listener.js";
import { toPrometheus } from "./prometheus.js";
import { type PublisherChange, Publishers } from "./publishers.js";
import { type RelayOptions, type RelaySettings, withDefaults } from "./relay-options.js";
import { inSlices } from "./slices.js";
import type { Stream } from "./stream.js";
import { type Acceptance, Streams } from "./streams.js";
import { EVERYTHING, type Grant, isForEverything, maySee } from "./tokens.js";
import type { ViewerSocket } from "./viewer.js";

/** Most sources of one run, and most pieces of one message. */
const MAX_SOURCES = 1_024;
const MAX_FRAGMENTS = 16;
/** How long a client may take over the closing handshake, and to show its token, in ms. */
const CLOSE_TIMEOUT_MS = 10_000;
const AUTHENTICATE_MS = 5_000;
/** How long viewers have for what is left when the relay stops, and then for the closing handshake, in ms. */
const DRAIN_MS = 2_000;
const GOODBYE_MS = 1_000;
const POLICY_VIOLATION = 1008;

export interface ListenOptions {
  /** Whether TLS is done without, as among programs of one machine; false. */
  isPlain?: boolean | undefined;
}

export interface UpgradeOptions {
  /** `flat` for sockets of simple pages: every event's fields beside its type, nothing else. */
  form?: "envelope" | "flat" | undefined;
  /**
   * The only thing that is sent, from the newest of each kind on, with heartbeats whatever else happens; nothing can be
   * published or subscribed to.
   */
  subscription?: FixedSubscription | undefined;
}

interface Welcome extends UpgradeOptions {
  grant: Grant | undefined;
  address: string;
}

/** Takes events from publishers and fans them out to viewers. */
export class Relay implements AsyncDisposable {
  readonly streams: Streams;
  readonly counters: Readonly<Counters>;
  readonly #settings: RelaySettings;
  readonly #fanOut: FanOut;
  readonly #publishers: Publishers;
  readonly #admission: Admission;
  readonly #history: HistoryReader | undefined;
  readonly #webSockets: WebSocketServer;
  readonly #connections = new Set<Connection>();
  readonly #context: ConnectionContext;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #servers: Server[] = [];
  readonly #leaveBackplane: () => void;
  /** Undefined where nobody is asked for a token. */
  readonly #authenticate: LimitedAuthenticate | undefined;
  #lastAppendAt = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(options: RelayOptions = {}) {
    this.#settings = withDefaults(options);
    const { flushMs, heartbeatMs, clock, history, backplane, authenticate, failures } = this.#settings;
    this.#authenticate = authenticate && (failures ?? new FailureLimit()).guard(authenticate);
    const counters = createCounters();
    this.counters = counters;
    this.streams = new Streams({ ...this.#settings, maxSources: MAX_SOURCES });
    this.streams.onAppend(() => {
      this.#lastAppendAt = clock();
    });
    this.#fanOut = new FanOut({ streams: this.streams, counters, flushMs });
    this.#publishers = new Publishers(this.streams, flushMs);
    this.#admission = new Admission(this.#settings, counters);
    this.#history = history && new HistoryReader(history);
    const webSocketOptions: ServerOptions & { maxFragments: number; closeTimeout: number } = {
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: MAX_FRAME_LENGTH,
      maxFragments: MAX_FRAGMENTS,
      closeTimeout: CLOSE_TIMEOUT_MS,
      handleProtocols: chooseSubprotocol,
    };
    this.#webSockets = new WebSocketServer(webSocketOptions);
    this.#context = this.#createContext(counters);
    this.#leaveBackplane = backplane?.onEvent((event) => this.#accept(event)) ?? (() => {});
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs);
    this.#heartbeat.unref();
  }

  get numConnections(): number {
    return this.#connections.size;
  }

  /**
   * Listens on an address of its own.
   * @throws RelayError when it is taken, or reaches beyond this machine without tokens being asked for.
   */
  async listen(address: RelayAddress, { isPlain = false }: ListenOptions = {}): Promise<RelayAddress> {
    this.#refuseUnsafe(address.host);
    const opened = await openListeners(address, {
      tls: isPlain ? undefined : this.#settings.tls,
      onRequest: (request, response) => {
        this.#answer(request, response).catch((error: unknown) => {
          response.writeHead(error instanceof TooManyFailures ? 429 : 503).end();
        });
      },
      onUpgrade: (request, socket, head) => {
        const form = request.url?.split("?")[0] === "/ws/training-progress" ? "flat" : "envelope";
        this.handleUpgrade(request, socket, head, { form });
      },
    });
    this.#servers.push(...opened.servers);
    return opened.address;
  }

  /** Takes over an HTTP upgrade, so that the relay can share a port with an API. */
  handleUpgrade(
    request: IncomingMessage,
    tcp: Duplex,
    head: Buffer,
    { form, subscription }: UpgradeOptions = {},
  ): void {
    tcp.on("error", () => tcp.destroy());
    const leave = this.#admission.admit(request, tcp);
    if (!leave) return;
    tcp.once("close", leave);
    const token = tokenOf(request.headers);
    const address = this.#settings.addressOf(request);
    this.#webSockets.handleUpgrade(request, tcp, head, (webSocket) => {
      const connect = (grant: Grant | undefined) =>
        this.#connect({ webSocket, tcp }, { form, subscription, grant, address });
      if (!this.#authenticate) return connect(EVERYTHING);
      if (token === undefined) return connect(undefined);
      // Until it is known who this is, nothing is read.
      webSocket.pause();
      this.#authenticate(token, address)
        .then((grant) => {
          webSocket.resume();
          if (grant) connect(grant);
          else webSocket.close(POLICY_VIOLATION, "the token is not valid");
        })
        .catch((error: unknown) => {
          webSocket.resume();
          webSocket.close(...closeFor(error));
        });
    });
  }

  /** By which tokens somebody is connected at present. */
  tokenIds(): Set<string> {
    const ids = new Set<string>();
    for (const { grant } of this.#connections) if (grant?.tokenId !== undefined) ids.add(grant.tokenId);
    return ids;
  }

  /** Closes the connections of those whose token is revoked, or otherwise no longer good; how many there were. */
  closeWhere(isOver: (grant: Grant) => boolean): number {
    const over = [...this.#connections].filter(({ grant }) => grant && isOver(grant));
    for (const connection of over) connection.close(POLICY_VIOLATION, "the token is no longer valid");
    return over.length;
  }

  /** Publishes an event from within this process. */
  publish(event: WireEvent): void {
    this.#context.accept(event);
  }

  /** Calls `listener` for every event accepted from now on. */
  onEvent(listener: (stream: Stream, entry: StreamEntry) => void): () => void {
    return this.streams.onAppend(listener);
  }

  /** Calls `listener` when a source of a run begins to publish and when its connection is gone. */
  onPublisher(listener: (change: PublisherChange) => void): () => void {
    return this.#publishers.onChange(listener);
  }

  /** Tells a source that its events up to `seq` are in the database. */
  markStored(runId: string, source: string, seq: number): void {
    this.streams.markStored(runId, source, seq);
    const session = this.#publishers.get(runId, source);
    if (session) this.#publishers.acknowledgeSoon(session);
  }

  /** Counters and gauges in Prometheus' text format. */
  prometheus(): string {
    let viewers = 0;
    for (const connection of this.#connections) if (connection.isViewer) viewers++;
    return toPrometheus(this.counters, {
      connections: this.#connections.size,
      viewers,
      publishers: this.#publishers.size,
      streams: this.streams.size,
      heldBytes: this.streams.bytes,
      lastFanOutSeconds: this.#fanOut.lastRoundMs / 1_000,
    });
  }

  /** Sends what is due, asks clients to come back later, spread over time, and closes every socket. */
  async close(reason = "the relay stops", afterMs = 1_000): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#admission.close();
    this.#leaveBackplane();
    clearInterval(this.#heartbeat);
    // From here on nothing is taken, so nothing is acknowledged that viewers would not get.
    this.#publishers.acknowledgeNow();
    await this.#fanOut.close(DRAIN_MS);
    const connections = [...this.#connections];
    const closed = connections.map(
      ({ socket }) => new Promise<void>((resolve) => socket.webSocket.once("close", () => resolve())),
    );
    for (const connection of connections) {
      connection.announceStop(reason, Math.round(afterMs * (1 + Math.random())));
    }
    const cut = setTimeout(() => {
      for (const { socket } of connections) socket.webSocket.terminate();
    }, GOODBYE_MS);
    await Promise.all(closed);
    clearTimeout(cut);
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #createContext(counters: Counters): ConnectionContext {
    const { softLimitBytes, hardLimitBytes, projectOf } = this.#settings;
    return {
      settings: this.#settings,
      streams: this.streams,
      fanOut: this.#fanOut,
      publishers: this.#publishers,
      counters,
      subscribe: {
        streams: this.streams,
        fanOut: this.#fanOut,
        history: this.#history,
        limits: { softLimitBytes, hardLimitBytes },
        onHistoryFailure: () => {
          counters.historyFailures++;
        },
      },
      authenticate: this.#authenticate ?? (async () => EVERYTHING),
      projectOf,
      isClosed: () => this.#isClosed,
      accept: (event) => {
        const result = this.#accept(event);
        if (result === "accepted") this.#settings.backplane?.publish(event);
        return result;
      },
      learnProgress: (runId, source) => this.#learnProgress(runId, source),
    };
  }

  #accept(event: WireEvent): Acceptance {
    const counters = this.#context.counters;
    const result = this.streams.accept(event);
    if (result === "accepted") counters.eventsAccepted++;
    else if (result === "duplicate") counters.eventsDuplicate++;
    return result;
  }

  #learnProgress(runId: string, source: string): Promise<void> | undefined {
    if (!this.#history || this.streams.progress(runId, source).accepted > 0) return undefined;
    return this.#history.lastSeq(runId, source).then(
      (seq) => this.streams.markStored(runId, source, seq),
      () => {
        // The source sends what it has again, and storage drops what it knows.
        this.#context.counters.historyFailures++;
      },
    );
  }

  #connect(socket: ViewerSocket, { form, subscription, grant, address }: Welcome): void {
    const { webSocket } = socket;
    if (webSocket.readyState !== webSocket.OPEN) return;
    const codec = codecOf(webSocket.protocol);
    const encoding = form === "flat" ? "flat" : codec.isBinary ? "msgpack" : "json";
    const connection = new Connection(
      { socket, codec, encoding, grant, address, fixed: subscription },
      this.#context,
    );
    this.#connections.add(connection);
    webSocket.on("close", () => this.#connections.delete(connection));
    if (grant) return;
    setTimeout(() => {
      if (!connection.grant) connection.close(POLICY_VIOLATION, "expected a token");
    }, AUTHENTICATE_MS).unref();
  }

  /** Answers plain HTTP on a port of the relay's own: its figures, to whoever may see everything. */
  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = (status: number, text: string, headers: Record<string, string> = {}) => {
      response.writeHead(status, { "content-type": "text/plain; version=0.0.4", ...headers });
      response.end(text);
    };
    const denial = this.#admission.denial(request);
    if (denial) return answer(403, `${denial}\n`);
    if (request.url !== "/metrics") {
      return answer(426, "This is the Fedloom relay: connect with a WebSocket.\n", { upgrade: "websocket" });
    }
    if (this.#authenticate) {
      const token = tokenOf(request.headers);
      const address = this.#settings.addressOf(request);
      const grant = token === undefined ? undefined : await this.#authenticate(token, address);
      if (!grant) return answer(401, "expected a token\n", { "www-authenticate": "Bearer" });
      if (!isForEverything(grant) || !maySee(grant)) return answer(403, "expected a viewer's token\n");
    }
    return answer(200, this.prometheus());
  }

  #refuseUnsafe(host: string): void {
    if (isLoopback(host)) return;
    const { allowRemote, authenticate } = this.#settings;
    if (allowRemote && authenticate) return;
    const missing = allowRemote ? "tokens (authenticate)" : "allowRemote and tokens (authenticate)";
    const message = `relay host: expected an address of this machine (127.0.0.1) or ${missing}, received ${host}: anybody on the network could publish`;
    throw new RelayError("address_not_loopback", message);
  }

  /** Looks after connections that went silent, and shows viewers of a quiet relay that it is there. */
  #beat(): void {
    this.streams.expire();
    const { heartbeatMs, clock, now } = this.#settings;
    const isQuiet = clock() - this.#lastAppendAt >= heartbeatMs;
    const heartbeat = toWireEvent(createEvent("heartbeat", {}, now));
    // A process that stood still reads first what came meanwhile, or it would end every connection.
    setImmediate(() => inSlices(this.#beatAll(heartbeat, isQuiet)));
  }

  *#beatAll(heartbeat: WireEvent, isQuiet: boolean): Generator<void> {
    const frames = new Map<Encoding, Buffer>();
    for (const connection of this.#connections) {
      connection.checkAlive();
      if (isQuiet || connection.isFixed) {
        const frame = frames.get(connection.encoding) ?? toFrame(heartbeat, connection.encoding);
        frames.set(connection.encoding, frame);
        connection.sendToViewer(frame);
      }
      yield;
    }
  }
}
