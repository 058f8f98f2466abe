import {
  bigint,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from "drizzle-orm/pg-core";
import { runs } from "./runs.js";

type Metrics = Record<string, number | string>;
const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });
const bytes = (name: string) => bigint(name, { mode: "number" }).notNull().default(0);
const runKey = () =>
  integer("run_key")
    .notNull()
    .references(() => runs.runKey, { onDelete: "cascade" });

/** A run's rounds as its events tell them. */
export const rounds = pgTable(
  "rounds",
  {
    runKey: runKey(),
    round: integer().notNull(),
    startedAt: at("started_at"),
    endedAt: at("ended_at"),
    durationMs: doublePrecision("duration_ms"),
    /** Clients that were asked, and how they ended. */
    numClients: integer("num_clients").notNull().default(0),
    numOk: integer("num_ok").notNull().default(0),
    numRejected: integer("num_rejected").notNull().default(0),
    numFailed: integer("num_failed").notNull().default(0),
    numTimeout: integer("num_timeout").notNull().default(0),
    bytesUp: bytes("bytes_up"),
    bytesDown: bytes("bytes_down"),
    fitMetrics: jsonb("fit_metrics").$type<Metrics>(),
    evalMetrics: jsonb("eval_metrics").$type<Metrics>(),
    metrics: jsonb().$type<Metrics>(),
  },
  (table) => [primaryKey({ name: "rounds_pk", columns: [table.runKey, table.round] })],
);

/** What one client did in one round. */
export const clientRounds = pgTable(
  "client_rounds",
  {
    /** No reference, see `events`. */
    runKey: integer("run_key").notNull(),
    round: integer().notNull(),
    clientId: text("client_id").notNull(),
    status: text().$type<"ok" | "failed" | "rejected" | "timeout">().notNull(),
    numSamples: bigint("num_samples", { mode: "number" }).notNull(),
    durationMs: doublePrecision("duration_ms").notNull(),
    bytesUp: bytes("bytes_up"),
    bytesDown: bytes("bytes_down"),
    metrics: jsonb().$type<Metrics>().notNull(),
    error: text(),
    endedAt: at("ended_at").notNull(),
  },
  (table) => [
    primaryKey({ name: "client_rounds_pk", columns: [table.runKey, table.round, table.clientId] }),
    index("client_rounds_by_client").on(table.runKey, table.clientId, table.round),
  ],
);

/** A client over all rounds of a run. */
export const clients = pgTable(
  "clients",
  {
    runKey: runKey(),
    clientId: text("client_id").notNull(),
    numOk: integer("num_ok").notNull().default(0),
    numRejected: integer("num_rejected").notNull().default(0),
    numFailed: integer("num_failed").notNull().default(0),
    numTimeout: integer("num_timeout").notNull().default(0),
    bytesUp: bytes("bytes_up"),
    bytesDown: bytes("bytes_down"),
    /** Names of all metrics that it ever told; their values are in `client_rounds` alone. */
    metricNames: text("metric_names").array().notNull(),
    trainingMs: doublePrecision("training_ms").notNull().default(0),
    lastRound: integer("last_round").notNull(),
    lastStatus: text("last_status").$type<"ok" | "failed" | "rejected" | "timeout">().notNull(),
    lastNumSamples: bigint("last_num_samples", { mode: "number" }).notNull(),
    lastMetrics: jsonb("last_metrics").$type<Metrics>().notNull(),
    lastError: text("last_error"),
  },
  (table) => [primaryKey({ name: "clients_pk", columns: [table.runKey, table.clientId] })],
);
