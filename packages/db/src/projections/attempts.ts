import { sql } from "drizzle-orm";
import { counts, hasType, isNew, type NewEvents, type Transaction } from "./new-events.js";
import { addToBuckets, BUCKET_STEPS } from "./points.js";
import { bestOf } from "./progress.js";
import { clientsAgain } from "./rounds.js";

interface Start extends Record<string, unknown> {
  run_key: number;
  source: string;
  attempt: number;
  resumed_from: number;
  timestamp: string;
  last_attempt: number;
}

/**
 * Notes the starts among new events. Where a run goes on from a step, what was said of later steps counts no longer.
 * To be called before anything else of these events is projected. Returns whether there were any.
 */
export async function projectAttempts(transaction: Transaction, scope: NewEvents): Promise<boolean> {
  if (!scope.types.has("training_start")) return false;
  const starts = await transaction.execute<Start>(sql`
    select run_key, source, timestamp::text, coalesce((payload->>'attempt')::integer, 1) as attempt,
      least(coalesce((payload->>'resumed_from')::bigint, 0), 2147483647)::integer as resumed_from,
      coalesce((select max(attempt) from attempts where attempts.run_key = events.run_key), 0) as last_attempt
    from events where ${isNew(scope)} and ${hasType(["training_start"])}
    order by position`);
  const lastAttempts = new Map<number, number>();
  for (const start of starts) {
    const { run_key: runKey, source, attempt, resumed_from: step } = start;
    await transaction.execute(sql`
      insert into attempts (run_key, source, attempt, resumed_from, started_at)
      select ${runKey}, ${source}, ${attempt}, ${step}, ${start.timestamp}::timestamptz
      where not exists (select from attempts
        where run_key = ${runKey} and source = ${source} and attempt = ${attempt})`);
    const before = lastAttempts.get(runKey) ?? start.last_attempt;
    lastAttempts.set(runKey, Math.max(before, attempt));
    // A start that arrives late cuts nothing: a later attempt went on without it.
    if (attempt > 1 && attempt > before) await cutAfter(transaction, runKey, step);
  }
  return starts.length > 0;
}

/** Removes what is known of steps after `step`; the events stay. */
async function cutAfter(transaction: Transaction, runKey: number, step: number): Promise<void> {
  const touched = await transaction.execute<{ series_id: number; bucket: string }>(sql`
    with gone as (
      delete from points using series
      where series.run_key = ${runKey} and points.series_id = series.series_id
        and coalesce(points.round, points.epoch) > ${step}
      returning points.series_id, x, series.client_id
    )
    select distinct series_id, x / ${sql.raw(`${BUCKET_STEPS}`)} as bucket from gone where client_id is null`);
  if (touched.length > 0) {
    const list = JSON.stringify(touched);
    const keys = sql`jsonb_to_recordset(${list}::text::jsonb) as touched (series_id integer, bucket bigint)`;
    await transaction.execute(sql`
      delete from buckets using ${keys}
      where buckets.series_id = touched.series_id and buckets.bucket = touched.bucket`);
    const width = sql.raw(`${BUCKET_STEPS}`);
    await transaction.execute(
      addToBuckets(sql`points join ${keys} using (series_id)
        where x >= touched.bucket * ${width} and x < (touched.bucket + 1) * ${width}`),
    );
  }
  await transaction.execute(sql`delete from rounds where run_key = ${runKey} and round > ${step}`);
  await transaction.execute(sql`delete from client_rounds where run_key = ${runKey} and round > ${step}`);
  await transaction.execute(sql`delete from clients where run_key = ${runKey}`);
  await transaction.execute(clientsAgain(runKey));
  await transaction.execute(sql`
    update runs set step = ${step}, best = null where run_key = ${runKey}`);
  await transaction.execute(bestOf(sql`run_key = ${runKey} and ${counts({ hasAttempts: true })}`));
}
