import { type SQL, sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { BUCKET_STEPS } from "../projections/points.js";
import type { ThinnedSeries } from "./metrics.js";

export interface ThinQuery {
  /** A query for series_id, name, phase and client_id of the lines. */
  readonly which: SQL;
  readonly numParts: number;
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/** What can be read value by value within a tenth of a second. */
const MAX_STEPS_READ = 100_000;

interface Line extends Record<string, unknown> {
  series_id: number;
  name: string;
  phase: ThinnedSeries["phase"];
  client_id: string | null;
  first: string | null;
  last: string | null;
}

interface Part extends Record<string, unknown> {
  series_id: number;
  num_points: string;
  num_nan: string;
  lowest: number[] | null;
  highest: number[] | null;
  newest: number[] | null;
}

/** Lines for a chart: of each part its smallest, largest and last value, where these stand. */
export async function thinSeries(queries: PostgresJsDatabase, query: ThinQuery): Promise<ThinnedSeries[]> {
  const { which, numParts, from, to } = query;
  const lines = await queries.execute<Line>(sql`
    select line.*, (select x from points where points.series_id = line.series_id order by x limit 1) as first,
      (select x from points where points.series_id = line.series_id order by x desc limit 1) as last
    from (${which}) line`);
  const known = lines.filter(({ first }) => first !== null);
  const start = from ?? Math.min(...known.map(({ first }) => Number(first)));
  const end = to ?? Math.max(...known.map(({ last }) => Number(last)));
  const numSteps = end - start + 1;
  // What is longer is read by buckets, even if its parts become wider than was asked for.
  const isMuch = known.length * numSteps > MAX_STEPS_READ;
  const width = Math.max(Math.ceil(numSteps / numParts), isMuch ? BUCKET_STEPS + 1 : 1);
  const range: Range = { start, end, width };
  const summed = width > BUCKET_STEPS ? known.filter(({ client_id }) => client_id === null) : [];
  const read = known.filter((line) => !summed.includes(line));
  const parts =
    end < start
      ? []
      : [
          ...(summed.length > 0 ? await queries.execute<Part>(partsOfBuckets(idsOf(summed), range)) : []),
          ...(read.length > 0 ? await queries.execute<Part>(partsOfPoints(idsOf(read), range)) : []),
        ];
  return lines.map((line) =>
    thinnedOf(
      line,
      parts.filter(({ series_id }) => series_id === line.series_id),
    ),
  );
}

interface Range {
  readonly start: number;
  /** The last step, itself included. */
  readonly end: number;
  /** Steps of a part. */
  readonly width: number;
}

function idsOf(lines: readonly Line[]): SQL {
  return sql`${`{${lines.map(({ series_id }) => series_id).join(",")}}`}::integer[]`;
}

function partsOfPoints(ids: SQL, { start, end, width }: Range): SQL {
  return sql`
    select series_id, count(*) as num_points, count(*) filter (where value = 'NaN') as num_nan,
      min(array[value, x]) filter (where value <> 'NaN') as lowest,
      max(array[value, x]) filter (where value <> 'NaN') as highest,
      max(array[x, position, value]) filter (where value <> 'NaN') as newest
    from points
    where series_id = any (${ids}) and x between ${start}::bigint and ${end}::bigint
    group by series_id, (x - ${start}::bigint) / ${width}::bigint`;
}

/** Whole buckets as they are, and the points of those that the range cuts. */
function partsOfBuckets(ids: SQL, { start, end, width }: Range): SQL {
  const firstWhole = Math.ceil(start / BUCKET_STEPS);
  const afterWhole = Math.floor((end + 1) / BUCKET_STEPS);
  const step = sql.raw(`${BUCKET_STEPS}`);
  return sql`
    select series_id, sum(num_points) as num_points, sum(num_nan) as num_nan, min(lowest) as lowest,
      max(highest) as highest, max(newest) as newest
    from (
      select series_id, (bucket * ${step} - ${start}::bigint) / ${width}::bigint as part, num_points, num_nan,
        case when min is not null then array[min, min_x] end as lowest,
        case when max is not null then array[max, max_x] end as highest,
        case when last <> 'NaN' then array[last_x, 0, last] end as newest
      from buckets
      where series_id = any (${ids}) and bucket >= ${firstWhole}::bigint and bucket < ${afterWhole}::bigint
      union all
      select series_id, (x - ${start}::bigint) / ${width}::bigint, 1, (value = 'NaN')::integer,
        case when value <> 'NaN' then array[value, x] end, case when value <> 'NaN' then array[value, x] end,
        case when value <> 'NaN' then array[x, position, value] end
      from points
      where series_id = any (${ids}) and (
        x between ${start}::bigint and ${Math.min(firstWhole * BUCKET_STEPS - 1, end)}::bigint
        or x between ${Math.max(afterWhole * BUCKET_STEPS, start)}::bigint and ${end}::bigint)
    ) piece
    group by series_id, part`;
}

function thinnedOf({ name, phase, client_id: clientId }: Line, parts: readonly Part[]): ThinnedSeries {
  const points = parts.flatMap(({ lowest, highest, newest }) => [
    ...(lowest ? [{ x: lowest[1] as number, value: lowest[0] as number }] : []),
    ...(highest ? [{ x: highest[1] as number, value: highest[0] as number }] : []),
    ...(newest ? [{ x: newest[0] as number, value: newest[2] as number }] : []),
  ]);
  points.sort((a, b) => a.x - b.x);
  return {
    name,
    phase,
    ...(clientId !== null && { clientId }),
    numPoints: parts.reduce((sum, part) => sum + Number(part.num_points), 0),
    numNan: parts.reduce((sum, part) => sum + Number(part.num_nan), 0),
    points: points.filter(({ x, value }, i) => x !== points[i - 1]?.x || value !== points[i - 1]?.value),
  };
}
