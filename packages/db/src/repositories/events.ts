import { and, asc, desc, eq, gt, lte, max } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { events } from "../schema/events.js";
import { storableText } from "../storable.js";
import type { StoredEvent } from "./event-row.js";

export interface EventRepository {
  /** A run's events in the order in which they were stored, those after a position. */
  list(runId: string, page: { after: number; limit: number }): Promise<StoredEvent[]>;
  /** The position of a run's last stored event up to a place in its stream; undefined when there is none. */
  positionAt(runId: string, place: { epoch: string; offset: number }): Promise<number | undefined>;
  /** The highest stored seq of a source of a run; 0 when there is none. */
  lastSeq(runId: string, source: string): Promise<number>;
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

    async positionAt(runId, { epoch, offset }) {
      const [row] = await queries
        .select({ position: events.position })
        .from(events)
        .where(and(eq(events.runId, runId), eq(events.streamEpoch, epoch), lte(events.offset, offset)))
        .orderBy(desc(events.offset))
        .limit(1);
      return row?.position;
    },

    async lastSeq(runId, source) {
      const [row] = await queries
        .select({ seq: max(events.seq) })
        .from(events)
        .where(and(eq(events.runId, runId), eq(events.source, storableText(source))));
      return row?.seq ?? 0;
    },
  };
}
