import { type SQL, sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { RUN_LOCK } from "./store-events.js";

/** Rows that one statement removes, so that none of them holds locks or fills the log for long. */
const STEP_ROWS = 10_000;

/** How long a deleted run is remembered, so that late events of it are not taken for a new run's. */
const TOMBSTONE_DAYS = 7;
/** The reason of a deleted run's state once nothing else is left of it. */
const REMOVED = "removed";

/** What a run has, those that refer to others first. */
const PARTS: readonly { table: string; where: (run: { key: number; id: string }) => SQL }[] = [
  { table: "points", where: ({ key }) => seriesOf(key) },
  { table: "buckets", where: ({ key }) => seriesOf(key) },
  ...["series", "events", "client_rounds", "clients", "rounds", "attempts"].map((table) => ({
    table,
    where: ({ key }: { key: number }) => sql`run_key = ${key}`,
  })),
  ...["client_states", "checkpoints", "models", "tokens"].map((table) => ({
    table,
    where: ({ id }: { id: string }) => sql`run_id = ${id}`,
  })),
];

function seriesOf(key: number): SQL {
  return sql`series_id in (select series_id from series where run_key = ${key})`;
}

/** Removes from everybody's sight, and takes the lease away; false if there is no such run. */
export async function markDeleted(queries: PostgresJsDatabase, runId: string): Promise<boolean> {
  // After the events that are just being stored, or they would be left behind.
  const marked = await queries.execute(sql`
    with held as materialized (
      select run_key, pg_advisory_xact_lock(${RUN_LOCK}, run_key) from runs where run_id = ${runId}
    )
    update runs set deleted_at = clock_timestamp(), lease_owner = null, lease_until = null
    from held where runs.run_key = held.run_key and deleted_at is null
    returning run_id`);
  return marked.length > 0;
}

/** Removes what deleted runs had, step by step until `signal`; answers how many rows there were. */
export async function purgeDeleted(
  queries: PostgresJsDatabase,
  signal?: AbortSignal,
  stepRows = STEP_ROWS,
): Promise<number> {
  const deleted = await queries.execute<{ run_id: string; run_key: number }>(sql`
    select run_id, run_key from runs
    where deleted_at is not null and state_reason is distinct from ${REMOVED}`);
  let numRows = 0;
  for (const run of deleted) {
    numRows += await removeParts(queries, run, { stepRows, signal });
    if (signal?.aborted) return numRows;
    await queries.execute(sql`
      update runs set state_reason = ${REMOVED}, experiment_name = '', config = '{}', tags = '{}', notes = '',
        summary = null, error = null, best = null
      where run_id = ${run.run_id}`);
  }
  await queries.execute(sql`
    delete from runs where deleted_at < clock_timestamp() - make_interval(days => ${TOMBSTONE_DAYS})`);
  return numRows;
}

async function removeParts(
  queries: PostgresJsDatabase,
  { run_id: id, run_key: key }: { run_id: string; run_key: number },
  { stepRows, signal }: { stepRows: number; signal: AbortSignal | undefined },
): Promise<number> {
  let numRows = 0;
  for (const { table, where } of PARTS) {
    const name = sql.identifier(table);
    for (let numRemoved = stepRows; numRemoved === stepRows; numRows += numRemoved) {
      if (signal?.aborted) return numRows;
      const { count } = await queries.execute(sql`
        delete from ${name} where ctid = any (array(
          select ctid from ${name} where ${where({ key, id })} limit ${stepRows}))`);
      numRemoved = count ?? 0;
    }
  }
  return numRows;
}
