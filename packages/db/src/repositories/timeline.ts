import { sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { storableJson, storableText } from "../storable.js";

/** Which rounds, both included, and which clients: those after an id. */
export interface TimelineQuery {
  readonly from: number;
  readonly to: number;
  readonly after: string;
  readonly limit: number;
}

/** How a page of clients ended in some rounds, in texts that are short enough to draw many. */
export interface Timeline {
  /** In order. */
  readonly clientIds: string[];
  readonly rounds: {
    readonly round: number;
    /** A letter for each client: `o` ok, `f` failed, `r` rejected, `t` timeout, `.` for one that said nothing. */
    readonly statuses: string;
    /** Whole milliseconds of each client with commas between them, empty for one that said nothing. */
    readonly durationsMs: string;
  }[];
  readonly longestMs: number;
}

interface Row extends Record<string, unknown> {
  readonly round: number;
  readonly statuses: string;
  readonly durations_ms: string;
  readonly longest_ms: number | null;
}

/** Reads rounds by clients. The database writes the texts, so that a million cells are not a million values here. */
export async function readTimeline(
  queries: PostgresJsDatabase,
  runId: string,
  { from, to, after, limit }: TimelineQuery,
): Promise<Timeline> {
  const runKey = sql`(select run_key from runs where run_id = ${runId} and deleted_at is null)`;
  const page = await queries.execute<{ client_id: string }>(sql`
    select client_id from clients where run_key = ${runKey} and client_id > ${storableText(after)}
    order by client_id limit ${limit}`);
  const clientIds = page.map(({ client_id }) => client_id);
  const last = clientIds.at(-1);
  if (last === undefined) return { clientIds, rounds: [], longestMs: 0 };
  // A full join is never done by nested loops, which without fresh statistics would take seconds.
  const rows = await queries.execute<Row>(sql`
    with page as materialized (
      select client_id, place
      from jsonb_array_elements_text(${storableJson(clientIds)}::text::jsonb) with ordinality as page (client_id, place)
    )
    select rounds.round, cells.* from rounds cross join lateral (
      select
        string_agg(case status when 'ok' then 'o' when 'failed' then 'f' when 'rejected' then 'r'
          when 'timeout' then 't' else '.' end, '' order by place) filter (where place is not null) as statuses,
        string_agg(coalesce(round(duration_ms)::bigint::text, ''), ',' order by place) filter (where place is not null)
          as durations_ms,
        max(duration_ms) filter (where place is not null) as longest_ms
      from page full join (
        select client_id, status, duration_ms from client_rounds
        where client_rounds.run_key = rounds.run_key and client_rounds.round = rounds.round
          and client_id > ${storableText(after)} and client_id <= ${last}
      ) told using (client_id)
    ) cells
    where rounds.run_key = ${runKey} and rounds.round between ${from} and ${to}
    order by rounds.round`);
  return {
    clientIds,
    rounds: rows.map(({ round, statuses, durations_ms }) => ({ round, statuses, durationsMs: durations_ms })),
    longestMs: Math.max(0, ...rows.map(({ longest_ms }) => longest_ms ?? 0)),
  };
}
