import {
  type ClientMessage,
  type Codec,
  checkWireEvent,
  createRelayMessage,
  decodeClientMessage,
  type Frame,
  isClientMessageType,
  PROTOCOL_VERSION,
  type ProtocolError,
  type RelayMessageType,
  runIdOf,
  type Subscription,
  type WireEvent,
} from "@fedloom/protocol";
import type { RawData } from "ws";
import type { ConnectionContext } from "./connection-context.js";
import { countOne } from "./counters.js";
import type { Encoding } from "./entry.js";
import { TooManyFailures } from "./failure-limit.js";
import { type FixedSubscription, narrowTo } from "./fixed-subscription.js";
import { onceExpired, Permission } from "./permission.js";
import type { PublisherSession, SessionOwner } from "./publishers.js";
import { ReadPace } from "./read-pace.js";
import { identityOf } from "./refused-event.js";
import type { AckLevel } from "./relay-options.js";
import { type SubscriptionStart, subscribe } from "./subscribe.js";
import type { Grant } from "./tokens.js";
import type { Viewer, ViewerSocket } from "./viewer.js";

type Refusal = { code: string; message: string } & Partial<
  Pick<ProtocolError, "field" | "expected" | "received">
>;

export interface ConnectionOptions {
  socket: ViewerSocket;
  codec: Codec;
  /** How events are written; the flat form is for sockets that only read. */
  encoding: Encoding;
  /** What this connection may do; undefined until it has shown a token. */
  grant: Grant | undefined;
  /** Whose it is. */
  address: string;
  /** The only thing it is sent, from the newest of each kind on; such a connection cannot ask for more, or publish. */
  fixed?: FixedSubscription | undefined;
}

/** Longest frame with something else than an event. */
const MAX_CONTROL_LENGTH = 4 * 1024;
const MAX_SESSIONS = 64;
const POLICY_VIOLATION = 1008;
const TRY_LATER = 1013;
const INTERNAL = 1011;

/** One WebSocket: a viewer of everything until it says otherwise, and a publisher as soon as it sends events. */
export class Connection implements SessionOwner {
  readonly socket: ViewerSocket;
  readonly #context: ConnectionContext;
  readonly #codec: Codec;
  readonly #encoding: Encoding;
  readonly #address: string;
  readonly #fixed: FixedSubscription | undefined;
  #permission: Permission | undefined;
  #isAuthenticating = false;
  #cancelExpiry = () => {};
  #viewer: Viewer | undefined;
  /** Whether the viewer is the one that every connection has until it subscribes or publishes. */
  #isImplicit = true;
  #sessions: Set<PublisherSession> | undefined;
  readonly #pace: ReadPace;
  /** Whether anything was heard since the last ping. */
  #isAlive = true;
  /** Whether another connection took a lease of this one, which then gets none without asking. */
  #hasLostLease = false;

  constructor(
    { socket, codec, encoding, grant, address, fixed }: ConnectionOptions,
    context: ConnectionContext,
  ) {
    this.socket = socket;
    this.#codec = codec;
    this.#encoding = encoding;
    this.#address = address;
    this.#fixed = fixed;
    this.#context = context;
    const { webSocket } = socket;
    const { clock, publisherLimits, holdPublishersMs } = context.settings;
    this.#pace = new ReadPace({
      webSocket,
      clock,
      publisherLimits,
      holdPublishersMs,
      onPause: () => {
        context.counters.publishersPaused++;
      },
    });
    webSocket.on("message", (frame: RawData, isBinary: boolean) =>
      this.#onMessage(frame as Buffer, isBinary),
    );
    webSocket.on("pong", () => {
      this.#isAlive = true;
    });
    // Frames that break RFC 6455 close this socket with the right code; ws reports them here as well.
    webSocket.on("error", () => {});
    webSocket.on("close", () => this.#onClose());
    if (grant) this.#permit(grant);
    this.#welcome();
  }

  get isViewer(): boolean {
    return this.#viewer !== undefined;
  }

  /** What it may do; undefined until it has shown a token. */
  get grant(): Grant | undefined {
    return this.#permission?.grant;
  }

  /** Whether it is sent heartbeats also while others are sent events. */
  get isFixed(): boolean {
    return this.#fixed !== undefined;
  }

  /** Sends a ping, or ends the connection when nothing was heard since the last one. */
  checkAlive(): void {
    const { webSocket } = this.socket;
    if (!this.#isAlive && !this.#pace.isPaused) return webSocket.terminate();
    this.#isAlive = false;
    if (webSocket.readyState === webSocket.OPEN) webSocket.ping();
  }

  /** Writes a frame in this connection's encoding, if it views. */
  sendToViewer(frame: Buffer): void {
    if (this.#viewer?.isOpen) this.#viewer.write(frame);
  }

  get encoding(): Encoding {
    return this.#encoding;
  }

  announceStop(reason: string, afterMs: number): void {
    this.#say("reconnect", { reason, afterMs });
    this.socket.webSocket.close(1012, reason);
  }

  acknowledge(level: AckLevel, { runId, source, told }: PublisherSession): void {
    this.#say("ack", { level, runId, source, seq: told[level] });
  }

  loseLease(session: PublisherSession): void {
    this.#sessions?.delete(session);
    this.#hasLostLease = true;
    this.#refuse(
      {
        code: "lease_taken",
        message: `source ${session.source} of this run publishes on another connection now`,
      },
      { data: { run_id: session.runId }, meta: { source: session.source } },
    );
  }

  close(code: number, reason: string): void {
    this.socket.webSocket.close(code, reason);
  }

  #welcome(): void {
    const { heartbeatMs, ackLevel } = this.#context.settings;
    if (this.#encoding !== "flat") {
      const about = { protocolVersion: PROTOCOL_VERSION, heartbeatMs, ackLevel };
      this.#say("welcome", this.#permission ? about : { ...about, authenticate: true });
    }
    if (!this.#permission) return;
    const { grant } = this.#permission;
    // Simple pages follow runs, and know nothing of machines.
    const everything = this.#encoding === "flat" ? "*" : undefined;
    if (this.#fixed) this.#viewIfAllowed(narrowTo(grant, this.#fixed));
    else if (this.#permission.mayView(grant.runId)) this.#view({ runId: grant.runId ?? everything });
  }

  #permit(grant: Grant): void {
    this.#permission = new Permission(grant, this.#context.projectOf);
    this.#cancelExpiry = onceExpired(grant, this.#context.settings.now, () => {
      this.close(POLICY_VIOLATION, "the token is no longer valid");
    });
  }

  /** Does what depends on the project of a run, once that is known. */
  #whenLearned(runId: string | undefined, act: (permission: Permission) => void): void {
    const permission = this.#permission as Permission;
    const learning = permission.learn(runId);
    if (!learning) return act(permission);
    const { webSocket } = this.socket;
    learning
      .then(() => {
        if (webSocket.readyState === webSocket.OPEN) act(permission);
      })
      .catch(() => this.close(INTERNAL, "the run's project could not be looked up"));
  }

  #onMessage(frame: Buffer, isBinary: boolean): void {
    // A publisher's pong waits behind the events that it has to send.
    this.#isAlive = true;
    if (this.#context.isClosed()) return;
    const decoded = this.#codec.decode(isBinary ? frame : frame.toString());
    const type = decoded.ok ? (decoded.value as { type?: unknown } | null)?.type : undefined;
    const isControl = !decoded.ok || isClientMessageType(type) || !this.#permission;
    this.#pace.take(frame.length, isControl);
    if (!decoded.ok) return this.#refuse(decoded.error);
    if (!isControl) return this.#onEvent(decoded.value);
    if (frame.length > MAX_CONTROL_LENGTH) {
      const expected = `at most ${MAX_CONTROL_LENGTH} bytes`;
      const message = `${String(type)}: expected ${expected}, received ${frame.length}`;
      return this.#refuse({ code: "too_large", message, expected, received: String(frame.length) });
    }
    if (!this.#permission && type !== "authenticate") {
      return this.#refuse({ code: "unauthenticated", message: "expected authenticate with a token first" });
    }
    const message = decodeClientMessage(decoded.value as { type: Extract<typeof type, "ping"> });
    if (message.ok) this.#obey(message.value);
    else this.#refuse(message.error);
  }

  #onEvent(value: unknown): void {
    const event = checkWireEvent(value);
    if (event.ok) this.#accept(event.value);
    else this.#refuse(event.error, value);
  }

  #accept(event: WireEvent): void {
    const runId = runIdOf(event);
    if (this.#fixed || !this.#permission?.mayPublish(runId)) return this.#forbid("publish", event);
    if (event.type === "heartbeat") return;
    const { source, seq, skipped } = event.meta ?? {};
    const isNumbered = source !== undefined && seq !== undefined;
    const session = isNumbered && runId !== undefined ? this.#session(runId, source) : undefined;
    if (session === "lost") {
      return this.#refuse(
        { code: "lease_taken", message: "this source publishes on another connection" },
        event,
      );
    }
    const { type, timestamp, data } = event;
    const meta = { ...(isNumbered && { source, seq }), ...(skipped && { skipped }) };
    const result = this.#context.accept({ type, timestamp, data, meta });
    if (result === "too_many_sources") {
      return this.#refuse({ code: result, message: "source: expected no more sources in this run" }, event);
    }
    if (!session) return;
    // An event that came twice must be acknowledged again, or its sender repeats it for ever.
    if (result === "duplicate") session.told.accepted = 0;
    this.#context.publishers.acknowledgeSoon(session);
  }

  #obey(message: ClientMessage): void {
    if (this.#fixed && message.type !== "authenticate" && message.type !== "ping") {
      return this.#forbid(message.type === "publish" ? "publish" : "view", { data: {} });
    }
    switch (message.type) {
      case "authenticate":
        return void this.#authenticate(message.data.token);
      case "subscribe": {
        const { runId } = message.data;
        return this.#viewIfAllowed(message.data, (start) => this.#say("subscribed", { runId, ...start }));
      }
      case "unsubscribe":
        this.#stopViewing();
        return this.#say("unsubscribed", {});
      case "publish":
        return this.#whenLearned(message.data.runId, () => {
          void this.#publish(message.data.runId, message.data.source);
        });
      case "ping":
        return this.#say("pong", message.data);
    }
  }

  #viewIfAllowed(subscription: Subscription, onStart?: (start: SubscriptionStart) => void): void {
    const { runId } = subscription;
    this.#whenLearned(runId, (permission) => {
      if (!permission.mayView(runId)) return this.#forbid("view", { data: { run_id: runId } });
      this.#view(subscription, onStart);
    });
  }

  async #authenticate(token: string): Promise<void> {
    if (this.#permission || this.#isAuthenticating) {
      return this.#refuse({ code: "already_authenticated", message: "expected one authenticate" });
    }
    this.#isAuthenticating = true;
    try {
      const grant = await this.#context.authenticate(token, this.#address);
      if (grant) {
        this.#permit(grant);
        return this.#welcome();
      }
      this.#refuse({ code: "unauthorized", message: "token: expected a valid one" });
      this.close(POLICY_VIOLATION, "unauthorized");
    } catch (error) {
      this.close(...closeFor(error));
    }
  }

  async #publish(runId: string, source: string): Promise<void> {
    if (!this.#permission?.mayPublish(runId)) {
      return this.#forbid("publish", { data: { run_id: runId } });
    }
    if ((this.#sessions?.size ?? 0) >= MAX_SESSIONS) {
      return this.#refuse({
        code: "too_many_sessions",
        message: `expected at most ${MAX_SESSIONS} sessions`,
      });
    }
    if (this.#isImplicit) this.#stopViewing();
    const learning = this.#context.learnProgress(runId, source);
    if (learning) await learning;
    if (this.socket.webSocket.readyState !== this.socket.webSocket.OPEN) return;
    const session = this.#context.publishers.hold(runId, source, this);
    this.#sessions ??= new Set();
    this.#sessions.add(session);
    session.told = { ...this.#context.streams.progress(runId, source) };
    this.acknowledge("accepted", session);
    this.acknowledge("stored", session);
  }

  #session(runId: string, source: string): PublisherSession | "lost" {
    const { publishers } = this.#context;
    const held = publishers.get(runId, source);
    if (held) return held.owner === this ? held : "lost";
    // What was refused while another had the lease would be missing for ever before what comes now.
    if (this.#hasLostLease) return "lost";
    const session = publishers.hold(runId, source, this);
    this.#sessions ??= new Set();
    this.#sessions.add(session);
    return session;
  }

  #view(
    subscription: Parameters<typeof subscribe>[0]["subscription"],
    onStart?: (start: SubscriptionStart) => void,
  ) {
    this.#stopViewing();
    this.#isImplicit = onStart === undefined;
    const snapshot = subscription.snapshot ?? this.#encoding === "flat";
    this.#viewer = subscribe(
      {
        subscription: { ...subscription, snapshot },
        socket: this.socket,
        encoding: this.#encoding,
        onStart: onStart ?? (() => {}),
      },
      this.#context.subscribe,
    );
  }

  #stopViewing(): void {
    if (this.#viewer) this.#context.fanOut.leave(this.#viewer);
    this.#viewer = undefined;
    this.#isImplicit = false;
  }

  #forbid(what: "publish" | "view", refused: unknown): void {
    this.#refuse({ code: "forbidden", message: this.#refusal(what) }, refused);
    this.close(POLICY_VIOLATION, `may not ${what}`);
  }

  #refusal(what: "publish" | "view"): string {
    const { role, runId, project } = this.grant as Grant;
    if (this.#fixed && role === "admin") return `this socket only shows what it is for: may not ${what}`;
    const scope = runId ? ` of run ${runId}` : project ? " of one project" : "";
    return `a ${role} token${scope} may not ${what} this`;
  }

  #refuse(error: Refusal, refused?: unknown): void {
    const { code, message, field, expected, received } = error;
    countOne(this.#context.counters.rejected, code);
    this.#say("reject", { code, message, field, expected, received, ...identityOf(refused) });
  }

  #say<T extends RelayMessageType>(type: T, data: Parameters<typeof createRelayMessage<T>>[1]): void {
    const { webSocket } = this.socket;
    if (webSocket.readyState !== webSocket.OPEN) return;
    const frame: Frame = this.#codec.encode(createRelayMessage(type, data, this.#context.settings.now));
    webSocket.send(frame);
  }

  #onClose(): void {
    this.#pace.close();
    this.#cancelExpiry();
    this.#stopViewing();
    for (const session of this.#sessions ?? []) this.#context.publishers.release(session);
  }
}

/** How to close a connection whose token could not be looked at. */
export function closeFor(error: unknown): [code: number, reason: string] {
  return error instanceof TooManyFailures
    ? [TRY_LATER, "too many wrong tokens"]
    : [INTERNAL, "the token could not be checked"];
}
