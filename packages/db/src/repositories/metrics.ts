import type { MetricPoint } from "@fedloom/protocol";
import { type SQL, sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { storableText } from "../storable.js";
import { decodeCursor, encodeCursor, type MetricCursor, type MetricPlace } from "./metric-cursor.js";
import { allLines, clientLines, type LineRow, seriesLines, seriesOf } from "./metric-lines.js";
import { thinRuns } from "./thin-runs.js";
import { thinSeries } from "./thin-series.js";

/** A metric of a run, and how much there is of it. */
export interface SeriesRecord {
  readonly name: string;
  readonly phase: MetricPoint["phase"];
  readonly clientId?: string;
}

export interface MetricQuery {
  readonly names?: readonly string[] | undefined;
  readonly phase?: MetricPoint["phase"] | undefined;
  /** One client; `null` for those of the whole run; both when absent. */
  readonly clientId?: string | null | undefined;
}

/** A line thinned out for a chart: each part of it by its smallest, largest and last value. */
export interface ThinnedSeries extends SeriesRecord {
  /** How many values there are, and how many of them are NaN. */
  readonly numPoints: number;
  readonly numNan: number;
  /** In order of x; at most three for each part. NaN is not among them. */
  readonly points: { x: number; value: number }[];
}

export interface MetricRepository {
  listSeries(runId: string, query?: MetricQuery): Promise<SeriesRecord[]>;
  /**
   * Values line by line in order of x, page by page; `next` is undefined on the last one.
   * @throws RangeError for an `after` that is no cursor, see `isMetricCursor`.
   */
  list(
    runId: string,
    query: MetricQuery & { readonly after?: MetricCursor | undefined; readonly limit: number },
  ): Promise<{ points: MetricPoint[]; next: MetricCursor | undefined }>;
  /** Lines for a chart of `numParts` parts between two x; extremes are kept. */
  thin(
    runId: string,
    query: MetricQuery & {
      readonly numParts: number;
      readonly from?: number | undefined;
      readonly to?: number | undefined;
      /** Most lines; 100. */
      readonly maxSeries?: number | undefined;
    },
  ): Promise<ThinnedSeries[]>;
  /** Lines of whole runs, those of clients left out; runs that there are, in the order of `runIds`. */
  thinRuns(
    runIds: readonly string[],
    query: Pick<MetricQuery, "names" | "phase"> & {
      readonly numParts: number;
      /** Only runs of this project. */
      readonly project?: string | undefined;
    },
  ): Promise<{ runId: string; series: ThinnedSeries[] }[]>;
}

const MAX_SERIES = 100;

interface PointRow extends LineRow {
  readonly x: string;
  readonly position: string;
  readonly round: number | null;
  readonly epoch: number | null;
  readonly value: number;
  readonly timestamp: Date | string;
}

export function createMetricRepository(queries: PostgresJsDatabase): MetricRepository {
  return {
    async listSeries(runId, query = {}) {
      const rows = await queries.execute<LineRow>(sql`
        ${allLines(runId, query)} order by name, phase, client_id nulls first`);
      return rows.map(seriesOf);
    },

    async list(runId, { after, limit, ...query }) {
      const place = after === undefined ? FIRST : decodeCursor(after);
      if (!place) throw new RangeError(`after: expected a cursor of this list, received ${after}`);
      const rows: PointRow[] = [];
      if ("seriesId" in place) {
        rows.push(...(await queries.execute<PointRow>(seriesPage(seriesLines(runId, query), place, limit))));
      }
      const rest = limit - rows.length;
      if (rest > 0 && query.clientId !== null) {
        const from = "clientId" in place ? place : FIRST_CLIENT;
        rows.push(...(await queries.execute<PointRow>(clientPage(clientLines(runId, query), from, rest))));
      }
      const last = rows.length < limit ? undefined : rows.at(-1);
      return { points: rows.map(pointOf), next: last && encodeCursor(placeOf(last)) };
    },

    async thin(runId, { numParts, from, to, maxSeries = MAX_SERIES, ...query }) {
      const which = sql`${allLines(runId, query)} order by name, phase, client_id nulls first limit ${maxSeries}`;
      const lines = await thinSeries(queries, { which, numParts, from, to });
      return lines.map(({ series }) => series);
    },

    thinRuns: (runIds, query) => thinRuns(queries, runIds, query),
  };
}

type SeriesPlace = Extract<MetricPlace, { seriesId: string }>;
type ClientPlace = Extract<MetricPlace, { clientId: string }>;

const FIRST: SeriesPlace = { seriesId: "0", x: "0", position: "0" };
const FIRST_CLIENT: ClientPlace = { clientId: "", key: "", round: 0 };

/** Line by line, so that what comes after the last one of the page is not read. */
function seriesPage(lines: SQL, { seriesId, x, position }: SeriesPlace, limit: number): SQL {
  return sql`
    select line.*, point.*
    from (select * from (${lines}) line where series_id >= ${seriesId}::integer order by series_id) line
    cross join lateral (
      select x, position, round, epoch, value, timestamp from points
      where points.series_id = line.series_id
        and (line.series_id > ${seriesId}::integer or (x, position) > (${x}::bigint, ${position}::bigint))
      order by x, position limit ${limit}
    ) point
    order by line.series_id, point.x, point.position limit ${limit}`;
}

function clientPage(lines: SQL, { clientId, key, round }: ClientPlace, limit: number): SQL {
  const line = sql`(${storableText(clientId)}::text, ${storableText(key)}::text)`;
  return sql`
    select line.*, point.*
    from (select * from (${lines}) line where (client_id, key) >= ${line} order by client_id, key) line
    cross join lateral (
      select round as x, 0 as position, round, null as epoch, (metrics->>line.key)::double precision as value,
        ended_at as timestamp
      from client_rounds
      where client_rounds.run_key = line.run_key and client_rounds.client_id = line.client_id and metrics ? line.key
        and ((line.client_id, line.key) > ${line} or round > ${round})
      order by round limit ${limit}
    ) point
    order by line.client_id, line.key, point.x limit ${limit}`;
}

function placeOf({ series_id: seriesId, client_id: clientId, key, x, position }: PointRow): MetricPlace {
  if (seriesId !== null) return { seriesId: `${seriesId}`, x, position };
  return { clientId: clientId ?? "", key: key ?? "", round: Number(x) };
}

function pointOf({ x, round, epoch, value, timestamp, ...line }: PointRow): MetricPoint {
  return {
    ...seriesOf(line),
    x: Number(x),
    ...(round !== null && { round }),
    ...(epoch !== null && { epoch }),
    value,
    timestamp: new Date(timestamp).toISOString(),
  };
}
