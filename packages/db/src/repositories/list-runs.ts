import type { RunRecord, RunState } from "@fedloom/protocol";
import {
  and,
  arrayContains,
  asc,
  count,
  desc,
  eq,
  gte,
  inArray,
  isNull,
  lt,
  type SQL,
  sql,
} from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { runs } from "../schema/runs.js";
import { storableText } from "../storable.js";
import { runRecordOf } from "./run-record.js";

/** Which runs, and in which order. */
export interface RunQuery {
  readonly limit: number;
  readonly offset: number;
  readonly project?: string | undefined;
  readonly states?: readonly RunState[] | undefined;
  readonly mode?: "centralized" | "federated" | undefined;
  readonly tag?: string | undefined;
  /** Part of the name, of the notes or of a tag, whatever its case; or the beginning of the id. */
  readonly search?: string | undefined;
  /** ISO 8601. */
  readonly createdAfter?: string | undefined;
  readonly createdBefore?: string | undefined;
  readonly sort?: "created_at" | "started_at" | "ended_at" | "experiment_name" | "state" | undefined;
  readonly order?: "asc" | "desc" | undefined;
}

const SORT_COLUMNS = {
  created_at: runs.createdAt,
  started_at: runs.startedAt,
  ended_at: runs.endedAt,
  experiment_name: runs.experimentName,
  state: runs.state,
} as const satisfies Record<NonNullable<RunQuery["sort"]>, unknown>;

export async function listRuns(
  queries: PostgresJsDatabase,
  query: RunQuery,
): Promise<{ runs: RunRecord[]; total: number }> {
  const { limit, offset } = query;
  const where = matches(query);
  const [rows, [all]] = await Promise.all([
    queries
      .select()
      .from(runs)
      .where(where)
      .orderBy(...inOrder(query))
      .limit(limit)
      .offset(offset),
    queries.select({ total: count() }).from(runs).where(where),
  ]);
  return { runs: rows.map(runRecordOf), total: all?.total ?? 0 };
}

function matches({ project, states, mode, tag, search, createdAfter, createdBefore }: RunQuery) {
  return and(
    isNull(runs.deletedAt),
    project === undefined ? undefined : eq(runs.project, storableText(project)),
    states && inArray(runs.state, [...states]),
    mode && eq(runs.mode, mode),
    tag === undefined ? undefined : arrayContains(runs.tags, [storableText(tag)]),
    search === undefined || search === "" ? undefined : contains(storableText(search)),
    createdAfter === undefined ? undefined : gte(runs.createdAt, new Date(createdAfter)),
    createdBefore === undefined ? undefined : lt(runs.createdAt, new Date(createdBefore)),
  );
}

function contains(search: string): SQL {
  const escaped = search.replace(/[\\%_]/g, "\\$&");
  const part = `%${escaped}%`;
  return sql`(${runs.experimentName} ilike ${part} or ${runs.notes} ilike ${part}
    or exists (select from unnest(${runs.tags}) as tag where tag ilike ${part})
    or ${runs.runId} like ${`${escaped.toUpperCase()}%`})`;
}

/** Whatever has no value comes last; the id makes the order of equal ones certain. */
function inOrder({ sort = "created_at", order = "desc" }: RunQuery): SQL[] {
  const column = SORT_COLUMNS[sort];
  const inDirection = order === "asc" ? asc : desc;
  const first = sort === "created_at" ? inDirection(column) : sql`${inDirection(column)} nulls last`;
  return [first, inDirection(runs.runId)];
}
