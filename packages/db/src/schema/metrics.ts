import type { MetricPoint } from "@fedloom/protocol";
import {
  bigint,
  doublePrecision,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
} from "drizzle-orm/pg-core";
import { runs } from "./runs.js";

/** One metric of a run, of the whole or of one client: what a chart draws as a line. */
export const series = pgTable(
  "series",
  {
    seriesId: integer("series_id").primaryKey().generatedAlwaysAsIdentity(),
    runKey: integer("run_key")
      .notNull()
      .references(() => runs.runKey, { onDelete: "cascade" }),
    name: text().notNull(),
    phase: text().$type<MetricPoint["phase"]>().notNull(),
    clientId: text("client_id"),
  },
  (table) => [
    unique("series_of_run").on(table.runKey, table.name, table.phase, table.clientId).nullsNotDistinct(),
  ],
);

/** Every value of every metric, NaN and infinities kept. Of an attempt that another took the place of, see `attempts`. */
export const points = pgTable(
  "points",
  {
    /** No reference, see `events`. */
    seriesId: integer("series_id").notNull(),
    /** Where it stands on the line: the user's own counter, or the round, or the epoch. */
    x: bigint({ mode: "number" }).notNull(),
    /** Of the event that brought it. */
    position: bigint({ mode: "number" }).notNull(),
    round: integer(),
    epoch: integer(),
    value: doublePrecision().notNull(),
    timestamp: timestamp({ withTimezone: true, precision: 3 }).notNull(),
  },
  (table) => [primaryKey({ name: "points_pk", columns: [table.seriesId, table.x, table.position] })],
);

/**
 * Sums up 128 steps of a line each, so that a chart of any length is read at once; only of metrics of the whole run.
 * NaN is counted and takes no part in the rest.
 */
export const buckets = pgTable(
  "buckets",
  {
    seriesId: integer("series_id").notNull(),
    /** The step divided by 128, rounded down. */
    bucket: bigint({ mode: "number" }).notNull(),
    numPoints: integer("num_points").notNull(),
    numNan: integer("num_nan").notNull(),
    min: doublePrecision(),
    minX: bigint("min_x", { mode: "number" }),
    max: doublePrecision(),
    maxX: bigint("max_x", { mode: "number" }),
    last: doublePrecision().notNull(),
    lastX: bigint("last_x", { mode: "number" }).notNull(),
  },
  (table) => [primaryKey({ name: "buckets_pk", columns: [table.seriesId, table.bucket] })],
);
