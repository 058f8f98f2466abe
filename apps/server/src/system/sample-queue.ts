import type { HostSample } from "@fedloom/db";

export interface SampleQueueOptions {
  /** Most samples that wait; 5,000. */
  maxSamples?: number | undefined;
  /** Shortest time between two samples of a host that are kept, in ms. */
  minIntervalMs: number;
}

const MAX_SAMPLES = 5_000;
const MINUTE_MS = 60_000;

/**
 * Samples that wait to be stored. When there are too many, because the database is away for long, one a minute stays of
 * each host, then the newest.
 */
export class SampleQueue {
  readonly #options: SampleQueueOptions;
  readonly #lastKept = new Map<string, number>();
  #waiting: HostSample[] = [];
  #numLeftOut = 0;

  constructor(options: SampleQueueOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** Samples that had to go before they were stored. */
  get numLeftOut(): number {
    return this.#numLeftOut;
  }

  /** Takes the sample that `read` gives, unless the host's last one is not old enough at the monotonic time `clock`. */
  offer(host: string, clock: number, read: () => HostSample): void {
    const last = this.#lastKept.get(host);
    if (last !== undefined && clock - last < this.#options.minIntervalMs) return;
    this.#lastKept.set(host, clock);
    this.#waiting.push(read());
    const { maxSamples = MAX_SAMPLES } = this.#options;
    if (this.#waiting.length > maxSamples) this.#makeRoom(maxSamples);
  }

  /** The oldest samples, at most `limit`. */
  oldest(limit: number): readonly HostSample[] {
    return this.#waiting.slice(0, limit);
  }

  /** Lets go of samples that are stored. */
  remove(samples: readonly HostSample[]): void {
    const stored = new Set(samples);
    this.#waiting = this.#waiting.filter((each) => !stored.has(each));
  }

  /** Lets go of all of a host that is no longer wanted. */
  forget(host: string): void {
    this.#lastKept.delete(host);
    this.#waiting = this.#waiting.filter((each) => each.host !== host);
  }

  /** Forgets when hosts came last of which nothing came since the monotonic time `before`. */
  forgetOlder(before: number): void {
    for (const [host, kept] of this.#lastKept) if (kept < before) this.#lastKept.delete(host);
  }

  /** Halves it at least, so that this is rare. */
  #makeRoom(maxSamples: number): void {
    const numBefore = this.#waiting.length;
    const newestOfMinute = new Map<string, HostSample>();
    for (const each of this.#waiting) {
      newestOfMinute.set(`${Math.floor(Date.parse(each.at) / MINUTE_MS)} ${each.host}`, each);
    }
    this.#waiting = [...newestOfMinute.values()].slice(-Math.floor(maxSamples / 2));
    this.#numLeftOut += numBefore - this.#waiting.length;
  }
}
