import type { EventData } from "@fedloom/protocol";
import type { CurrentHost } from "../api/system.js";

export type HostSample = EventData<"system_metrics">;

/** What goes through a machine's network, in bytes a second. */
export interface NetworkRates {
  receive: number;
  transmit: number;
}

/** A machine as it was when it was last heard of. */
export interface HostView {
  sample: HostSample;
  /** ISO 8601. */
  heardAt: string;
  /** When it is stale unless something is heard, in ms of this page's clock. */
  freshUntil: number;
  /** When the sample was taken, in ms; clocks of machines and of the server are not to be compared. */
  takenAt: number;
  takenBy: "host" | "server";
  /** Known once there are two samples. */
  rates?: NetworkRates | undefined;
}

export type Hosts = ReadonlyMap<string, HostView>;

/** How long nothing is heard of a machine before it is stale, as the server sees it, in ms. */
const STALE_MS = 30_000;

/** A sample that came just now. */
export interface NewSample {
  sample: HostSample;
  /** By the machine's clock, ISO 8601. */
  timestamp: string;
  /** By this page's clock, in ms. */
  now: number;
}

/** The machines with what one of them just said. */
export function withSamples(hosts: Hosts, news: readonly NewSample[]): Hosts {
  const next = new Map(hosts);
  for (const { sample, timestamp, now } of news) {
    const taken = { sample, takenAt: Date.parse(timestamp), takenBy: "host" as const };
    const heardAt = new Date(now).toISOString();
    const rates = ratesSince(next.get(sample.host), taken);
    next.set(sample.host, { ...taken, heardAt, freshUntil: now + STALE_MS, rates });
  }
  return next;
}

/** The machines that the server lists; `now` in ms. */
export function withListed(hosts: Hosts, listed: readonly CurrentHost[], now: number): Hosts {
  return new Map(
    listed.map(({ receivedAt, isStale, ...sample }) => {
      const before = hosts.get(sample.host);
      // What came by itself is newer than what a list says that was made before.
      if (before?.takenBy === "host" && !isStaleAt(before, now)) return [sample.host, before];
      const taken = { sample, takenAt: Date.parse(receivedAt), takenBy: "server" as const };
      const isNew = taken.takenAt !== before?.takenAt;
      const freshUntil = isStale ? 0 : isNew ? now + STALE_MS : before.freshUntil;
      const rates = isNew ? ratesSince(before, taken) : before.rates;
      return [sample.host, { ...taken, heardAt: receivedAt, freshUntil, rates }];
    }),
  );
}

export function isStaleAt({ freshUntil }: HostView, now: number): boolean {
  return now > freshUntil;
}

/** Machines in the order of their names, those that are stale last. */
export function inOrder(hosts: Hosts, now: number): HostView[] {
  return [...hosts.values()].sort(
    (a, b) =>
      Number(isStaleAt(a, now)) - Number(isStaleAt(b, now)) || a.sample.host.localeCompare(b.sample.host),
  );
}

/**
 * How far this page's clock is ahead of the server's, in ms: 0 unless it is plainly wrong, since a machine that is not
 * stale was heard of within half a minute.
 */
export function clockAhead(listed: readonly CurrentHost[], now: number): number {
  const heard = listed.filter(({ isStale }) => !isStale).map(({ receivedAt }) => Date.parse(receivedAt));
  if (heard.length === 0) return 0;
  const ahead = now - Math.max(...heard);
  return ahead >= 0 && ahead <= STALE_MS ? 0 : ahead;
}

type Taken = Pick<HostView, "sample" | "takenAt" | "takenBy">;

function ratesSince(before: HostView | undefined, after: Taken): NetworkRates | undefined {
  if (before === undefined || before.takenBy !== after.takenBy) return undefined;
  const seconds = (after.takenAt - before.takenAt) / 1_000;
  if (!(seconds > 0)) return before.rates;
  // A counter that fell began anew.
  const rate = (from: number, to: number) => Math.max(0, to - from) / seconds;
  return {
    receive: rate(before.sample.networkRxBytes, after.sample.networkRxBytes),
    transmit: rate(before.sample.networkTxBytes, after.sample.networkTxBytes),
  };
}
