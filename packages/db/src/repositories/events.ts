import { and, asc, desc, eq, gt, inArray, lte, max, type SQL, sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { events } from "../schema/events.js";
import { storableText } from "../storable.js";
import type { StoredEvent } from "./event-row.js";

export interface EventPage {
  readonly after: number;
  readonly limit: number;
  /** Only events of these types; all when absent. */
  readonly types?: readonly string[] | undefined;
}

export interface EventRepository {
  /** A run's events in the order in which they were stored, those after a position. */
  list(runId: string, page: EventPage): Promise<StoredEvent[]>;
  /** The position of a run's last stored event up to a place in its stream; undefined when there is none. */
  positionAt(runId: string, place: { epoch: string; offset: number }): Promise<number | undefined>;
  /** The highest stored seq of a source of a run; 0 when there is none. */
  lastSeq(runId: string, source: string): Promise<number>;
}

export function createEventRepository(queries: PostgresJsDatabase): EventRepository {
  return {
    async list(runId, { after, limit, types }) {
      const rows = await queries
        .select()
        .from(events)
        .where(
          and(ofRun(runId), gt(events.position, after), types ? inArray(events.type, [...types]) : undefined),
        )
        .orderBy(asc(events.position))
        .limit(limit);
      return rows.map(({ runKey: _, timestamp, ...row }) => ({ ...row, timestamp: timestamp.toISOString() }));
    },

    async positionAt(runId, { epoch, offset }) {
      const [row] = await queries
        .select({ position: events.position })
        .from(events)
        .where(and(ofRun(runId), eq(events.streamEpoch, epoch), lte(events.offset, offset)))
        .orderBy(desc(events.offset))
        .limit(1);
      return row?.position;
    },

    async lastSeq(runId, source) {
      const [row] = await queries
        .select({ seq: max(events.seq) })
        .from(events)
        .where(and(ofRun(runId), eq(events.source, storableText(source))));
      return row?.seq ?? 0;
    },
  };
}

function ofRun(runId: string): SQL {
  return eq(events.runKey, sql`(select run_key from runs where run_id = ${runId} and deleted_at is null)`);
}
