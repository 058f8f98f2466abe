import { type EventData, fromWireEvent } from "@fedloom/protocol";
import type { StreamEntry } from "@fedloom/relay";

/** How a machine was when it was last heard of. */
export interface CurrentSample {
  readonly sample: EventData<"system_metrics">;
  /** By the server's clock; ISO 8601. */
  readonly receivedAt: string;
  readonly isStale: boolean;
}

export interface HostBoardOptions {
  /** Most hosts at once; 256. */
  maxHosts?: number | undefined;
  now: () => Date;
  /** Monotonic time in ms. */
  clock: () => number;
}

interface Heard {
  /** Read only when somebody asks, since most values never are. */
  readonly entry: StreamEntry;
  readonly receivedAt: string;
  readonly heardAt: number;
}

const MAX_HOSTS = 256;
/** How long nothing is heard of a host before it is stale, and before another may have its place, in ms. */
export const STALE_MS = 30_000;
const FREE_MS = 10 * 60_000;

/** The newest sample of every host, stamped by the server's clock: hosts' own clocks may be wrong. */
export class HostBoard {
  readonly #options: HostBoardOptions;
  /** In order of when they were last heard of. */
  readonly #hosts = new Map<string, Heard>();
  #refusedAt = Number.NEGATIVE_INFINITY;

  constructor(options: HostBoardOptions) {
    this.#options = options;
  }

  /** Hosts that are not stale. */
  get numFresh(): number {
    let numFresh = 0;
    for (const { heardAt } of this.#hosts.values()) if (!this.#isStale(heardAt)) numFresh++;
    return numFresh;
  }

  /** Why hosts are left out at present. */
  get failure(): string | undefined {
    if (this.#isStale(this.#refusedAt)) return undefined;
    return `more than ${this.#maxHosts} hosts tell how they are; those beyond are left out`;
  }

  /** Notes a host's newest sample; false if there are too many hosts. */
  note(host: string, entry: StreamEntry): boolean {
    const { now, clock } = this.#options;
    const heardAt = clock();
    if (!this.#hosts.delete(host) && this.#hosts.size >= this.#maxHosts && !this.#makeRoom(heardAt)) {
      this.#refusedAt = heardAt;
      return false;
    }
    this.#hosts.set(host, { entry, receivedAt: now().toISOString(), heardAt });
    return true;
  }

  current(): CurrentSample[] {
    return [...this.#hosts.values()].map(({ entry, receivedAt, heardAt }) => ({
      sample: sampleOf(entry),
      receivedAt,
      isStale: this.#isStale(heardAt),
    }));
  }

  forget(host: string): void {
    this.#hosts.delete(host);
  }

  get #maxHosts(): number {
    return this.#options.maxHosts ?? MAX_HOSTS;
  }

  #isStale(heardAt: number): boolean {
    return this.#options.clock() - heardAt > STALE_MS;
  }

  #makeRoom(now: number): boolean {
    for (const [host, { heardAt }] of this.#hosts) {
      if (now - heardAt < FREE_MS) return false;
      this.#hosts.delete(host);
      return true;
    }
    return true;
  }
}

/** What an event of type `system_metrics` says. */
export function sampleOf(entry: StreamEntry): EventData<"system_metrics"> {
  return fromWireEvent(entry.event).data as EventData<"system_metrics">;
}
