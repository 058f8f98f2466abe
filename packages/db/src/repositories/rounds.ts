import { and, asc, count, eq, gt, type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { clientRounds, clients, rounds } from "../schema/rounds.js";
import { storableText } from "../storable.js";
import { type RoundSpreadRecord, readSpread, type SpreadQuery } from "./spread.js";
import { readTimeline, type Timeline, type TimelineQuery } from "./timeline.js";

/** A round of a run, as its events tell it. Times are ISO 8601; metrics have their wire form. */
export interface RoundRecord {
  readonly round: number;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly durationMs?: number;
  readonly numClients: number;
  readonly numOk: number;
  readonly numRejected: number;
  readonly numFailed: number;
  readonly numTimeout: number;
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly fitMetrics?: Readonly<Record<string, number | string>>;
  readonly evalMetrics?: Readonly<Record<string, number | string>>;
  readonly metrics?: Readonly<Record<string, number | string>>;
}

/** What one client did in one round. */
export interface ClientRoundRecord {
  readonly round: number;
  readonly clientId: string;
  readonly status: "ok" | "failed" | "rejected" | "timeout";
  readonly numSamples: number;
  readonly durationMs: number;
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly metrics: Readonly<Record<string, number | string>>;
  readonly error?: string;
  readonly endedAt: string;
}

/** A client over all rounds of a run. */
export interface ClientRecord {
  readonly clientId: string;
  readonly numOk: number;
  readonly numRejected: number;
  readonly numFailed: number;
  readonly numTimeout: number;
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly trainingMs: number;
  readonly lastRound: number;
  readonly lastStatus: ClientRoundRecord["status"];
  readonly lastNumSamples: number;
  readonly lastMetrics: Readonly<Record<string, number | string>>;
  readonly lastError?: string;
}

export interface RoundRepository {
  /** A run's rounds in order, those after a round. */
  list(runId: string, page: { after: number; limit: number }): Promise<RoundRecord[]>;
  /** A run's clients by id, those after an id, with the number of all. */
  listClients(
    runId: string,
    page: { after: string; limit: number },
  ): Promise<{ clients: ClientRecord[]; total: number }>;
  /** What clients did: of one round by client, or of one client by round; those after. */
  listClientRounds(
    runId: string,
    of:
      | { readonly round: number; readonly after: string; readonly limit: number }
      | { readonly clientId: string; readonly after: number; readonly limit: number },
  ): Promise<ClientRoundRecord[]>;
  /** How a page of clients ended in some rounds. */
  timeline(runId: string, query: TimelineQuery): Promise<Timeline>;
  /** How a metric lies among clients, in rounds that are chosen evenly. */
  spread(runId: string, query: SpreadQuery): Promise<RoundSpreadRecord[]>;
}

export function createRoundRepository(queries: PostgresJsDatabase): RoundRepository {
  return {
    async list(runId, { after, limit }) {
      const rows = await queries
        .select()
        .from(rounds)
        .where(and(ofRun(rounds.runKey, runId), gt(rounds.round, after)))
        .orderBy(asc(rounds.round))
        .limit(limit);
      return rows.map(toRecord<RoundRecord>);
    },

    async listClients(runId, { after, limit }) {
      const isOfRun = ofRun(clients.runKey, runId);
      const [rows, [all]] = await Promise.all([
        queries
          .select()
          .from(clients)
          .where(and(isOfRun, gt(clients.clientId, storableText(after))))
          .orderBy(asc(clients.clientId))
          .limit(limit),
        queries.select({ total: count() }).from(clients).where(isOfRun),
      ]);
      return { clients: rows.map(toRecord<ClientRecord>), total: all?.total ?? 0 };
    },

    async listClientRounds(runId, of) {
      const { round, clientId } = clientRounds;
      const [which, order] =
        "round" in of
          ? [and(eq(round, of.round), gt(clientId, storableText(of.after))), clientId]
          : [and(eq(clientId, storableText(of.clientId)), gt(round, of.after)), round];
      const rows = await queries
        .select()
        .from(clientRounds)
        .where(and(ofRun(clientRounds.runKey, runId), which))
        .orderBy(asc(order))
        .limit(of.limit);
      return rows.map(toRecord<ClientRoundRecord>);
    },

    timeline: (runId, query) => readTimeline(queries, runId, query),
    spread: (runId, query) => readSpread(queries, runId, query),
  };
}

function ofRun(column: PgColumn, runId: string): SQL {
  return eq(column, sql`(select run_key from runs where run_id = ${runId} and deleted_at is null)`);
}

/** Without what is not known, and with times as text. */
function toRecord<Row>({
  runKey: _,
  metricNames: __,
  ...row
}: Record<string, unknown> & { runKey: number; metricNames?: string[] }): Row {
  const known = Object.entries(row).filter(([, value]) => value !== null);
  return Object.fromEntries(
    known.map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value]),
  ) as Row;
}
