import type { Connection } from "@fedloom/connection";
import {
  createClientMessage,
  createEvent,
  type EventInput,
  type Frame,
  jsonCodec,
  toWireEvent,
} from "@fedloom/protocol";

interface Held {
  frame: Frame;
  numSkipped: number;
}

/** Most hosts that one sender speaks for. */
const MAX_HOSTS = 256;

/**
 * Brings what hosts say of themselves to the relay. Only the newest matters, so nothing is spooled, numbered or
 * acknowledged: while there is no connection, the newest of each host waits.
 */
export class HostGauges {
  readonly #connection: () => Connection;
  readonly #now: () => Date;
  readonly #held = new Map<string, Held>();
  /** Whether this connection was told that nothing is to be sent back. */
  #isQuiet = false;
  #numConflated = 0;

  constructor(connection: () => Connection, now: () => Date) {
    this.#connection = connection;
    this.#now = now;
  }

  /** Values that were left out because a newer one followed. */
  get numConflated(): number {
    return this.#numConflated;
  }

  /** @throws RangeError for one host more than a sender can speak for. */
  offer(fields: EventInput<"system_metrics">): void {
    const earlier = this.#held.get(fields.host);
    if (!earlier && this.#held.size >= MAX_HOSTS) {
      throw new RangeError(`host: expected at most ${MAX_HOSTS} hosts of one sender`);
    }
    const numSkipped = earlier ? earlier.numSkipped + 1 : 0;
    if (earlier) this.#numConflated++;
    const wire = toWireEvent(createEvent("system_metrics", fields, this.#now));
    if (numSkipped > 0) wire.meta = { skipped: numSkipped };
    this.#held.set(fields.host, { frame: jsonCodec.encode(wire), numSkipped });
    this.#pump();
  }

  /** Sends what waited for a connection. */
  onReady(): void {
    this.#isQuiet = false;
    this.#pump();
  }

  #pump(): void {
    const connection = this.#connection();
    if (this.#held.size === 0 || !connection.canSend) return;
    // Else the relay would send every event of everybody to a connection that only publishes.
    if (!this.#isQuiet) connection.send(createClientMessage("unsubscribe", {}));
    this.#isQuiet = true;
    connection.sendFrames([...this.#held.values()].map(({ frame }) => frame));
    this.#held.clear();
  }
}
