import type { Database, HostRecord, HostSample } from "@fedloom/db";
import type { EventData } from "@fedloom/protocol";
import { STALE_MS } from "./host-board.js";
import type { SystemMonitor } from "./system-monitor.js";

export interface MergedHost {
  readonly host: string;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly isStale: boolean;
  /** The newest; undefined when all have grown too old. */
  readonly sample: EventData<"system_metrics"> | undefined;
}

export interface MergeHostsOptions {
  readonly database: Pick<Database, "hosts">;
  readonly system: Pick<SystemMonitor, "current">;
  /** Whether the database must answer; else those heard of since the start will do while it is away. */
  readonly isPatient: boolean;
}

/** How long a database that may be away is waited for, in ms. */
const PATIENCE_MS = 500;

/** Hosts as they were heard of by this server, and as others stored them, those seen last first. */
export async function mergeHosts({ database, system, isPatient }: MergeHostsOptions): Promise<MergedHost[]> {
  const listing = database.hosts.list();
  const stored = await (isPatient ? listing : orNothing(listing));
  const hosts = new Map(stored.map((record) => [record.host, fromRecord(record)]));
  for (const { sample, receivedAt, isStale } of system.current()) {
    const { firstSeenAt = receivedAt, lastSeenAt = receivedAt } = hosts.get(sample.host) ?? {};
    // Another server may have heard of it since.
    if (lastSeenAt > receivedAt) continue;
    hosts.set(sample.host, { host: sample.host, firstSeenAt, lastSeenAt: receivedAt, isStale, sample });
  }
  return [...hosts.values()].sort((a, b) => (a.lastSeenAt < b.lastSeenAt ? 1 : -1));
}

function fromRecord({ lastSample, ...record }: HostRecord): MergedHost {
  const isStale = Date.now() - Date.parse(record.lastSeenAt) > STALE_MS;
  return { ...record, isStale, sample: lastSample && withoutTime(lastSample) };
}

function withoutTime({ at: _, ...sample }: HostSample): MergedHost["sample"] {
  return sample;
}

async function orNothing(listing: Promise<HostRecord[]>): Promise<HostRecord[]> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<HostRecord[]>((resolve) => {
    timer = setTimeout(() => resolve([]), PATIENCE_MS);
  });
  const stored = await Promise.race([listing.catch(() => []), patience]);
  clearTimeout(timer);
  return stored;
}
