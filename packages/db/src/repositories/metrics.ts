import type { MetricPoint } from "@fedloom/protocol";
import { type SQL, sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { storableText } from "../storable.js";
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

/** Where a page of points begins: as the one before said. */
export type MetricCursor = string;

/** Series, step and position of the last point of a page. */
const CURSOR = /^(\d{1,10})\.(\d{1,16})\.(-?\d{1,18})$/;

/** Whether a text can be a {@link MetricCursor}. */
export function isMetricCursor(text: string): boolean {
  return CURSOR.test(text);
}

/** A line thinned out for a chart: each part of it by its smallest, largest and last value. */
export interface ThinnedSeries extends SeriesRecord {
  /** How many values there are, and how many of them are NaN. */
  readonly numPoints: number;
  readonly numNan: number;
  /** In order of x; at most three for each part. NaN is not among them. */
  readonly points: readonly { readonly x: number; readonly value: number }[];
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
}

const MAX_SERIES = 100;

interface PointRow extends Record<string, unknown> {
  series_id: number;
  name: string;
  phase: MetricPoint["phase"];
  client_id: string | null;
  x: string;
  position: string;
  round: number | null;
  epoch: number | null;
  value: number;
  timestamp: Date | string;
}

export function createMetricRepository(queries: PostgresJsDatabase): MetricRepository {
  return {
    async listSeries(runId, query = {}) {
      const rows = await queries.execute<SeriesRow>(sql`
        select name, phase, client_id from series where ${ofRun(runId, query)}
        order by name, phase, client_id nulls first`);
      return rows.map(seriesOf);
    },

    async list(runId, { after, limit, ...query }) {
      const [seriesId, x, position] = placeOf(after);
      const rows = await queries.execute<PointRow>(sql`
        select line.*, point.*
        from (select series_id, name, phase, client_id from series
          where ${ofRun(runId, query)} and series_id >= ${seriesId}::integer
          -- Line by line, so that what comes after the last one of the page is not read.
          order by series_id) line
        cross join lateral (
          select x, position, round, epoch, value, timestamp from points
          where points.series_id = line.series_id
            and (line.series_id > ${seriesId}::integer or (x, position) > (${x}::bigint, ${position}::bigint))
          order by x, position limit ${limit}
        ) point
        order by line.series_id, point.x, point.position limit ${limit}`);
      const last = rows.length < limit ? undefined : rows.at(-1);
      return {
        points: rows.map(pointOf),
        next: last && `${last.series_id}.${last.x}.${last.position}`,
      };
    },

    thin: (runId, { numParts, from, to, maxSeries = MAX_SERIES, ...query }) =>
      thinSeries(queries, {
        which: sql`select series_id, name, phase, client_id from series where ${ofRun(runId, query)}
          order by name, phase, client_id nulls first limit ${maxSeries}`,
        numParts,
        from,
        to,
      }),
  };
}

interface SeriesRow extends Record<string, unknown> {
  name: string;
  phase: MetricPoint["phase"];
  client_id: string | null;
}

function ofRun(runId: string, { names, phase, clientId }: MetricQuery): SQL {
  const conditions = [
    sql`run_key = (select run_key from runs where run_id = ${runId} and deleted_at is null)`,
  ];
  if (names) conditions.push(sql`name = any (${sql.param(names.map(storableText))}::text[])`);
  if (phase) conditions.push(sql`phase = ${phase}`);
  if (clientId === null) conditions.push(sql`client_id is null`);
  else if (clientId !== undefined) conditions.push(sql`client_id = ${storableText(clientId)}`);
  return sql.join(conditions, sql` and `);
}

function placeOf(cursor: MetricCursor | undefined): string[] {
  if (cursor === undefined) return ["0", "0", "0"];
  const [, ...parts] = CURSOR.exec(cursor) ?? [];
  if (parts.length === 0) throw new RangeError(`after: expected a cursor of this list, received ${cursor}`);
  return parts;
}

function seriesOf({ name, phase, client_id: clientId }: SeriesRow): SeriesRecord {
  return { name, phase, ...(clientId !== null && { clientId }) };
}

function pointOf({ x, round, epoch, value, timestamp, ...series }: PointRow): MetricPoint {
  return {
    ...seriesOf(series),
    x: Number(x),
    ...(round !== null && { round }),
    ...(epoch !== null && { epoch }),
    value,
    timestamp: new Date(timestamp).toISOString(),
  };
}
