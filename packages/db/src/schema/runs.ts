import type { RunState } from "@fedloom/protocol";
import { index, jsonb, pgTable, text, timestamp } from "drizzle-orm/pg-core";

export const runs = pgTable(
  "runs",
  {
    runId: text("run_id").primaryKey(),
    experimentName: text("experiment_name").notNull(),
    mode: text().$type<"centralized" | "federated">().notNull(),
    state: text().$type<RunState>().notNull(),
    config: jsonb().$type<Record<string, unknown>>().notNull(),
    /** The data of `training_end`. */
    summary: jsonb().$type<Record<string, unknown>>(),
    /** Of the first fatal `error`. */
    error: text(),
    createdAt: timestamp("created_at", { withTimezone: true, precision: 3 }).notNull().defaultNow(),
    startedAt: timestamp("started_at", { withTimezone: true, precision: 3 }),
    endedAt: timestamp("ended_at", { withTimezone: true, precision: 3 }),
  },
  (table) => [index("runs_by_creation").on(table.createdAt, table.runId)],
);
