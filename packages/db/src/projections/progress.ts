import { type SQL, sql } from "drizzle-orm";
import { counts, hasType, isNew, type NewEvents, type Transaction } from "./new-events.js";

/** Metrics by which the best round or epoch is chosen, the first that is there, and whether much is good. */
const BEST_BY = [
  ["auroc", 1],
  ["accuracy", 1],
  ["r2", 1],
  ["loss", -1],
] as const;

const OF_STEPS = ["epoch_start", "epoch_end", "round_start", "round_end", "round_metrics"];

/** Brings up to date how far runs are, and which of their steps was the best. */
export async function projectProgress(transaction: Transaction, scope: NewEvents): Promise<void> {
  if (!OF_STEPS.some((type) => scope.types.has(type))) return;
  const which = sql`${isNew(scope)} and ${counts(scope)}`;
  await Promise.all([transaction.execute(stepsOf(which)), transaction.execute(bestOf(which))]);
}

/** The statement that takes from events how far their runs are. */
export function stepsOf(which: SQL): SQL {
  return sql`
    update runs set step = greatest(runs.step, told.step), total_steps = coalesce(told.total_steps, runs.total_steps)
    from (
      select run_key, max(coalesce(round, epoch)) filter (where type in ('round_end', 'epoch_end')) as step,
        max(coalesce(total_rounds, total_epochs)) as total_steps
      from events
      cross join lateral jsonb_to_record(payload) as said (round integer, epoch integer, total_rounds integer,
        total_epochs integer, client_id text)
      where ${which} and ${hasType(OF_STEPS)} and client_id is null
      group by run_key
    ) told
    where runs.run_key = told.run_key`;
}

/** The statement that finds the best step that events tell of, and keeps it if it is better than the one that is known. */
export function bestOf(which: SQL): SQL {
  const candidates = BEST_BY.flatMap(([name, sign], rank) => [
    `(${rank}, '${name}', 'val_${name}', ${sign}, 'metrics')`,
    `(${rank + BEST_BY.length}, '${name}', 'pooled_val_${name}', ${sign}, 'eval_metrics')`,
  ]);
  return sql`
    with by_metric (rank, name, metric, sign, field) as (values ${sql.raw(candidates.join(", "))}),
    candidate as (
      select distinct on (run_key) run_key, rank, metric, sign, coalesce(round, epoch) as step,
        found->name as value, (found->>name)::double precision as score
      from events
      cross join lateral jsonb_to_record(payload) as said (round integer, epoch integer, phase text, client_id text,
        metrics jsonb, eval_metrics jsonb)
      join by_metric on true
      cross join lateral (
        select case field when 'metrics' then metrics else eval_metrics end as found) of_field
      where ${which} and ${hasType(["round_metrics", "round_end", "epoch_end"])}
        and said.client_id is null and coalesce(round, epoch) is not null and found ? name
        and (type <> 'epoch_end' or phase = 'val')
      order by run_key, rank,
        case when found->>name = 'NaN' then '-Infinity' else sign * (found->>name)::double precision end desc, position
    )
    update runs set best = jsonb_build_object(
      'step', candidate.step, 'metric', candidate.metric, 'value', candidate.value)
    from candidate left join by_metric held on true
    where runs.run_key = candidate.run_key
      and held.metric is not distinct from coalesce(runs.best->>'metric', held.metric)
      and (runs.best is null or candidate.rank < held.rank or (candidate.rank = held.rank
        and candidate.score <> 'NaN' and (runs.best->>'value' = 'NaN'
          or candidate.sign * candidate.score > candidate.sign * (runs.best->>'value')::double precision)))`;
}
