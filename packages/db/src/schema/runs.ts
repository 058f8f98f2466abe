import type { RunState } from "@fedloom/protocol";
import { sql } from "drizzle-orm";
import { bigint, boolean, index, integer, jsonb, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import { projects } from "./projects.js";

/** What somebody asked of a run whose process has yet to do it. */
export type WantedState = "paused" | "stopped";

export const runs = pgTable(
  "runs",
  {
    runId: text("run_id").primaryKey(),
    /** Stands for the run in tables with many rows. */
    runKey: integer("run_key").notNull().unique().generatedAlwaysAsIdentity(),
    project: text()
      .notNull()
      .default("default")
      .references(() => projects.name, { onUpdate: "cascade" }),
    experimentName: text("experiment_name").notNull(),
    mode: text().$type<"centralized" | "federated">().notNull(),
    state: text().$type<RunState>().notNull(),
    /** Why it is in this state, where that is not plain. */
    stateReason: text("state_reason"),
    config: jsonb().$type<Record<string, unknown>>().notNull(),
    seed: bigint({ mode: "number" }),
    tags: text().array().notNull().default(sql`'{}'`),
    notes: text().notNull().default(""),
    /** Whether a server trains it itself; else somebody's own program publishes it. */
    isManaged: boolean("is_managed").notNull().default(false),
    /** Which start this is, from 1; 0 before the first. */
    attempt: integer().notNull().default(0),
    /** Rounds or epochs that are closed, and those that were asked for. */
    step: integer().notNull().default(0),
    totalSteps: integer("total_steps"),
    /** The best round or epoch so far: its number, and the metric that it was chosen by. */
    best: jsonb().$type<{ step: number; metric: string; value: number | string }>(),
    /** The data of `training_end`. */
    summary: jsonb().$type<Record<string, unknown>>(),
    /** Of the first fatal `error`. */
    error: text(),
    wanted: text().$type<WantedState>(),
    wantedReason: text("wanted_reason"),
    /** Which process trains it, and until when nobody else may. */
    leaseOwner: text("lease_owner"),
    leaseUntil: timestamp("lease_until", { withTimezone: true, precision: 3 }),
    /** How often in a row its process died without closing a round. */
    numDeaths: integer("num_deaths").notNull().default(0),
    createdAt: timestamp("created_at", { withTimezone: true, precision: 3 }).notNull().defaultNow(),
    startedAt: timestamp("started_at", { withTimezone: true, precision: 3 }),
    endedAt: timestamp("ended_at", { withTimezone: true, precision: 3 }),
    /** When its last event was stored. */
    lastEventAt: timestamp("last_event_at", { withTimezone: true, precision: 3 }),
    /** When somebody deleted it: nobody sees it since, what it had is removed bit by bit, late events are dropped. */
    deletedAt: timestamp("deleted_at", { withTimezone: true, precision: 3 }),
  },
  (table) => [
    index("runs_by_creation").on(table.createdAt, table.runId),
    index("runs_unfinished").on(table.state).where(sql`state not in ('completed', 'stopped', 'failed')`),
  ],
);

/** Each start of a run: its publisher, and the step after which it goes on. */
export const attempts = pgTable(
  "attempts",
  {
    runKey: integer("run_key")
      .notNull()
      .references(() => runs.runKey, { onDelete: "cascade" }),
    source: text().notNull(),
    attempt: integer().notNull(),
    resumedFrom: integer("resumed_from").notNull().default(0),
    startedAt: timestamp("started_at", { withTimezone: true, precision: 3 }).notNull(),
  },
  (table) => [index("attempts_by_run").on(table.runKey, table.source)],
);
