import { and, asc, eq, gt } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { events } from "../schema/events.js";
import type { StoredEvent } from "./event-row.js";

export interface EventRepository {
  /** A run's events in the order in which they were stored, those after a position. */
  list(runId: string, page: { after: number; limit: number }): Promise<StoredEvent[]>;
}

export function createEventRepository(queries: PostgresJsDatabase): EventRepository {
  return {
    async list(runId, { after, limit }) {
      const rows = await queries
        .select()
        .from(events)
        .where(and(eq(events.runId, runId), gt(events.position, after)))
        .orderBy(asc(events.position))
        .limit(limit);
      return rows.map(({ runId: _, timestamp, ...row }) => ({ ...row, timestamp: timestamp.toISOString() }));
    },
  };
}
