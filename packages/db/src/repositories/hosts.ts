import type { EventData, SystemMetricName } from "@fedloom/protocol";
import { eq, sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { hosts } from "../schema/hosts.js";
import { readHistory } from "./system-history.js";
import { readSample, storeSamples } from "./system-samples.js";
import { thinSamples } from "./thin-samples.js";

/** How a machine was at a time of the server's clock; ISO 8601. */
export type HostSample = EventData<"system_metrics"> & { readonly at: string };

export interface HostRecord {
  readonly host: string;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  /** Undefined once its samples have grown too old. */
  readonly lastSample: HostSample | undefined;
}

export interface SystemHistoryQuery {
  /** One host; without it the 32 seen last. */
  readonly host?: string | undefined;
  /** ISO 8601; from the first, before the second. */
  readonly since: string;
  readonly until: string;
  /** Most points of a host's line, at least 2. */
  readonly maxPoints: number;
}

export interface SystemHistoryLine {
  readonly host: string;
  /** In order of time; each stands for the part of time that begins there. */
  readonly points: readonly { readonly at: string; readonly average: number; readonly max: number }[];
}

export interface HostRepository {
  /**
   * Stores samples in one statement, each once by host and time; hosts that are not known yet are added.
   * @throws DbError `event_refused` if trying again cannot help, because of what is in a sample.
   */
  storeSamples(samples: readonly HostSample[]): Promise<void>;
  /** The hosts seen last, with their newest sample; at most 1,000. */
  list(): Promise<HostRecord[]>;
  /** One metric over time, thinned to a number of points, whatever the span: averages, and the highest. */
  history(metric: SystemMetricName, query: SystemHistoryQuery): Promise<SystemHistoryLine[]>;
  /** Removes a host with its samples; false if there is none. It comes back with its next sample. */
  delete(host: string): Promise<boolean>;
  /**
   * Makes minutes and hours of samples, and removes samples older than a day, minutes older than 30 days and hours
   * older than two years, in steps of limited size; ends after the step in which `signal` is aborted.
   */
  thin(now: Date, signal?: AbortSignal): Promise<void>;
}

const MAX_LISTED = 1_000;

export function createHostRepository(queries: PostgresJsDatabase): HostRepository {
  return {
    storeSamples: (samples) => storeSamples(queries, samples),
    history: (metric, query) => readHistory(queries, metric, query),
    thin: (now, signal) => thinSamples(queries, now, signal),

    async list() {
      // Each host's newest row by the primary key, rather than all rows sorted.
      const rows = await queries.execute<
        Record<"first_seen_at" | "last_seen_at", string> & Record<string, unknown>
      >(sql`
        select hosts.*, hosts.host as name, newest.*
        from hosts left join lateral (
          select * from system_samples
          where system_samples.host = hosts.host and resolution = 5
          order by at desc limit 1
        ) newest on true
        order by last_seen_at desc, hosts.host limit ${MAX_LISTED}`);
      return rows.map((row) => ({
        host: String(row.name),
        firstSeenAt: new Date(row.first_seen_at).toISOString(),
        lastSeenAt: new Date(row.last_seen_at).toISOString(),
        lastSample: row.at ? readSample(row) : undefined,
      }));
    },

    async delete(host) {
      const deleted = await queries.delete(hosts).where(eq(hosts.host, host)).returning({ host: hosts.host });
      return deleted.length > 0;
    },
  };
}
