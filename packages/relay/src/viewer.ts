import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { Audience } from "./audience.js";
import type { Counters } from "./counters.js";

export interface ViewerLimits {
  /** Bytes waiting in the socket above which a viewer is passed over until it has read some. */
  softLimitBytes: number;
  /** Bytes that came while a viewer took none, above which it is closed, to come back and resume. */
  hardLimitBytes: number;
}

/** Close code for a viewer that reads too slowly; it may resume at its last event. */
export const CLOSE_TOO_SLOW = 4008;

/** `behind`: there is more to send, when the socket has room. */
export type FlushResult = "done" | "behind" | "closed";

export interface ViewerSocket {
  webSocket: WebSocket;
  /** The connection under the WebSocket, to which whole frames are written, many viewers' from one buffer. */
  tcp: Duplex;
}

/** A reader of streams: a position up to which it has everything, never a queue of copies. */
export class Viewer {
  readonly audience: Audience;
  /** The position up to which everything was sent. */
  position: number;
  /** Whether stored events are sent first, so that those in memory must wait. */
  isReplaying = false;
  readonly #socket: ViewerSocket;
  readonly #limits: ViewerLimits;
  /** What the audience's streams had taken when this viewer stopped reading; undefined while it reads. */
  #blockedAt: number | undefined;
  /** Events up to here may be gone: the viewer was told when it began. */
  #knownLoss = 0;
  #hasLeft = false;

  constructor(audience: Audience, socket: ViewerSocket, limits: ViewerLimits) {
    this.audience = audience;
    this.position = audience.head;
    this.#socket = socket;
    this.#limits = limits;
    audience.members.add(this);
  }

  /** Begins after a position; events that are gone by now are not missed later. */
  startAfter(position: number): void {
    this.position = position;
    this.#knownLoss = this.audience.lostUpTo;
  }

  /** Whether the socket would take more without piling it up. */
  get hasRoom(): boolean {
    return this.#socket.tcp.writableLength <= this.#limits.softLimitBytes;
  }

  /** Whether this viewer still wants events and its socket takes them. */
  get isOpen(): boolean {
    return !this.#hasLeft && this.#socket.webSocket.readyState === this.#socket.webSocket.OPEN;
  }

  /** Sends the next batch of what came up to a position of the relay, if the socket takes it. */
  flush(upTo: number, counters: Counters): FlushResult {
    if (this.position >= upTo || this.isReplaying) return "done";
    if (!this.isOpen) return "closed";
    if (this.audience.lostUpTo > Math.max(this.position, this.#knownLoss)) return this.#cut(counters);
    if (!this.hasRoom) {
      this.#blockedAt ??= this.audience.bytesAppended;
      const missed = this.audience.bytesAppended - this.#blockedAt;
      return missed > this.#limits.hardLimitBytes ? this.#cut(counters) : "behind";
    }
    const conflate = this.#blockedAt !== undefined;
    const batch = this.audience.batch({ after: this.position, upTo, conflate });
    if (batch.bytes) this.write(batch.bytes);
    this.position = batch.to;
    counters.eventsDelivered += batch.numEvents;
    counters.eventsConflated += batch.numConflated;
    if (this.position < upTo) return "behind";
    this.#blockedAt = undefined;
    return "done";
  }

  /** Writes whole WebSocket frames. Several go out in one piece, which costs what one does. */
  write(frames: Buffer): void {
    this.#socket.tcp.write(frames);
  }

  leave(): void {
    this.#hasLeft = true;
    this.audience.members.delete(this);
  }

  #cut(counters: Counters): FlushResult {
    counters.viewersCut++;
    this.#socket.webSocket.close(CLOSE_TOO_SLOW, "too slow: reconnect and resume");
    this.leave();
    return "closed";
  }
}
