import { type SQL, sql } from "drizzle-orm";
import { counts, hasType, isNew, type NewEvents, type Transaction } from "./new-events.js";

/** Sums stay numbers that JavaScript knows exactly, whatever clients claim. */
const MOST_BYTES = Number.MAX_SAFE_INTEGER;
const MOST_CLIENTS = 2 ** 31 - 1;

const OF_ROUNDS = ["round_start", "round_end", "round_metrics"];

/** Adds what new events tell of rounds and of clients. */
export async function projectRounds(transaction: Transaction, scope: NewEvents): Promise<void> {
  const which = sql`${isNew(scope)} and ${counts(scope)}`;
  const hasRounds = OF_ROUNDS.some((type) => scope.types.has(type));
  const hasClients = scope.types.has("client_complete");
  await Promise.all([
    hasRounds && transaction.execute(roundsOf(which)),
    hasClients && transaction.execute(clientRoundsOf(which)),
  ]);
}

/** The statement that adds what events of the whole run say of its rounds. */
export function roundsOf(which: SQL): SQL {
  const last = (field: string, type: string) =>
    sql.raw(`(array_agg(${field} order by position desc) filter (where type = '${type}'))[1]`);
  return sql`
    insert into rounds (run_key, round, started_at, ended_at, duration_ms, num_clients, fit_metrics, eval_metrics,
      metrics)
    select run_key, round,
      min(timestamp) filter (where type = 'round_start'),
      max(timestamp) filter (where type = 'round_end'),
      max(duration_ms) filter (where type = 'round_end'),
      least(coalesce(max(participating_clients) filter (where type = 'round_start'), 0),
        ${sql.raw(`${MOST_CLIENTS}`)}),
      ${last("fit_metrics", "round_end")}, ${last("eval_metrics", "round_end")}, ${last("metrics", "round_metrics")}
    from events
    cross join lateral jsonb_to_record(payload) as told (round integer, client_id text, participating_clients bigint,
      duration_ms double precision, fit_metrics jsonb, eval_metrics jsonb, metrics jsonb)
    where ${which} and ${hasType(OF_ROUNDS)} and client_id is null
    group by run_key, round
    on conflict (run_key, round) do update set
      started_at = coalesce(excluded.started_at, rounds.started_at),
      ended_at = coalesce(excluded.ended_at, rounds.ended_at),
      duration_ms = coalesce(excluded.duration_ms, rounds.duration_ms),
      num_clients = greatest(excluded.num_clients, rounds.num_clients),
      fit_metrics = coalesce(excluded.fit_metrics, rounds.fit_metrics),
      eval_metrics = coalesce(excluded.eval_metrics, rounds.eval_metrics),
      metrics = coalesce(excluded.metrics, rounds.metrics)`;
}

const SUMS = sql.raw(`
  sum(weight) filter (where status = 'ok') as num_ok,
  sum(weight) filter (where status = 'rejected') as num_rejected,
  sum(weight) filter (where status = 'failed') as num_failed,
  sum(weight) filter (where status = 'timeout') as num_timeout,
  least(sum(weight * bytes_up), ${MOST_BYTES}) as bytes_up, least(sum(weight * bytes_down), ${MOST_BYTES}) as bytes_down`);

const COUNTED = ["num_ok", "num_rejected", "num_failed", "num_timeout", "bytes_up", "bytes_down"];

const TOLD = [
  "status",
  "num_samples",
  "duration_ms",
  "bytes_up",
  "bytes_down",
  "metrics",
  "error",
  "ended_at",
];

/** The statement that adds what clients did, to each of them, to their rounds, and to the clients as a whole. */
export function clientRoundsOf(which: SQL): SQL {
  return sql`
    with told as materialized (
      select distinct on (run_key, round, client_id) *
      from (
        select run_key, position, told.round, told.client_id, told.status, told.num_samples,
          least(coalesce(told.duration_ms, 0), 1e15) as duration_ms, told.bytes_up, told.bytes_down, told.metrics,
          told.error, timestamp as ended_at
        from events
        cross join lateral jsonb_to_record(payload) as told (round integer, client_id text, status text,
          num_samples bigint, duration_ms double precision, bytes_up bigint, bytes_down bigint, metrics jsonb, error text)
        where ${which} and type = 'client_complete'
      ) complete
      order by run_key, round, client_id, position desc
    ), before as materialized (
      select client_rounds.* from client_rounds join told using (run_key, round, client_id)
    ), change as materialized (
      select run_key, round, client_id, status, duration_ms, bytes_up, bytes_down, 1 as weight from told
      union all
      select run_key, round, client_id, status, duration_ms, bytes_up, bytes_down, -1 from before
    ), added as (
      insert into client_rounds (run_key, round, client_id, ${sql.raw(TOLD.join(", "))})
      select run_key, round, client_id, ${sql.raw(TOLD.join(", "))} from told
      where not exists (select from before
        where before.run_key = told.run_key and before.round = told.round and before.client_id = told.client_id)
    ), replaced as (
      update client_rounds set ${sql.raw(TOLD.map((column) => `${column} = told.${column}`).join(", "))}
      from before join told using (run_key, round, client_id)
      where client_rounds.run_key = before.run_key and client_rounds.round = before.round
        and client_rounds.client_id = before.client_id
    ), of_rounds as (
      insert into rounds (run_key, round, ${sql.raw(COUNTED.join(", "))})
      select run_key, round, ${coalesced()} from (
        select run_key, round, ${SUMS} from change group by run_key, round) summed
      on conflict (run_key, round) do update set ${added("rounds")}
    )
    insert into clients (run_key, client_id, ${sql.raw(COUNTED.join(", "))}, training_ms, metric_names,
      last_round, last_status, last_num_samples, last_metrics, last_error)
    select run_key, client_id, ${coalesced()}, training_ms, coalesce(names, '{}'),
      newest.round, newest.status, newest.num_samples, newest.metrics, newest.error
    from (
      select run_key, client_id, ${SUMS}, sum(weight * duration_ms) as training_ms
      from change group by run_key, client_id
    ) summed
    join (
      select distinct on (run_key, client_id) run_key, client_id, round, status, num_samples, metrics, error
      from told order by run_key, client_id, round desc
    ) newest using (run_key, client_id)
    left join ${namesIn("told")} using (run_key, client_id)
    on conflict (run_key, client_id) do update set ${added("clients")},
      training_ms = clients.training_ms + excluded.training_ms,
      metric_names = case when clients.metric_names @> excluded.metric_names then clients.metric_names
        else array(select distinct unnest(clients.metric_names || excluded.metric_names)) end,
      last_round = greatest(clients.last_round, excluded.last_round),
      ${newest("last_status")}, ${newest("last_num_samples")}, ${newest("last_metrics")}, ${newest("last_error")}`;
}

/** The statement that sums clients up again from what they did in rounds that still count. */
export function clientsAgain(runKey: number): SQL {
  return sql`
    insert into clients (run_key, client_id, ${sql.raw(COUNTED.join(", "))}, training_ms, metric_names,
      last_round, last_status, last_num_samples, last_metrics, last_error)
    select run_key, client_id, ${coalesced()}, training_ms, coalesce(names, '{}'), summed.last_round,
      newest.status, newest.num_samples, newest.metrics, newest.error
    from (
      select run_key, client_id, ${SUMS}, sum(duration_ms) as training_ms, max(round) as last_round
      from (select *, 1 as weight from client_rounds where run_key = ${runKey}) counted
      group by run_key, client_id
    ) summed
    join client_rounds newest using (run_key, client_id)
    left join ${namesIn(`client_rounds where run_key = ${runKey}`)} using (run_key, client_id)
    where newest.round = summed.last_round`;
}

/** The names of the metrics of each client. */
function namesIn(rows: string): SQL {
  return sql.raw(`(
      select run_key, client_id, array_agg(distinct name) as names
      from (select run_key, client_id, jsonb_object_keys(metrics) as name from ${rows}) named
      group by run_key, client_id
    ) named`);
}

function coalesced(): SQL {
  return sql.raw(COUNTED.map((column) => `coalesce(summed.${column}, 0)`).join(", "));
}

function added(table: string): SQL {
  const sum = (column: string) =>
    `least(${table}.${column} + excluded.${column}, ${column.startsWith("bytes") ? MOST_BYTES : MOST_CLIENTS})`;
  return sql.raw(COUNTED.map((column) => `${column} = ${sum(column)}`).join(", "));
}

function newest(column: string): SQL {
  const isNewer = "excluded.last_round >= clients.last_round";
  return sql.raw(`${column} = case when ${isNewer} then excluded.${column} else clients.${column} end`);
}
