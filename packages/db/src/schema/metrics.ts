import type { MetricPoint } from "@fedloom/protocol";
import { bigint, doublePrecision, index, integer, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import { runs } from "./runs.js";

/** Every value of every metric, NaN and infinities kept. */
export const metrics = pgTable(
  "metrics",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    runId: text("run_id")
      .notNull()
      .references(() => runs.runId, { onDelete: "cascade" }),
    name: text().notNull(),
    phase: text().$type<MetricPoint["phase"]>().notNull(),
    round: integer(),
    epoch: integer(),
    clientId: text("client_id"),
    value: doublePrecision().notNull(),
    timestamp: timestamp({ withTimezone: true, precision: 3 }).notNull(),
  },
  (table) => [index("metrics_by_run").on(table.runId, table.id)],
);
