import { type SQL, sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { driverError } from "../connection.js";
import { DbError } from "../errors.js";
import { projectAttempts } from "../projections/attempts.js";
import { arrayOf, type NewEvents, type Transaction } from "../projections/new-events.js";
import { projectPoints } from "../projections/points.js";
import { projectProgress } from "../projections/progress.js";
import { projectRounds } from "../projections/rounds.js";
import { projectRuns } from "../projections/run-changes.js";
import { storableJson } from "../storable.js";
import { columnsOf, type EventColumns, SELECT_EVENTS, type SourceRange } from "./event-columns.js";
import type { EncodedEventRow, EventRow } from "./event-row.js";

/** Any number, as long as nothing else locks by it: who stores events of a run does so alone. */
export const RUN_LOCK = 0x0f_ed_20;

/** SQLSTATE classes for values that a column cannot hold and for broken constraints. */
const REFUSED = /^2[23]/;

/**
 * Stores events and what they tell of their runs, all or nothing. An event that is there already, by run, source and seq,
 * is left out with everything that follows from it; so is what comes late of a deleted run.
 * @throws DbError `event_refused` if trying again cannot help, because of what is in an event.
 */
export async function storeEvents(
  queries: PostgresJsDatabase,
  rows: readonly (EventRow | EncodedEventRow)[],
): Promise<void> {
  if (rows.length === 0) return;
  const columns = columnsOf(rows);
  try {
    await queries.transaction(async (transaction) => {
      // Statements that do not need each other's results are sent without waiting in between.
      const [runs] = await Promise.all([
        lockRuns(transaction, columns.runIds),
        // Nothing is known of the sizes of what a batch holds: hashing is right for any.
        transaction.execute(
          sql`select set_config('enable_mergejoin', 'off', true), set_config('jit', 'off', true)`,
        ),
      ]);
      const added = await insertEvents(transaction, runs, columns);
      if (!added) return;
      const hasAttempts = (await projectAttempts(transaction, added)) || added.hasAttempts;
      const scope = { ...added, hasAttempts };
      await Promise.all([
        projectPoints(transaction, scope),
        projectRounds(transaction, scope),
        projectProgress(transaction, scope),
        projectRuns(transaction, scope),
      ]);
    });
  } catch (cause) {
    const { code = "", message } = driverError(cause);
    if (!REFUSED.test(code)) throw cause;
    throw new DbError("event_refused", `the database refuses an event: ${message}`, { cause });
  }
}

interface LockedRun extends Record<string, unknown> {
  run_id: string;
  run_key: number;
  is_deleted: boolean;
}

/**
 * Keeps runs for this transaction alone, so that positions of a run become visible in order. Adds those that nobody
 * announced: of a sender of somebody's own program.
 */
async function lockRuns(transaction: Transaction, runIds: readonly string[]): Promise<LockedRun[]> {
  const ids = sql`${sql.param(runIds)}::text[]`;
  const lock = () =>
    transaction.execute<LockedRun>(sql`
      with known as materialized (
        select run_id, run_key, deleted_at is not null as is_deleted from runs
        where run_id = any (${ids}) order by run_key for key share
      )
      select *, pg_advisory_xact_lock(${RUN_LOCK}, run_key) from known`);
  const known = await lock();
  if (known.length === runIds.length) return known;
  await transaction.execute(sql`
    insert into runs (run_id, experiment_name, mode, state, attempt, config)
    select run_id, 'unknown', 'federated', 'running', 1, '{}' from unnest(${ids}) as new (run_id)
    where not exists (select from runs where runs.run_id = new.run_id)
    on conflict do nothing`);
  return lock();
}

const COLUMNS = sql.raw('run_key, source, seq, "offset", stream_epoch, type, timestamp, payload');

interface Inserted extends Record<string, unknown> {
  type: string;
  first: string;
  last: string;
  has_attempts: boolean;
}

async function insertEvents(
  transaction: Transaction,
  runs: readonly LockedRun[],
  columns: EventColumns,
): Promise<NewEvents | undefined> {
  const keys = new Map(runs.filter((run) => !run.is_deleted).map((run) => [run.run_id, run.run_key]));
  const runKeys = [...keys.values()];
  // Looking for each event among those that are there costs a third of adding it. Events are not sorted: positions are
  // given in the order in which rows come from the arrays.
  const added = await transaction.execute<Inserted>(sql`
    with input as materialized (${columns.input(keys)}),
    seen as materialized (${areLater(keys, columns.sources)}),
    later as (
      insert into events (${COLUMNS}) ${SELECT_EVENTS} and (select are_later from seen)
      returning position, type
    ), others as (
      insert into events (${COLUMNS}) ${SELECT_EVENTS} and not (select are_later from seen)
      on conflict (run_key, source, seq) do nothing
      returning position, type
    )
    select type, min(position) as first, max(position) as last,
      exists (select from attempts where run_key = any (${arrayOf(runKeys)}) and attempt > 1) as has_attempts
    from (select * from later union all select * from others) inserted group by type`);
  if (added.length === 0) return undefined;
  return {
    runKeys,
    first: Math.min(...added.map(({ first }) => Number(first))),
    last: Math.max(...added.map(({ last }) => Number(last))),
    types: new Set(added.map(({ type }) => type)),
    hasAttempts: added.some(({ has_attempts }) => has_attempts),
  };
}

/** A query for whether events come after everything that is stored of their sources, so that none of them can be there. */
function areLater(keys: ReadonlyMap<string, number>, sources: readonly SourceRange[] | undefined): SQL {
  if (!sources) return sql`select false as are_later`;
  const list = sources.flatMap(({ runId, source, firstSeq }) => {
    const runKey = keys.get(runId);
    return runKey === undefined ? [] : [{ run_key: runKey, source, first_seq: firstSeq }];
  });
  return sql`
    select coalesce(bool_and(first_seq > coalesce((select max(seq) from events
      where events.run_key = given.run_key and events.source = given.source), 0)), false) as are_later
    from jsonb_to_recordset(${storableJson(list)}::text::jsonb) as given (run_key integer, source text, first_seq bigint)`;
}
