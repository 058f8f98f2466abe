import { sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { SAMPLE_SECONDS } from "./system-samples.js";

interface Level {
  /** Seconds that a row stands for. */
  readonly resolution: number;
  readonly keptSeconds: number;
}

interface RollUp {
  readonly host: string;
  readonly fine: Level;
  readonly coarse: Level;
}

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 24 * HOUR;
const SAMPLES: Level = { resolution: SAMPLE_SECONDS, keptSeconds: DAY };
const MINUTES: Level = { resolution: MINUTE, keptSeconds: 30 * DAY };
const HOURS: Level = { resolution: HOUR, keptSeconds: 2 * 365 * DAY };
/** Rows of the next level that one step makes, and rows that one step removes. */
const ROLLED_UP_PER_STEP = 360;
const REMOVED_PER_STEP = 5_000;

/** See {@link HostRepository.thin}. Two servers may do so at once: what one has made, the other leaves. */
export async function thinSamples(
  queries: PostgresJsDatabase,
  now: Date,
  signal?: AbortSignal,
): Promise<void> {
  const rows = await queries.execute<{ host: string }>(sql`select host from hosts`);
  for (const { host } of rows) {
    for (const [fine, coarse] of [[SAMPLES, MINUTES] as const, [MINUTES, HOURS] as const]) {
      const step = () => rollUp(queries, { host, fine, coarse }, now);
      if (!(await repeat(step, signal))) return;
      if (!(await repeat(() => removeRolledUp(queries, { host, fine, coarse }, now), signal))) return;
    }
  }
  if (!(await repeat(() => removeOldHours(queries, now), signal))) return;
  await removeForgottenHosts(queries, now);
}

/** Does steps until one says that it was the last; false if it was told to end. */
async function repeat(step: () => Promise<boolean>, signal: AbortSignal | undefined): Promise<boolean> {
  while (!signal?.aborted) if (!(await step())) return true;
  return false;
}

/** Makes the next rows of the coarse level; false when there is nothing more to be made of. */
async function rollUp(
  queries: PostgresJsDatabase,
  { host, fine, coarse }: RollUp,
  now: Date,
): Promise<boolean> {
  const seconds = coarse.resolution;
  const [bounds] = await queries.execute<{ first: string | null; newest: string | null }>(sql`
    select extract(epoch from min(at)) as first, extract(epoch from max(at)) as newest
    from system_samples where host = ${host} and resolution = ${fine.resolution}
      and at >= ${rolledUpTo({ host, coarse }, now)}`);
  if (!bounds?.first || !bounds.newest) return false;
  const first = floorTo(Number(bounds.first), seconds);
  // The newest may be one of several that are to come; those of a host that is gone are complete once they are old.
  const complete = Math.max(floorTo(Number(bounds.newest), seconds), cutOff(fine, coarse, now));
  const until = Math.min(first + ROLLED_UP_PER_STEP * seconds, complete);
  if (until <= first) return false;
  await queries.execute(sql`
    with source as (
      select *, to_timestamp(floor(extract(epoch from at) / ${seconds}::int) * ${seconds}::int) as part
      from system_samples
      where host = ${host} and resolution = ${fine.resolution}
        and at >= to_timestamp(${first}::float8) and at < to_timestamp(${until}::float8)
    ), gpus as (${gpusOfParts})
    insert into system_samples (host, resolution, at, cpu_percent, memory_percent, memory_used_bytes, disk_percent,
      disk_used_bytes, network_rx_bytes, network_tx_bytes, load_average, gpu, highest)
    select host, ${seconds}, part, avg(cpu_percent), avg(memory_percent), avg(memory_used_bytes), avg(disk_percent),
      avg(disk_used_bytes), min(network_rx_bytes), min(network_tx_bytes), avg(load_average),
      (select gpu from gpus where gpus.part = source.part), ${highestOfPart}
    from source group by host, part
    on conflict do nothing`);
  return true;
}

/** When the coarse rows of a host end; nothing before is looked at again. Rows of a clock that ran ahead do not count. */
function rolledUpTo({ host, coarse }: Omit<RollUp, "fine">, now: Date) {
  return sql`coalesce((select max(at) + make_interval(secs => ${coarse.resolution}::int) from system_samples
    where host = ${host} and resolution = ${coarse.resolution} and at <= ${now.toISOString()}::timestamptz),
    '-infinity')`;
}

/** GPUs by their place in the list. */
const gpusOfParts = sql`
  select part, jsonb_agg(gpu order by place) as gpu from (
    select part, place, jsonb_build_object('name', max(each->>'name'),
      'utilization_percent', avg((each->>'utilization_percent')::float8),
      'memory_used_bytes', round(avg((each->>'memory_used_bytes')::float8)),
      'memory_total_bytes', max((each->>'memory_total_bytes')::float8)) as gpu
    from source, jsonb_array_elements(source.gpu) with ordinality as gpus (each, place)
    group by part, place
  ) as by_place group by part`;

const highestOfPart = sql`jsonb_strip_nulls(jsonb_build_object(${sql.join(
  [
    "cpu_percent",
    "memory_percent",
    "memory_used_bytes",
    "disk_percent",
    "disk_used_bytes",
    "load_average",
  ].map(
    (column) =>
      sql`${sql.raw(`'${column}'`)}, max(coalesce((highest->>${sql.raw(`'${column}'`)})::float8, ${sql.identifier(column)}))`,
  ),
  sql`, `,
)},
  'gpu_utilization_percent', max(${highestOfGpus("utilization_percent")}),
  'gpu_memory_used_bytes', max(${highestOfGpus("memory_used_bytes")})))`;

function highestOfGpus(field: string) {
  const literal = sql.raw(`'${field}'`);
  const highest = sql.raw(`'gpu_${field}'`);
  return sql`coalesce((highest->>${highest})::float8,
    (select max((each->>${literal})::float8) from jsonb_array_elements(gpu) as each))`;
}

/** Removes rows that are old and of which coarser ones were made; false when none is left. */
async function removeRolledUp(
  queries: PostgresJsDatabase,
  { host, fine, coarse }: RollUp,
  now: Date,
): Promise<boolean> {
  const before = cutOff(fine, coarse, now);
  return remove(
    queries,
    sql`host = ${host} and resolution = ${fine.resolution} and at < to_timestamp(${before}::float8)
      and at < ${rolledUpTo({ host, coarse }, now)}`,
  );
}

function removeOldHours(queries: PostgresJsDatabase, now: Date): Promise<boolean> {
  const before = now.getTime() / 1_000 - HOURS.keptSeconds;
  return remove(queries, sql`resolution = ${HOUR} and at < to_timestamp(${before}::float8)`);
}

async function remove(queries: PostgresJsDatabase, which: ReturnType<typeof sql>): Promise<boolean> {
  const removed = await queries.execute(sql`
    delete from system_samples where ctid = any (array(
      select ctid from system_samples where ${which} limit ${REMOVED_PER_STEP}))`);
  return removed.count === REMOVED_PER_STEP;
}

async function removeForgottenHosts(queries: PostgresJsDatabase, now: Date): Promise<void> {
  const before = now.getTime() / 1_000 - HOURS.keptSeconds;
  await queries.execute(sql`
    delete from hosts where last_seen_at < to_timestamp(${before}::float8)
      and not exists (select from system_samples where system_samples.host = hosts.host)`);
}

/** Whole rows of the coarse level only, or one of them would be made of a part. In seconds since 1970. */
function cutOff(fine: Level, coarse: Level, now: Date): number {
  return floorTo(now.getTime() / 1_000 - fine.keptSeconds, coarse.resolution);
}

function floorTo(seconds: number, step: number): number {
  return Math.floor(seconds / step) * step;
}
