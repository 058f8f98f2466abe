import { type SQL, sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { groupBy } from "../group-by.js";
import { BUCKET_STEPS } from "../projections/points.js";
import { storableJson } from "../storable.js";
import { type LineRow, seriesOf } from "./metric-lines.js";
import type { ThinnedSeries } from "./metrics.js";

export interface ThinQuery {
  /** A query for the lines, of one run or of several. */
  readonly which: SQL;
  readonly numParts: number;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** What can be read value by value within a tenth of a second; runs have equal shares of it. */
const MAX_STEPS_READ = 100_000;

interface Line extends LineRow {
  readonly run_key: number;
  readonly first: string | null;
  readonly last: string | null;
}

/** Where the lines of a run are read, and in parts of how many steps. */
interface Range {
  readonly start: number;
  /** The last step, itself included. */
  readonly finish: number;
  readonly width: number;
}

interface PlacedLine extends Line, Range {
  /** Number of the line in the list, from 1. */
  readonly line: number;
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

/** A line and its run; lines of one run are cut into parts at the same steps. */
export interface ThinnedLine {
  readonly runKey: number;
  readonly series: ThinnedSeries;
}

/** Lines for a chart: of each part its smallest, largest and last value, where these stand. */
export async function thinSeries(queries: PostgresJsDatabase, query: ThinQuery): Promise<ThinnedLine[]> {
  const { which } = query;
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
  const ranges = rangesOf(lines, query);
  const placed = lines.flatMap((line, i): PlacedLine[] => {
    const range = ranges.get(line.run_key);
    return range ? [{ ...line, ...range, line: i + 1 }] : [];
  });
  const isSummed = ({ width, client_id }: PlacedLine) => width > BUCKET_STEPS && client_id === null;
  const parts = await Promise.all([
    partsOf(partsOfBuckets, (line) => line.series_id !== null && isSummed(line)),
    partsOf(partsOfPoints, (line) => line.series_id !== null && !isSummed(line)),
    partsOf(partsOfRounds, (line) => line.key !== null),
  ]);
  const byLine = groupBy(parts.flat(), ({ line }) => Number(line));
  return lines.map((line, i) => ({
    runKey: line.run_key,
    series: thinnedOf(line, byLine.get(i + 1) ?? []),
  }));

  async function partsOf(of: (lines: SQL) => SQL, has: (line: PlacedLine) => boolean): Promise<Part[]> {
    const chosen = placed.filter(has).map((line) => ({ ...line, ...wholeBuckets(line) }));
    if (chosen.length === 0) return [];
    const list = sql`jsonb_to_recordset(${storableJson(chosen)}::text::jsonb) as line (
      line integer, run_key integer, series_id integer, client_id text, key text,
      start bigint, finish bigint, width bigint, first_whole bigint, after_whole bigint)`;
    return queries.execute<Part>(of(list));
  }
}

/** Of each run that has steps to be read. */
function rangesOf(lines: readonly Line[], { numParts, from, to }: ThinQuery): Map<number, Range> {
  const byRun = groupBy(
    lines.filter(({ first }) => first !== null),
    ({ run_key }) => run_key,
  );
  const ranges = new Map<number, Range>();
  for (const [runKey, known] of byRun) {
    const start = from ?? Math.min(...known.map(({ first }) => Number(first)));
    const finish = to ?? Math.max(...known.map(({ last }) => Number(last)));
    const numSteps = finish - start + 1;
    // What is longer is read by buckets, even if its parts become wider than was asked for.
    const isMuch = known.length * numSteps > MAX_STEPS_READ / byRun.size;
    const width = Math.max(Math.ceil(numSteps / numParts), isMuch ? BUCKET_STEPS + 1 : 1);
    if (numSteps > 0) ranges.set(runKey, { start, finish, width });
  }
  return ranges;
}

function wholeBuckets({ start, finish }: Range) {
  return {
    first_whole: Math.ceil(start / BUCKET_STEPS),
    after_whole: Math.floor((finish + 1) / BUCKET_STEPS),
  };
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

function partsOfPoints(lines: SQL): SQL {
  return sql`
    select line.line, ${SUMS}
    from ${lines} cross join lateral ${ofSeries("points", sql`x between line.start and line.finish`)} point
    group by line.line, (x - line.start) / line.width`;
}

function partsOfRounds(lines: SQL): SQL {
  return sql`
    select line, ${SUMS}
    from (
      select line, start, width, round as x, 0 as position, (metrics->>key)::double precision as value
      from ${lines} cross join lateral (
        select round, metrics from client_rounds
        where client_rounds.run_key = line.run_key and client_rounds.client_id = line.client_id
          and round between line.start and line.finish and metrics ? line.key offset 0
      ) done
    ) told
    group by line, (x - start) / width`;
}

/** Whole buckets as they are, and the points of those that the range cuts. */
function partsOfBuckets(lines: SQL): SQL {
  const step = sql.raw(`${BUCKET_STEPS}`);
  const edge = (from: SQL, to: SQL) => sql`
      union all
      select line, (x - start) / width, 1, (value = 'NaN')::integer,
        case when value <> 'NaN' then array[value, x] end, case when value <> 'NaN' then array[value, x] end,
        case when value <> 'NaN' then array[x, position, value] end
      from ${lines} cross join lateral ${ofSeries("points", sql`x between ${from} and ${to}`)} point`;
  return sql`
    select line, sum(num_points) as num_points, sum(num_nan) as num_nan, min(lowest) as lowest,
      max(highest) as highest, max(newest) as newest
    from (
      select line, (bucket * ${step} - start) / width as part, num_points, num_nan,
        case when min is not null then array[min, min_x] end as lowest,
        case when max is not null then array[max, max_x] end as highest,
        case when last <> 'NaN' then array[last_x, 0, last] end as newest
      from ${lines} cross join lateral
        ${ofSeries("buckets", sql`bucket >= line.first_whole and bucket < line.after_whole`)} whole
      ${edge(sql`line.start`, sql`least(line.first_whole * ${step} - 1, line.finish)`)}
      ${edge(sql`greatest(line.after_whole * ${step}, line.start)`, sql`line.finish`)}
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
