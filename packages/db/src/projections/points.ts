import { type SQL, sql } from "drizzle-orm";
import { counts, hasType, isNew, type NewEvents, type Transaction } from "./new-events.js";

/** Steps that one row of `buckets` sums up. */
export const BUCKET_STEPS = 128;

/** Those that are charted by `points`. What a client tells at the end of a round is in `client_rounds` already. */
const WITH_METRICS = ["epoch_end", "round_end", "round_metrics", "metrics"];

/** Adds the metric values that new events carry, and what they make of their buckets. */
export async function projectPoints(transaction: Transaction, scope: NewEvents): Promise<void> {
  if (!WITH_METRICS.some((type) => scope.types.has(type))) return;
  await transaction.execute(pointsOf(sql`${isNew(scope)} and ${counts(scope)}`));
}

/** The statement that adds the points of events, which are not there yet. */
export function pointsOf(which: SQL): SQL {
  return sql`
    with carried as materialized (
      select events.run_key, events.position, events.timestamp,
        told.round, told.epoch, told.step, told.client_id, entry.value,
        case when starts_with(entry.key, 'test_') then substr(entry.key, 6) else entry.key end as name,
        case when starts_with(entry.key, 'test_') then 'test' else entry.phase end as phase
      from events
      cross join lateral (select
        (payload->>'round')::integer as round, (payload->>'epoch')::integer as epoch,
        (payload->>'step')::bigint as step, payload->>'client_id' as client_id, payload->>'phase' as phase,
        payload->case type when 'round_end' then 'fit_metrics' else 'metrics' end as metrics,
        case type when 'round_end' then payload->'eval_metrics' end as eval_metrics offset 0) told
      cross join lateral (
        select key, value::double precision, case type
          when 'round_metrics' then 'val' when 'round_end' then 'train'
          else coalesce(told.phase, 'train') end as phase
        from jsonb_each_text(metrics)
        union all
        select key, value::double precision, 'val'
        from jsonb_each_text(eval_metrics)
        where not (starts_with(key, 'test_') and metrics ? key)
      ) entry
      where ${which} and ${hasType(WITH_METRICS)}
    ), known as materialized (
      select series_id, run_key, name, phase, client_id from series
      where run_key in (select distinct run_key from carried)
    ), added as (
      insert into series (run_key, name, phase, client_id)
      select distinct run_key, name, phase, client_id from carried
      where not exists (
        select from known
        where known.run_key = carried.run_key and known.name = carried.name and known.phase = carried.phase
          and coalesce(known.client_id, '') = coalesce(carried.client_id, ''))
      returning series_id, run_key, name, phase, client_id
    ), placed as materialized (
      select all_series.series_id, coalesce(step, round, epoch, 0) as x, position, round, epoch, value, timestamp,
        carried.client_id
      from carried join (select * from known union all select * from added) all_series
        on all_series.run_key = carried.run_key and all_series.name = carried.name
        and all_series.phase = carried.phase
        and coalesce(all_series.client_id, '') = coalesce(carried.client_id, '')
    ), inserted as (
      insert into points (series_id, x, position, round, epoch, value, timestamp)
      select series_id, x, position, round, epoch, value, timestamp from placed order by series_id, x
    )
    ${addToBuckets(sql`placed where client_id is null`)}`;
}

/** The statement that adds points to their buckets. */
export function addToBuckets(points: SQL): SQL {
  // An array is compared element by element: its smallest is the smallest value with the step where that stands.
  return sql`
    insert into buckets
      (series_id, bucket, num_points, num_nan, min, min_x, max, max_x, last, last_x)
    select series_id, bucket, num_points, num_nan, lowest[1], lowest[2]::bigint, highest[1], highest[2]::bigint,
      coalesce(newest[3], 'NaN'), coalesce(newest[1]::bigint, last_x)
    from (
      select series_id, x / ${sql.raw(`${BUCKET_STEPS}`)} as bucket, count(*) as num_points,
        count(*) filter (where value = 'NaN') as num_nan,
        min(array[value, x]) filter (where value <> 'NaN') as lowest,
        max(array[value, x]) filter (where value <> 'NaN') as highest,
        max(array[x, position, value]) filter (where value <> 'NaN') as newest,
        max(x) as last_x
      from ${points}
      group by series_id, x / ${sql.raw(`${BUCKET_STEPS}`)}
    ) part
    on conflict (series_id, bucket) do update set
      num_points = buckets.num_points + excluded.num_points,
      num_nan = buckets.num_nan + excluded.num_nan,
      min = least(buckets.min, excluded.min),
      min_x = case when excluded.min < buckets.min or buckets.min is null then excluded.min_x else buckets.min_x end,
      max = greatest(buckets.max, excluded.max),
      max_x = case when excluded.max > buckets.max or buckets.max is null then excluded.max_x else buckets.max_x end,
      last = case when ${isNewer()} then excluded.last else buckets.last end,
      last_x = case when ${isNewer()} then excluded.last_x else buckets.last_x end`;
}

function isNewer(): SQL {
  return sql`(excluded.last <> 'NaN' and (excluded.last_x >= buckets.last_x or buckets.last = 'NaN'))`;
}
