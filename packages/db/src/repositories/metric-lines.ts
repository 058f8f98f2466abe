import type { MetricPoint } from "@fedloom/protocol";
import { type SQL, sql } from "drizzle-orm";
import { storableText } from "../storable.js";
import type { MetricQuery, SeriesRecord } from "./metrics.js";

/** One metric of a run, of the whole or of one client. */
export interface LineRow extends Record<string, unknown> {
  readonly name: string;
  readonly phase: MetricPoint["phase"];
  readonly client_id: string | null;
  /** Where its values are in `points`. */
  readonly series_id: number | null;
  /** What it is called in `client_rounds`, where a client's values of whole rounds are. */
  readonly key: string | null;
}

/** A query for the lines in `series`. */
export function seriesLines(runId: string, query: MetricQuery): SQL {
  return sql`
    select run_key, name, phase, client_id, series_id, null as key
    from series where ${fits(runId, query)}`;
}

/** A query for the lines in `series` of whole runs. */
export function seriesOfRuns(runKeys: readonly number[], query: Omit<MetricQuery, "clientId">): SQL {
  return sql`
    select run_key, name, phase, client_id, series_id, null as key from series
    where run_key = any (${sql.param([...runKeys])}::integer[]) and ${areOf({ ...query, clientId: null })}`;
}

/** A query for the lines that clients tell at the end of each round. */
export function clientLines(runId: string, query: MetricQuery): SQL {
  return sql`
    select * from (
      select run_key, case when starts_with(key, 'test_') then substr(key, 6) else key end as name,
        case when starts_with(key, 'test_') then 'test' else 'train' end as phase, client_id,
        null::integer as series_id, key
      from clients cross join lateral unnest(metric_names) as key
    ) line where ${fits(runId, query)}`;
}

/** A query for all lines, each once. */
export function allLines(runId: string, query: MetricQuery): SQL {
  return sql`
    select run_key, name, phase, client_id, max(series_id) as series_id, max(key) as key
    from (${seriesLines(runId, query)} union all ${clientLines(runId, query)}) line
    group by run_key, name, phase, client_id`;
}

export function seriesOf({ name, phase, client_id: clientId }: LineRow): SeriesRecord {
  return { name, phase, ...(clientId !== null && { clientId }) };
}

function fits(runId: string, query: MetricQuery): SQL {
  return sql`run_key = (select run_key from runs where run_id = ${runId} and deleted_at is null)
    and ${areOf(query)}`;
}

function areOf({ names, phase, clientId }: MetricQuery): SQL {
  const conditions = [sql`true`];
  if (names) conditions.push(sql`name = any (${sql.param(names.map(storableText))}::text[])`);
  if (phase) conditions.push(sql`phase = ${phase}`);
  if (clientId === null) conditions.push(sql`client_id is null`);
  else if (clientId !== undefined) conditions.push(sql`client_id = ${storableText(clientId)}`);
  return sql.join(conditions, sql` and `);
}
