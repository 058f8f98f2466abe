import type { AckLevel } from "./relay-options.js";
import type { SourceProgress, Streams } from "./streams.js";

/** Who a session's acknowledgements and refusals go to. */
export interface SessionOwner {
  acknowledge(level: AckLevel, session: PublisherSession): void;
  /** Another connection publishes as this source now. */
  loseLease(session: PublisherSession): void;
}

/** A source of a run that publishes, and what it was last told. */
export interface PublisherSession {
  readonly runId: string;
  readonly source: string;
  readonly owner: SessionOwner;
  told: SourceProgress;
}

export interface PublisherChange {
  runId: string;
  source: string;
  /** `active`: a connection holds the lease; `gone`: it was closed, or did not answer for two heartbeats. */
  state: "active" | "gone";
}

/**
 * The leases of publishers: one connection at a time speaks for a source of a run, the latest that asked.
 * Acknowledgements gather for a tick.
 */
export class Publishers {
  readonly #streams: Streams;
  readonly #tickMs: number;
  readonly #sessions = new Map<string, PublisherSession>();
  readonly #due = new Set<PublisherSession>();
  readonly #listeners = new Set<(change: PublisherChange) => void>();
  #timer: NodeJS.Timeout | undefined;

  constructor(streams: Streams, tickMs: number) {
    this.#streams = streams;
    this.#tickMs = tickMs;
  }

  get size(): number {
    return this.#sessions.size;
  }

  onChange(listener: (change: PublisherChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get(runId: string, source: string): PublisherSession | undefined {
    return this.#sessions.get(keyOf(runId, source));
  }

  /** Gives the lease to `owner`; whoever had it is told. */
  hold(runId: string, source: string, owner: SessionOwner): PublisherSession {
    const key = keyOf(runId, source);
    const held = this.#sessions.get(key);
    if (held?.owner === owner) return held;
    if (held) {
      this.#due.delete(held);
      held.owner.loseLease(held);
    }
    const session: PublisherSession = { runId, source, owner, told: { accepted: 0, stored: 0 } };
    this.#sessions.set(key, session);
    if (!held) this.#tell({ runId, source, state: "active" });
    return session;
  }

  release(session: PublisherSession): void {
    const key = keyOf(session.runId, session.source);
    this.#due.delete(session);
    if (this.#sessions.get(key) !== session) return;
    this.#sessions.delete(key);
    this.#tell({ runId: session.runId, source: session.source, state: "gone" });
  }

  /** Tells the source with the next tick how far it got. */
  acknowledgeSoon(session: PublisherSession): void {
    this.#due.add(session);
    this.#timer ??= setTimeout(() => this.acknowledgeNow(), this.#tickMs);
  }

  acknowledgeNow(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const session of this.#due) {
      const progress = this.#streams.progress(session.runId, session.source);
      for (const level of ["accepted", "stored"] as const) {
        if (progress[level] === session.told[level]) continue;
        session.told[level] = progress[level];
        session.owner.acknowledge(level, session);
      }
    }
    this.#due.clear();
  }

  #tell(change: PublisherChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

function keyOf(runId: string, source: string): string {
  return `${runId} ${source}`;
}
