import {
  type ClientMessage,
  checkWireEvent,
  createRelayMessage,
  decodeClientMessage,
  decodeJson,
  type EventType,
  encodeJson,
  isClientMessageType,
  MAX_NAME_LENGTH,
  PROTOCOL_VERSION,
  type ProtocolError,
  runIdOf,
  type WireEvent,
} from "@fedloom/protocol";
import type { RawData, WebSocket } from "ws";
import type { Stream } from "./stream.js";
import type { SourceProgress, Streams } from "./streams.js";
import { Viewer, type ViewerLimits } from "./viewer.js";

export type AckLevel = "accepted" | "stored";

export interface ConnectionContext {
  streams: Streams;
  limits: ViewerLimits;
  heartbeatMs: number;
  ackLevel: AckLevel;
  now: () => Date;
  /** Called when this connection has something to send. */
  wake: () => void;
}

type Refusal = { code: string; message: string } & Partial<
  Pick<ProtocolError, "field" | "expected" | "received">
>;

interface PublisherSession extends SourceProgress {
  runId: string;
  source: string;
}

/** One WebSocket: a viewer of everything until it says otherwise, and a publisher as soon as it sends events. */
export class Connection {
  readonly socket: WebSocket;
  readonly #context: ConnectionContext;
  #viewer: Viewer | undefined;
  /** The sessions this publisher opened and what it was last told of each. */
  readonly #sessions = new Map<string, PublisherSession>();
  /** False once a ping went unanswered. */
  #alive = true;

  constructor(socket: WebSocket, context: ConnectionContext) {
    this.socket = socket;
    this.#context = context;
    this.#viewer = this.#viewEverything();
    socket.on("message", (frame, isBinary) => this.#onMessage(frame, isBinary));
    socket.on("pong", () => {
      this.#alive = true;
    });
    // Frames that break RFC 6455 close this socket with the right code; ws reports them here as well.
    socket.on("error", () => {});
    const { heartbeatMs, ackLevel } = context;
    this.#say(
      createRelayMessage(
        "welcome",
        { protocolVersion: PROTOCOL_VERSION, heartbeatMs, ackLevel },
        context.now,
      ),
    );
  }

  get viewer(): Viewer | undefined {
    return this.#viewer;
  }

  /** Sends a ping, or ends the connection when the last one was not answered. */
  checkAlive(): void {
    if (!this.#alive) return this.socket.terminate();
    this.#alive = false;
    this.socket.ping();
  }

  /** Tells the publisher how far its events came since it was last told. */
  acknowledge(): void {
    for (const session of this.#sessions.values()) {
      const progress = this.#context.streams.progress(session.runId, session.source);
      for (const level of ["accepted", "stored"] as const) {
        if (progress[level] === session[level]) continue;
        session[level] = progress[level];
        this.#acknowledge(level, session);
      }
    }
  }

  announceStop(reason: string, afterMs: number): void {
    this.#say(createRelayMessage("reconnect", { reason, afterMs }, this.#context.now));
    this.socket.close(1012, reason);
  }

  #onMessage(frame: RawData, isBinary: boolean): void {
    if (isBinary) {
      this.#refuse({ code: "binary_frame", message: "frame: expected text, received binary" });
      return;
    }
    const decoded = decodeJson(frame.toString());
    if (!decoded.ok) return this.#refuse(decoded.error);
    const type = (decoded.value as { type?: unknown } | null)?.type;
    if (isClientMessageType(type)) {
      const message = decodeClientMessage(decoded.value as { type: typeof type });
      if (message.ok) this.#obey(message.value);
      else this.#refuse(message.error);
      return;
    }
    const event = checkWireEvent(decoded.value);
    if (event.ok) this.#accept(event.value);
    else this.#refuse(event.error, decoded.value);
  }

  #accept(event: WireEvent): void {
    const { source, seq } = event.meta ?? {};
    const runId = runIdOf(event);
    const numbered = source !== undefined && seq !== undefined;
    const { type, timestamp, data } = event;
    const accepted = this.#context.streams.accept(
      numbered ? { type, timestamp, data, meta: { source, seq } } : { type, timestamp, data },
    );
    if (numbered && runId) {
      const session = this.#session(runId, source);
      // An event that came twice must be acknowledged again, or its sender repeats it for ever.
      if (!accepted) session.accepted = 0;
    }
    this.#context.wake();
  }

  #obey(message: ClientMessage): void {
    switch (message.type) {
      case "subscribe":
        return this.#subscribe(message.data);
      case "unsubscribe":
        this.#viewer = undefined;
        return this.#say(createRelayMessage("unsubscribed", {}, this.#context.now));
      case "publish": {
        const { runId, source } = message.data;
        if (this.#viewer?.subscription.implicit) this.#viewer = undefined;
        const session = Object.assign(
          this.#session(runId, source),
          this.#context.streams.progress(runId, source),
        );
        this.#acknowledge("accepted", session);
        return this.#acknowledge("stored", session);
      }
      case "ping":
        return this.#say(createRelayMessage("pong", message.data, this.#context.now));
    }
  }

  #subscribe({ runId, types, from = "latest" }: Extract<ClientMessage, { type: "subscribe" }>["data"]): void {
    const { streams, limits, now } = this.#context;
    const viewer = new Viewer(
      this.socket,
      { key: runId, types: types && new Set(types as EventType[]) },
      limits,
    );
    const asked = runId ? streams.get(runId) : undefined;
    // Of a run that is not in memory nothing can be promised, unless only what comes is wanted.
    let recovered = from === "latest" || runId === undefined || asked !== undefined;
    for (const stream of runId ? (asked ? [asked] : []) : streams.all()) {
      const start = startOf(stream, from);
      if (start === undefined) recovered = false;
      viewer.startAfter(stream, start ?? stream.tail - 1);
    }
    const position = asked ? { epoch: asked.epoch, offset: asked.head } : {};
    this.#say(createRelayMessage("subscribed", { runId, recovered, ...position }, now));
    this.#viewer = viewer;
    this.#context.wake();
  }

  #viewEverything(): Viewer {
    const viewer = new Viewer(this.socket, { implicit: true }, this.#context.limits);
    for (const stream of this.#context.streams.all()) viewer.startAfter(stream, stream.head);
    return viewer;
  }

  #session(runId: string, source: string): PublisherSession {
    const key = `${runId} ${source}`;
    let session = this.#sessions.get(key);
    if (!session) {
      session = { runId, source, accepted: 0, stored: 0 };
      this.#sessions.set(key, session);
    }
    return session;
  }

  #acknowledge(level: AckLevel, { runId, source, [level]: seq }: PublisherSession): void {
    this.#say(createRelayMessage("ack", { level, runId, source, seq }, this.#context.now));
  }

  #refuse(error: Refusal, refused?: unknown): void {
    const { code, message, field, expected, received } = error;
    const details = { code, message, field, expected, received, ...identityOf(refused) };
    this.#say(createRelayMessage("reject", details, this.#context.now));
  }

  #say(message: object): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(encodeJson(message));
  }
}

/** The offset to read after, or undefined when events after it are no longer held. */
function startOf(
  stream: Stream,
  from: "latest" | "start" | { epoch: string; offset: number },
): number | undefined {
  if (from === "latest") return stream.head;
  if (from !== "start" && from.epoch !== stream.epoch) return undefined;
  const offset = from === "start" ? 0 : from.offset;
  return stream.holdsAfter(offset) ? offset : undefined;
}

/** Names the event that was refused, so that its sender can let go of it. */
function identityOf(refused: unknown): { runId?: string; source?: string; seq?: number } {
  const { data, meta } = (refused ?? {}) as {
    data?: { run_id?: unknown };
    meta?: { source?: unknown; seq?: unknown };
  };
  return {
    ...(typeof data?.run_id === "string" && { runId: data.run_id.slice(0, MAX_NAME_LENGTH) }),
    ...(typeof meta?.source === "string" && { source: meta.source.slice(0, MAX_NAME_LENGTH) }),
    ...(Number.isSafeInteger(meta?.seq) && { seq: meta?.seq as number }),
  };
}
