import { sql } from "drizzle-orm";
import { bigint, index, integer, jsonb, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";

/** Every event once: a publisher's source and counter identify it, however often it is sent. */
export const events = pgTable(
  "events",
  {
    /** No reference: checking it would cost more than all the rest. Who stores events locks the run; who deletes one deletes them. */
    runKey: integer("run_key").notNull(),
    source: text().notNull(),
    seq: bigint({ mode: "number" }).notNull(),
    /** The order in which events were stored, over all runs. */
    position: bigint({ mode: "number" }).notNull().generatedAlwaysAsIdentity(),
    /** The relay's counter and the identity of its stream. */
    offset: bigint({ mode: "number" }).notNull(),
    streamEpoch: text("stream_epoch").notNull(),
    type: text().notNull(),
    timestamp: timestamp({ withTimezone: true, precision: 3 }).notNull(),
    payload: jsonb().$type<Record<string, unknown>>().notNull(),
  },
  (table) => [
    primaryKey({ name: "events_pk", columns: [table.runKey, table.source, table.seq] }),
    index("events_by_position").on(table.runKey, table.position),
    index("events_of_logs").on(table.runKey, table.position).where(sql`type = 'log'`),
    index("events_by_place").on(table.runKey, table.streamEpoch, table.offset),
  ],
);
