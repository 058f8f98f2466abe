import { bigint, index, jsonb, pgTable, text, timestamp, unique } from "drizzle-orm/pg-core";
import { runs } from "./runs.js";

/** Every event once: a publisher's source and counter identify it, however often it is sent. */
export const events = pgTable(
  "events",
  {
    /** The order in which events were stored. */
    position: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    runId: text("run_id")
      .notNull()
      .references(() => runs.runId, { onDelete: "cascade" }),
    source: text().notNull(),
    seq: bigint({ mode: "number" }).notNull(),
    /** The relay's counter and the identity of its stream. */
    offset: bigint({ mode: "number" }).notNull(),
    streamEpoch: text("stream_epoch").notNull(),
    type: text().notNull(),
    timestamp: timestamp({ withTimezone: true, precision: 3 }).notNull(),
    payload: jsonb().$type<Record<string, unknown>>().notNull(),
  },
  (table) => [
    unique("events_run_source_seq").on(table.runId, table.source, table.seq),
    index("events_by_run").on(table.runId, table.position),
    index("events_by_place").on(table.runId, table.streamEpoch, table.offset),
  ],
);
