import { type SQL, sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { driverError } from "../connection.js";
import { DbError } from "../errors.js";
import { storableJson, storableText } from "../storable.js";
import type { EventRow } from "./event-row.js";
import { changesOfRuns, type RunChanges } from "./run-changes.js";

type Transaction = Parameters<Parameters<PostgresJsDatabase["transaction"]>[0]>[0];

/** The states in which nothing more is expected of a run; only the first to be reached counts. */
const ENDED = sql`('completed', 'stopped', 'failed')`;

/** SQLSTATE classes for values that a column cannot hold and for broken constraints. */
const REFUSED = /^2[23]/;

/**
 * Stores events with their metrics and what they say about their runs, all or nothing. An event that is there already,
 * by run, source and seq, is left out with everything that follows from it.
 * @throws DbError `event_refused` if trying again cannot help, because of what is in an event.
 */
export async function storeEvents(queries: PostgresJsDatabase, rows: readonly EventRow[]): Promise<void> {
  try {
    await queries.transaction(async (transaction) => {
      await addUnknownRuns(transaction, rows);
      const isNew = await insertEvents(transaction, rows);
      const newRows = rows.filter((row) => isNew.delete(keyOf(row)));
      await insertMetrics(transaction, newRows);
      for (const changes of changesOfRuns(newRows)) await updateRun(transaction, changes);
    });
  } catch (cause) {
    const { code = "", message } = driverError(cause);
    if (!REFUSED.test(code)) throw cause;
    throw new DbError("event_refused", `the database refuses an event: ${message}`, { cause });
  }
}

/** Runs that nobody announced: a sender of somebody's own program. */
async function addUnknownRuns(transaction: Transaction, rows: readonly EventRow[]): Promise<void> {
  const runIds = [...new Set(rows.map(({ runId }) => runId))];
  await transaction.execute(sql`
    insert into runs (run_id, experiment_name, mode, state, config)
    select run_id, 'unknown', 'federated', 'running', '{}' from ${unnest({ text: runIds })} as new (run_id)
    on conflict do nothing`);
}

async function insertEvents(transaction: Transaction, rows: readonly EventRow[]): Promise<Set<string>> {
  const columns = unnest(
    { text: rows.map((row) => row.runId) },
    { text: rows.map((row) => storableText(row.source)) },
    { bigint: rows.map((row) => row.seq) },
    { bigint: rows.map((row) => row.offset) },
    { text: rows.map((row) => storableText(row.streamEpoch)) },
    { text: rows.map((row) => row.type) },
    { timestamptz: rows.map((row) => row.timestamp) },
    { jsonb: rows.map((row) => storableJson(row.payload)) },
  );
  const inserted = await transaction.execute<{ run_id: string; source: string; seq: string }>(sql`
    insert into events (run_id, source, seq, "offset", stream_epoch, type, timestamp, payload)
    select * from ${columns}
    on conflict do nothing
    returning run_id, source, seq`);
  return new Set(inserted.map((row) => `${row.run_id} ${row.seq} ${row.source}`));
}

function keyOf({ runId, source, seq }: EventRow): string {
  return `${runId} ${seq} ${storableText(source)}`;
}

async function insertMetrics(transaction: Transaction, rows: readonly EventRow[]): Promise<void> {
  const points = rows.flatMap(({ runId, metrics }) => metrics.map((point) => ({ ...point, runId })));
  if (points.length === 0) return;
  const columns = unnest(
    { text: points.map((point) => point.runId) },
    { text: points.map((point) => storableText(point.name)) },
    { text: points.map((point) => point.phase) },
    { integer: points.map((point) => point.round ?? null) },
    { integer: points.map((point) => point.epoch ?? null) },
    { text: points.map((point) => (point.clientId === undefined ? null : storableText(point.clientId))) },
    { float8: points.map((point) => point.value) },
    { timestamptz: points.map((point) => point.timestamp) },
  );
  await transaction.execute(sql`
    insert into metrics (run_id, name, phase, round, epoch, client_id, value, timestamp)
    select * from ${columns}`);
}

async function updateRun(transaction: Transaction, changes: RunChanges): Promise<void> {
  const { runId, startedAt, experimentName, mode, error, end } = changes;
  await transaction.execute(sql`
    update runs set
      state = case when state in ('queued', 'lost') then 'running' else state end,
      started_at = coalesce(started_at, ${startedAt}::timestamptz),
      experiment_name = coalesce(${optionalText(experimentName)}, experiment_name),
      mode = coalesce(${optionalText(mode)}, mode),
      error = coalesce(error, ${optionalText(error)})
    where run_id = ${runId}`);
  if (!end) return;
  await transaction.execute(sql`
    update runs set
      state = ${end.state},
      summary = ${storableJson(end.summary)}::text::jsonb,
      ended_at = ${end.endedAt}::timestamptz
    where run_id = ${runId} and state not in ${ENDED}`);
}

function optionalText(value: string | undefined): SQL {
  return sql`${value === undefined ? null : storableText(value)}::text`;
}

/** `unnest` over one array per column: one parameter each, however many rows there are. */
function unnest(...columns: readonly Readonly<Record<string, readonly (string | number | null)[]>>[]): SQL {
  const arrays = columns.flatMap((column) =>
    Object.entries(column).map(([type, values]) => {
      // As text, which every type can be cast from; NaN and Infinity have no other form that travels.
      const texts = values.map((value) => (value === null ? null : String(value)));
      return sql`${sql.param(texts)}::text[]::${sql.raw(type)}[]`;
    }),
  );
  return sql`unnest(${sql.join(arrays, sql`, `)})`;
}
