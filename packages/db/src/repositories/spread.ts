import { sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { storableText } from "../storable.js";

/** Which metric of clients, in which rounds, both included. */
export interface SpreadQuery {
  readonly name: string;
  readonly from: number;
  /** Absent: the newest round. */
  readonly to?: number | undefined;
  /** Most rounds of the answer: they are chosen evenly, and the newest is among them. */
  readonly parts: number;
}

/** How one metric lies among the clients of a round; NaN and infinities are only counted. */
export interface RoundSpreadRecord {
  readonly round: number;
  readonly numClients: number;
  readonly numNotFinite: number;
  readonly min: number;
  readonly p10: number;
  readonly median: number;
  readonly p90: number;
  readonly max: number;
  readonly minClientId: string;
  readonly maxClientId: string;
}

interface Row extends Record<string, unknown> {
  readonly round: number;
  readonly num: number;
  readonly num_odd: number;
  /** Smallest, p10, median, p90 and largest. */
  readonly quantiles: number[];
  readonly min_client_id: string;
  readonly max_client_id: string;
}

const LARGEST = sql.raw(String(Number.MAX_VALUE));

/** Reads how a metric lies among clients, round by round; rounds without a finite value are left out. */
export async function readSpread(
  queries: PostgresJsDatabase,
  runId: string,
  { name, from, to = Number.MAX_SAFE_INTEGER, parts }: SpreadQuery,
): Promise<RoundSpreadRecord[]> {
  const key = storableText(name);
  // Each round is sorted once; a quantile is the first value that so many of all are not above (percentile_disc).
  const rows = await queries.execute<Row>(sql`
    with chosen as materialized (
      select run_key, round from (
        select run_key, round, row_number() over (order by round) as place, count(*) over () as total
        from rounds
        where run_key = (select run_key from runs where run_id = ${runId} and deleted_at is null)
          and round between ${from}::bigint and ${to}::bigint
      ) listed
      where place * ${parts}::integer / total > (place - 1) * ${parts}::integer / total
    )
    select chosen.round, num, num_odd, client_ids[1] as min_client_id, client_ids[num] as max_client_id,
      array[values[1], values[ceil(num * 0.1)], values[ceil(num * 0.5)], values[ceil(num * 0.9)], values[num]]
        as quantiles
    from chosen cross join lateral (
      select count(*) filter (where is_finite)::integer as num, count(*) filter (where not is_finite)::integer as num_odd,
        array_agg(value) filter (where is_finite) as values,
        array_agg(client_id) filter (where is_finite) as client_ids
      from (
        select client_id, value, value between -${LARGEST} and ${LARGEST} as is_finite
        from (
          select client_id, (metrics->>${key})::double precision as value from client_rounds
          where client_rounds.run_key = chosen.run_key and client_rounds.round = chosen.round and metrics ? ${key}
          offset 0
        ) told
        order by value, client_id
      ) ordered
    ) lying
    where num > 0
    order by chosen.round`);
  return rows.map(({ round, num, num_odd, quantiles, min_client_id, max_client_id }) => {
    const [min, p10, median, p90, max] = quantiles as [number, number, number, number, number];
    return {
      round,
      numClients: num,
      numNotFinite: num_odd,
      min,
      p10,
      median,
      p90,
      max,
      minClientId: min_client_id,
      maxClientId: max_client_id,
    };
  });
}
