import type { EventType } from "@fedloom/protocol";
import type { WebSocket } from "ws";
import type { Stream } from "./stream.js";

export interface ViewerLimits {
  /** Bytes waiting in the socket above which a viewer is passed over until it has read some. */
  softLimitBytes: number;
  /** Bytes waiting in the socket above which a viewer is closed, to come back and resume. */
  hardLimitBytes: number;
}

/** Close code for a viewer that reads too slowly; it may resume at its last offset. */
export const CLOSE_TOO_SLOW = 4008;

export interface Subscription {
  /** One run, or every run and host when absent. */
  key?: string | undefined;
  types?: ReadonlySet<EventType> | undefined;
  /** The one that every connection has until it subscribes or publishes. */
  implicit?: boolean;
}

/** A reader of streams: a cursor into each, never a queue of copies. */
export class Viewer {
  readonly subscription: Subscription;
  /** True until its first flush, in which it reads every stream it wants, not only those with news. */
  isNew = true;
  readonly #socket: WebSocket;
  readonly #limits: ViewerLimits;
  readonly #cursors = new Map<Stream, number>();

  constructor(socket: WebSocket, subscription: Subscription, limits: ViewerLimits) {
    this.#socket = socket;
    this.subscription = subscription;
    this.#limits = limits;
  }

  startAfter(stream: Stream, offset: number): void {
    this.#cursors.set(stream, offset);
  }

  wants(stream: Stream): boolean {
    return this.subscription.key === undefined || this.subscription.key === stream.key;
  }

  /** Sends what came since the cursor; returns whether everything was sent. */
  flush(stream: Stream): boolean {
    const cursor = this.#cursors.get(stream) ?? 0;
    if (cursor >= stream.head) return true;
    if (this.#socket.bufferedAmount > this.#limits.hardLimitBytes || !stream.holdsAfter(cursor)) {
      this.#socket.close(CLOSE_TOO_SLOW, "too slow: reconnect and resume");
      return true;
    }
    for (const entry of stream.after(cursor)) {
      if (this.#socket.bufferedAmount > this.#limits.softLimitBytes) return false;
      this.#cursors.set(stream, entry.offset);
      if (this.subscription.types && !this.subscription.types.has(entry.type)) continue;
      this.#socket.send(entry.frame, { binary: false });
    }
    return true;
  }
}
