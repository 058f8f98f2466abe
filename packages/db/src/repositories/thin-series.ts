import { type SQL, sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { BUCKET_STEPS } from "../projections/points.js";
import { storableJson } from "../storable.js";
import { type LineRow, seriesOf } from "./metric-lines.js";
import type { ThinnedSeries } from "./metrics.js";

export interface ThinQuery {
  /** A query for the lines. */
  readonly which: SQL;
  readonly numParts: number;
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/** What can be read value by value within a tenth of a second. */
const MAX_STEPS_READ = 100_000;

interface Line extends LineRow {
  readonly first: string | null;
  readonly last: string | null;
}

interface Part extends Record<string, unknown> {
  /** Number of the line in the list, from 1. */
  readonly line: string;
  readonly num_points: string;
  readonly num_nan: string;
  readonly lowest: number[] | null;
  readonly highest: number[] | null;
  readonly newest: number[] | null;
}

/** Lines for a chart: of each part its smallest, largest and last value, where these stand. */
export async function thinSeries(queries: PostgresJsDatabase, query: ThinQuery): Promise<ThinnedSeries[]> {
  const { which, numParts, from, to } = query;
  const lines = await queries.execute<Line>(sql`
    select line.*, least(in_points.first, in_rounds.first) as first, greatest(in_points.last, in_rounds.last) as last
    from (${which}) line
    cross join lateral (
      select (select x from points where points.series_id = line.series_id order by x limit 1) as first,
        (select x from points where points.series_id = line.series_id order by x desc limit 1) as last
    ) in_points
    cross join lateral (
      select min(round) as first, max(round) as last from client_rounds
      where line.key is not null and client_rounds.run_key = line.run_key and client_rounds.client_id = line.client_id
    ) in_rounds`);
  const known = lines.filter(({ first }) => first !== null);
  const start = from ?? Math.min(...known.map(({ first }) => Number(first)));
  const end = to ?? Math.max(...known.map(({ last }) => Number(last)));
  const numSteps = end - start + 1;
  // What is longer is read by buckets, even if its parts become wider than was asked for.
  const isMuch = known.length * numSteps > MAX_STEPS_READ;
  const width = Math.max(Math.ceil(numSteps / numParts), isMuch ? BUCKET_STEPS + 1 : 1);
  if (end < start) return lines.map((line) => thinnedOf(line, []));
  const range: Range = { start, end, width };
  const isSummed = (line: Line) => width > BUCKET_STEPS && line.client_id === null;
  const parts = await Promise.all([
    partsOf(lines, { range, of: partsOfBuckets, has: (line) => line.series_id !== null && isSummed(line) }),
    partsOf(lines, { range, of: partsOfPoints, has: (line) => line.series_id !== null && !isSummed(line) }),
    partsOf(lines, { range, of: partsOfRounds, has: (line) => line.key !== null }),
  ]);
  return lines.map((line, i) =>
    thinnedOf(
      line,
      parts.flat().filter((part) => Number(part.line) === i + 1),
    ),
  );

  async function partsOf(
    all: readonly Line[],
    { range, of, has }: { range: Range; of: typeof partsOfPoints; has: (line: Line) => boolean },
  ): Promise<Part[]> {
    const numbered = all.flatMap((line, i) => (has(line) ? [{ ...line, line: i + 1 }] : []));
    if (numbered.length === 0) return [];
    const list = sql`jsonb_to_recordset(${storableJson(numbered)}::text::jsonb) as line (
      line integer, run_key integer, series_id integer, client_id text, key text)`;
    return queries.execute<Part>(of(list, range));
  }
}

interface Range {
  readonly start: number;
  /** The last step, itself included. */
  readonly end: number;
  /** Steps of a part. */
  readonly width: number;
}

const SUMS = sql.raw(`count(*) as num_points, count(*) filter (where value = 'NaN') as num_nan,
      min(array[value, x]) filter (where value <> 'NaN') as lowest,
      max(array[value, x]) filter (where value <> 'NaN') as highest,
      max(array[x, position, value]) filter (where value <> 'NaN') as newest`);

/** What there is of each line, by the index: a plan that reads whole tables is never right here. */
function ofSeries(table: "points" | "buckets", condition: SQL): SQL {
  return sql`(
      select * from ${sql.identifier(table)} stored
      where stored.series_id = line.series_id and ${condition} offset 0)`;
}

function partsOfPoints(lines: SQL, { start, end, width }: Range): SQL {
  return sql`
    select line.line, ${SUMS}
    from ${lines} cross join lateral ${ofSeries("points", sql`x between ${start}::bigint and ${end}::bigint`)} point
    group by line.line, (x - ${start}::bigint) / ${width}::bigint`;
}

function partsOfRounds(lines: SQL, { start, end, width }: Range): SQL {
  return sql`
    select line, ${SUMS}
    from (
      select line, round as x, 0 as position, (metrics->>key)::double precision as value
      from ${lines} cross join lateral (
        select round, metrics from client_rounds
        where client_rounds.run_key = line.run_key and client_rounds.client_id = line.client_id
          and round between ${start}::bigint and ${end}::bigint and metrics ? line.key offset 0
      ) done
    ) told
    group by line, (x - ${start}::bigint) / ${width}::bigint`;
}

/** Whole buckets as they are, and the points of those that the range cuts. */
function partsOfBuckets(lines: SQL, { start, end, width }: Range): SQL {
  const firstWhole = Math.ceil(start / BUCKET_STEPS);
  const afterWhole = Math.floor((end + 1) / BUCKET_STEPS);
  const step = sql.raw(`${BUCKET_STEPS}`);
  const edge = (from: number, to: number) => sql`
      union all
      select line, (x - ${start}::bigint) / ${width}::bigint, 1, (value = 'NaN')::integer,
        case when value <> 'NaN' then array[value, x] end, case when value <> 'NaN' then array[value, x] end,
        case when value <> 'NaN' then array[x, position, value] end
      from ${lines} cross join lateral ${ofSeries("points", sql`x between ${from}::bigint and ${to}::bigint`)} point`;
  return sql`
    select line, sum(num_points) as num_points, sum(num_nan) as num_nan, min(lowest) as lowest,
      max(highest) as highest, max(newest) as newest
    from (
      select line, (bucket * ${step} - ${start}::bigint) / ${width}::bigint as part, num_points, num_nan,
        case when min is not null then array[min, min_x] end as lowest,
        case when max is not null then array[max, max_x] end as highest,
        case when last <> 'NaN' then array[last_x, 0, last] end as newest
      from ${lines} cross join lateral
        ${ofSeries("buckets", sql`bucket >= ${firstWhole}::bigint and bucket < ${afterWhole}::bigint`)} whole
      ${edge(start, Math.min(firstWhole * BUCKET_STEPS - 1, end))}
      ${edge(Math.max(afterWhole * BUCKET_STEPS, start), end)}
    ) piece
    group by line, part`;
}

function thinnedOf(line: Line, parts: readonly Part[]): ThinnedSeries {
  const points = parts.flatMap(({ lowest, highest, newest }) => [
    ...(lowest ? [{ x: lowest[1] as number, value: lowest[0] as number }] : []),
    ...(highest ? [{ x: highest[1] as number, value: highest[0] as number }] : []),
    ...(newest ? [{ x: newest[0] as number, value: newest[2] as number }] : []),
  ]);
  points.sort((a, b) => a.x - b.x);
  return {
    ...seriesOf(line),
    numPoints: parts.reduce((sum, part) => sum + Number(part.num_points), 0),
    numNan: parts.reduce((sum, part) => sum + Number(part.num_nan), 0),
    points: points.filter(({ x, value }, i) => x !== points[i - 1]?.x || value !== points[i - 1]?.value),
  };
}
