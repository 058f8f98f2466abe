import type { RunState } from "@fedloom/protocol";
import { type SQL, sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import type { WantedState } from "../schema/runs.js";
import { ENDED, IS_LEASED } from "./lease-run.js";

export interface UnfinishedRun {
  readonly runId: string;
  readonly experimentName: string;
  readonly state: RunState;
  readonly isManaged: boolean;
  readonly attempt: number;
  readonly step: number;
  readonly numDeaths: number;
  /** Whether a process may be at work on it: its lease is not over. By the database's clock. */
  readonly isLeased: boolean;
  /** Whether its process has said that it is over, so that its last event is on its way. */
  readonly isEnding: boolean;
  readonly leaseOwner: string | undefined;
  readonly wanted: WantedState | undefined;
  /** Since its last event was stored; undefined if there was none. */
  readonly silentMs: number | undefined;
}

export interface SilenceLimits {
  /** How long nothing may be heard of a run until it is silent, and until it is lost, in ms. */
  readonly silentMs: number;
  readonly lostMs: number;
  /** Runs whose publisher has gone away, and how long nothing may be heard of these. */
  readonly gone?: { readonly runIds: readonly string[]; readonly silentMs: number } | undefined;
}

/** Everything that is not over, or a part of it, oldest first. */
export function listUnfinishedRuns(
  queries: PostgresJsDatabase,
  which: { isManaged?: boolean | undefined; runId?: string | undefined } = {},
): Promise<UnfinishedRun[]> {
  const { isManaged, runId } = which;
  return selectUnfinished(
    queries,
    sql`${isManaged === undefined ? sql`true` : sql`is_managed = ${isManaged}`}
      and ${runId === undefined ? sql`true` : sql`run_id = ${runId}`}`,
  );
}

/**
 * Managed runs that are neither just waiting in the queue nor paused: somebody trains them, or should, or is about to, or
 * something is wanted of them.
 */
export function listActiveRuns(queries: PostgresJsDatabase): Promise<UnfinishedRun[]> {
  return selectUnfinished(
    queries,
    sql`is_managed and (state in ('running', 'silent', 'lost') or (state = 'queued' and (wanted is not null or lease_owner is not null)))`,
  );
}

async function selectUnfinished(queries: PostgresJsDatabase, where: SQL): Promise<UnfinishedRun[]> {
  const rows = await queries.execute<{
    run_id: string;
    experiment_name: string;
    state: RunState;
    is_managed: boolean;
    attempt: number;
    step: number;
    num_deaths: number;
    is_leased: boolean;
    is_ending: boolean;
    lease_owner: string | null;
    wanted: WantedState | null;
    silent_ms: number | null;
  }>(sql`
    select run_id, experiment_name, state, is_managed, attempt, step, num_deaths, ${IS_LEASED} as is_leased,
      coalesce(lease_owner is null and lease_until > clock_timestamp() and state = 'running', false) as is_ending,
      lease_owner, wanted,
      (extract(epoch from clock_timestamp() - last_event_at) * 1000)::float8 as silent_ms
    from runs where deleted_at is null and state not in ${ENDED} and ${where}
    order by created_at, run_id`);
  return rows.map((row) => ({
    runId: row.run_id,
    experimentName: row.experiment_name,
    state: row.state,
    isManaged: row.is_managed,
    attempt: row.attempt,
    step: row.step,
    numDeaths: row.num_deaths,
    isLeased: row.is_leased,
    isEnding: row.is_ending,
    leaseOwner: row.lease_owner ?? undefined,
    wanted: row.wanted ?? undefined,
    silentMs: row.silent_ms ?? undefined,
  }));
}

/** Notes which runs of strangers were not heard of for long; answers those that changed. */
export async function noteSilence(
  queries: PostgresJsDatabase,
  { silentMs, lostMs, gone = { runIds: [], silentMs: 0 } }: SilenceLimits,
): Promise<{ runId: string; state: RunState; reason: string }[]> {
  const isOlder = (ms: number) =>
    sql`coalesce(last_event_at, created_at) < clock_timestamp() - make_interval(secs => ${ms / 1_000})`;
  const isGone = sql`(run_id = any (${sql.param([...gone.runIds])}::text[]) and ${isOlder(gone.silentMs)})`;
  const rows = await queries.execute<{ run_id: string; state: RunState; state_reason: string }>(sql`
    update runs set
      state = case when ${isOlder(lostMs)} then 'lost' else 'silent' end,
      state_reason = case
        when ${isOlder(lostMs)} then ${`nothing was heard of it for ${inWords(lostMs)}`}
        when ${isGone} then 'its publisher is gone'
        else ${`nothing was heard of it for ${inWords(silentMs)}`} end
    where not is_managed and deleted_at is null and (
      (state in ('running', 'queued') and (${isOlder(silentMs)} or ${isGone}))
      or (state = 'silent' and ${isOlder(lostMs)}))
    returning run_id, state, state_reason`);
  return rows.map((row) => ({ runId: row.run_id, state: row.state, reason: row.state_reason }));
}

function inWords(ms: number): string {
  return ms >= 120_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 1_000)} s`;
}

export interface PruneQuery {
  /** Of those that ended longer ago. */
  readonly olderThanDays?: number | undefined;
  /** All but the newest so many. */
  readonly keepLast?: number | undefined;
  readonly states: readonly RunState[];
}

/** Runs that are old enough to go, oldest first. Of those that a server trains only what is over. */
export async function listPrunableRuns(
  queries: PostgresJsDatabase,
  { olderThanDays, keepLast, states }: PruneQuery,
): Promise<{ runId: string; experimentName: string; state: RunState; lastChangeAt: string }[]> {
  const lastChange = sql`coalesce(ended_at, last_event_at, started_at, created_at)`;
  const isOld =
    olderThanDays === undefined
      ? sql`true`
      : sql`last_change < clock_timestamp() - make_interval(days => ${olderThanDays})`;
  const wanted = sql.param([...states]);
  const rows = await queries.execute<{
    run_id: string;
    experiment_name: string;
    state: RunState;
    last_change_at: string;
  }>(sql`
    select run_id, experiment_name, state, last_change as last_change_at from (
      select *, ${lastChange} as last_change, row_number() over (order by created_at desc, run_id desc) as place
      from runs
      where deleted_at is null and state = any (${wanted}::text[]) and (not is_managed or state in ${ENDED})
    ) as candidates
    where place > ${keepLast ?? 0} and ${isOld}
    order by created_at, run_id`);
  return rows.map((row) => ({
    runId: row.run_id,
    experimentName: row.experiment_name,
    state: row.state,
    lastChangeAt: new Date(row.last_change_at).toISOString(),
  }));
}

/** Managed runs that are over of which nobody has told the end: whoever ended them was killed before. */
export async function listUntoldEnds(
  queries: PostgresJsDatabase,
): Promise<{ runId: string; state: RunState }[]> {
  const rows = await queries.execute<{ run_id: string; state: RunState }>(sql`
    select run_id, state from runs
    where is_managed and deleted_at is null and state in ${ENDED} and summary is null`);
  return rows.map((row) => ({ runId: row.run_id, state: row.state }));
}
