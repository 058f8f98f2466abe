import { type SystemMetricName, systemMetricNames } from "@fedloom/protocol";
import { type SQL, sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import type { SystemHistoryLine, SystemHistoryQuery } from "./hosts.js";
import { SAMPLE_SECONDS } from "./system-samples.js";

const MINUTE = 60;
const HOUR = 3_600;
const RESOLUTIONS = [SAMPLE_SECONDS, MINUTE, HOUR] as const;
type Resolution = (typeof RESOLUTIONS)[number];

const MAX_HOSTS = 32;
/** Most rows that are read for an answer, and most points in it. */
const MAX_ROWS = 200_000;
const MAX_POINTS = 20_000;

/** See {@link HostRepository.history}. */
export async function readHistory(
  queries: PostgresJsDatabase,
  metric: SystemMetricName,
  { host, since, until, maxPoints }: SystemHistoryQuery,
): Promise<SystemHistoryLine[]> {
  const named = await queries.execute<{ host: string }>(
    host === undefined
      ? sql`select host from hosts order by last_seen_at desc, host limit ${MAX_HOSTS}`
      : sql`select host from hosts where host = ${host}`,
  );
  const hosts = named.map((row) => row.host);
  const spanMs = Date.parse(until) - Date.parse(since);
  if (hosts.length === 0 || !(spanMs > 0)) return [];
  const numPoints = Math.max(2, Math.min(maxPoints, Math.floor(MAX_POINTS / hosts.length)));
  // Parts begin at multiples of their width, so that they stay the same while the end of the span moves on; hence one more.
  const widthMs = Math.max(Math.ceil(spanMs / (numPoints - 1)), SAMPLE_SECONDS * 1_000);
  const resolution = resolutionFor(spanMs, { widthMs, numHosts: hosts.length });
  const points = await queries.execute<{ host: string; at: string; average: number; max: number }>(sql`
    with ${rowsOf(hosts, { since, until, resolution })}, ${valuesOf(metric)}
    select host, min(at) as at, avg(value) as average, max(highest) as max
    from measured where value is not null
    group by host, floor(extract(epoch from at) * 1000 / ${widthMs}::float8) order by 1, 2`);
  const lines = new Map(hosts.map((name) => [name, [] as SystemHistoryLine["points"][number][]]));
  for (const { host: name, at, average, max } of points) {
    const point = { at: new Date(at).toISOString(), average: Number(average), max: Number(max) };
    lines.get(name)?.push(point);
  }
  return [...lines].map(([name, line]) => ({ host: name, points: line }));
}

/** The coarsest level that still has a row for every point; a coarser one if that were too many rows. */
function resolutionFor(
  spanMs: number,
  { widthMs, numHosts }: { widthMs: number; numHosts: number },
): Resolution {
  const fine = RESOLUTIONS.filter((seconds) => seconds * 1_000 <= widthMs).at(-1) ?? SAMPLE_SECONDS;
  const few = RESOLUTIONS.find((seconds) => (numHosts * spanMs) / (seconds * 1_000) <= MAX_ROWS) ?? HOUR;
  return Math.max(fine, few) as Resolution;
}

/**
 * The rows of a span: of the wanted level, of finer ones behind its last row, of coarser ones before its first.
 */
function rowsOf(
  hosts: readonly string[],
  { since, until, resolution }: { since: string; until: string; resolution: Resolution },
): SQL {
  const edge = (order: "min" | "max", seconds: number) => sql`(
    select ${sql.raw(order)}(at) from system_samples
    where system_samples.host = named.host and resolution = ${seconds} and at < ${until}::timestamptz)`;
  const [begin, end] = [sql`${since}::timestamptz`, sql`${until}::timestamptz`];
  const first = resolution === MINUTE ? sql`first_minute` : sql`least(first_minute, first_sample)`;
  const spans: Record<Resolution, { from: SQL; to: SQL }> = {
    [SAMPLE_SECONDS]: {
      from: resolution > SAMPLE_SECONDS ? sql`greatest(${begin}, minutes_until)` : begin,
      to: end,
    },
    [MINUTE]: {
      from: resolution > MINUTE ? sql`greatest(${begin}, hours_until)` : begin,
      to: resolution < MINUTE ? sql`least(${end}, first_sample)` : end,
    },
    [HOUR]: { from: begin, to: resolution < HOUR ? sql`least(${end}, ${first})` : end },
  };
  // `offset 0`: host by host through the primary key, where the planner, who knows no edges, would read the whole table.
  const levels = RESOLUTIONS.map(
    (seconds) => sql`
      select level.* from edges cross join lateral (
        select * from system_samples where system_samples.host = edges.host and resolution = ${seconds}
          and at >= ${spans[seconds].from} and at < ${spans[seconds].to} offset 0
      ) as level`,
  );
  return sql`edges as (
      select host,
        coalesce(${edge("min", SAMPLE_SECONDS)}, 'infinity') as first_sample,
        coalesce(${edge("min", MINUTE)}, 'infinity') as first_minute,
        coalesce(${edge("max", MINUTE)} + interval '1 minute', '-infinity') as minutes_until,
        coalesce(${edge("max", HOUR)} + interval '1 hour', '-infinity') as hours_until
      from unnest(${sql.param(hosts)}::text[]) as named (host)
    ), kept as (${sql.join(levels, sql` union all `)})`;
}

/** Of each row the value of a metric, and the highest that it stands for. */
function valuesOf(metric: SystemMetricName): SQL {
  // Known names only, as they become part of the statement.
  if (!systemMetricNames.includes(metric)) throw new TypeError(`metric: ${String(metric)} is not known`);
  const counter = /^(network_[rt]x_bytes)_per_second$/.exec(metric)?.[1];
  if (counter !== undefined) return ratesOf(sql.identifier(counter));
  if (metric === "gpu_utilization_percent" || metric === "gpu_memory_used_bytes") return gpuValuesOf(metric);
  const column = sql.identifier(metric);
  const literal = sql.raw(`'${metric}'`);
  return sql`measured as (
    select host, at, ${column}::float8 as value, coalesce((highest->>${literal})::float8, ${column}) as highest from kept)`;
}

/** How fast a counter rises from each row to the next; 0 where it began anew. */
function ratesOf(column: SQL | ReturnType<typeof sql.identifier>): SQL {
  return sql`measured as (
    select host, at, rate as value, rate as highest from (
      select host, at, greatest(0, (${column} - lag(${column}) over before)::float8)
        / nullif(extract(epoch from at - lag(at) over before)::float8, 0) as rate
      from kept window before as (partition by host order by at)
    ) as steps)`;
}

/** Of a machine's GPUs: the average use of all, and the use of the busiest. */
function gpuValuesOf(metric: "gpu_utilization_percent" | "gpu_memory_used_bytes"): SQL {
  const field = sql.raw(`'${metric.slice("gpu_".length)}'`);
  const literal = sql.raw(`'${metric}'`);
  return sql`measured as (
    select host, at, used.average as value, coalesce((kept.highest->>${literal})::float8, used.highest) as highest
    from kept, lateral (
      select avg((each->>${field})::float8) as average, max((each->>${field})::float8) as highest
      from jsonb_array_elements(gpu) as each
    ) as used)`;
}
