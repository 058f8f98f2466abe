import type { EventRepository } from "@fedloom/db";
import { ServerError } from "../errors.js";
import { Follower } from "./follower.js";
import { RunTail } from "./run-tail.js";

export interface EventTailOptions {
  readonly events: Pick<EventRepository, "list">;
  /** Calls back with the ids of runs of which events were stored; returns how to stop that. */
  readonly onStored: (listener: (runIds: ReadonlySet<string>) => void) => () => void;
  /** Comments on quiet streams, so that nobody in between takes them for dead; 15,000 ms. */
  readonly heartbeatMs?: number;
  /** How often to look for what another server stored; 5,000 ms. */
  readonly pollMs?: number;
  /** Most readers at once; 1,000. */
  readonly maxFollowers?: number;
  /** Most that may become new while a reader does not read, in UTF-16 code units; 1 MiB. */
  readonly maxBehind?: number;
  readonly now?: () => number;
}

interface Followed {
  readonly tail: RunTail;
  readonly followers: Set<Follower>;
}

/** Runs as they are stored, for any number of readers: events are read and written out once for all of them. */
export class EventTail implements AsyncDisposable {
  readonly #options: Required<EventTailOptions>;
  readonly #runs = new Map<string, Followed>();
  readonly #unsubscribe: () => void;
  readonly #timers: readonly NodeJS.Timeout[];
  #numFollowers = 0;

  constructor(options: EventTailOptions) {
    this.#options = {
      heartbeatMs: 15_000,
      pollMs: 5_000,
      maxFollowers: 1_000,
      maxBehind: 1024 * 1024,
      now: () => performance.now(),
      ...options,
    };
    this.#unsubscribe = options.onStored((runIds) => {
      for (const runId of runIds) this.#runs.get(runId)?.tail.wake();
    });
    this.#timers = [
      setInterval(() => this.#beat(), this.#options.heartbeatMs).unref(),
      setInterval(() => {
        for (const { tail } of this.#runs.values()) tail.wake();
      }, this.#options.pollMs).unref(),
    ];
  }

  get numFollowers(): number {
    return this.#numFollowers;
  }

  /**
   * Server-sent events of a run after a position, for as long as the reader reads.
   * @throws ServerError `too_busy` when there are as many readers as may be.
   */
  follow(
    runId: string,
    { after, types }: { after: number; types?: readonly string[] | undefined },
  ): Follower {
    const { events, maxFollowers, maxBehind, heartbeatMs, now } = this.#options;
    if (this.#numFollowers >= maxFollowers) {
      throw new ServerError("too_busy", `events: ${maxFollowers} readers are being served; try again later`);
    }
    let followed = this.#runs.get(runId);
    if (!followed) {
      const followers = new Set<Follower>();
      const notify = (length: number) => {
        for (const follower of followers) follower.notify(length);
      };
      followed = { tail: new RunTail(events, runId, notify), followers };
      this.#runs.set(runId, followed);
    }
    const { tail, followers } = followed;
    const follower = new Follower({ tail, after, types, maxBehind, maxStallMs: 2 * heartbeatMs, now });
    followers.add(follower);
    this.#numFollowers += 1;
    follower.once("close", () => {
      this.#numFollowers -= 1;
      followers.delete(follower);
      if (followers.size === 0 && this.#runs.get(runId)?.followers === followers) this.#runs.delete(runId);
    });
    return follower;
  }

  /** Ends the streams of a run that is no more. */
  end(runId: string): void {
    for (const follower of this.#runs.get(runId)?.followers ?? []) follower.destroy();
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    for (const timer of this.#timers) clearInterval(timer);
    for (const runId of [...this.#runs.keys()]) this.end(runId);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #beat(): void {
    for (const { followers } of this.#runs.values()) for (const follower of followers) follower.beat();
  }
}
