import type { RunRecord } from "@fedloom/protocol";
import { count, desc, eq, inArray } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { runs } from "../schema/runs.js";

export interface NewRun {
  readonly runId: string;
  readonly experimentName: string;
  readonly mode: "centralized" | "federated";
  /** In its wire form. */
  readonly config: Record<string, unknown>;
}

export interface RunRepository {
  /** Adds a run in state `queued`. */
  create(run: NewRun): Promise<void>;
  get(runId: string): Promise<RunRecord | undefined>;
  /** Newest first, with the number of all. */
  list(page: { limit: number; offset: number }): Promise<{ runs: RunRecord[]; total: number }>;
  /** Marks what a server that is gone has left queued or running; how many there were. */
  markUnfinishedAsLost(): Promise<number>;
}

export function createRunRepository(queries: PostgresJsDatabase): RunRepository {
  return {
    async create(run) {
      await queries.insert(runs).values({ ...run, state: "queued" });
    },

    async get(runId) {
      const [row] = await queries.select().from(runs).where(eq(runs.runId, runId));
      return row && recordOf(row);
    },

    async list({ limit, offset }) {
      const newestFirst = [desc(runs.createdAt), desc(runs.runId)];
      const [rows, [all]] = await Promise.all([
        queries
          .select()
          .from(runs)
          .orderBy(...newestFirst)
          .limit(limit)
          .offset(offset),
        queries.select({ total: count() }).from(runs),
      ]);
      return { runs: rows.map(recordOf), total: all?.total ?? 0 };
    },

    async markUnfinishedAsLost() {
      const unfinished = inArray(runs.state, ["queued", "running"]);
      const marked = await queries
        .update(runs)
        .set({ state: "lost" })
        .where(unfinished)
        .returning({ runId: runs.runId });
      return marked.length;
    },
  };
}

function recordOf(row: typeof runs.$inferSelect): RunRecord {
  const { summary, error, createdAt, startedAt, endedAt, ...rest } = row;
  return {
    ...rest,
    createdAt: createdAt.toISOString(),
    ...(summary && { summary }),
    ...(error !== null && { error }),
    ...(startedAt && { startedAt: startedAt.toISOString() }),
    ...(endedAt && { endedAt: endedAt.toISOString() }),
  };
}
