import type { RunState } from "@fedloom/protocol";
import { type SQL, sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import type { WantedState } from "../schema/runs.js";
import { storableText } from "../storable.js";

/** Who looks after a run's process at present. */
export interface RunLease {
  readonly runId: string;
  readonly attempt: number;
  readonly owner: string;
}

/** What the process of a run is to know when it begins, and with each sign of life. */
export interface LeasedRun {
  readonly runId: string;
  readonly attempt: number;
  readonly config: Record<string, unknown>;
  readonly wanted: WantedState | undefined;
  readonly wantedReason: string | undefined;
}

/** Any number that no other lock of this project has: servers take runs out of the queue one after the other. */
const QUEUE_LOCK = 0x0f_ed_10_08;

/** The states in which nothing more is expected of a run. */
export const ENDED = sql`('completed', 'stopped', 'failed')`;
export const IS_OPEN = sql`(deleted_at is null and state not in ${ENDED})`;
/** Also true for a while after a death, when there is no owner: then nobody is to take it. */
const IS_FREE = sql`(lease_until is null or lease_until <= clock_timestamp())`;
/** The clock is asked when the row is there, even if that took waiting; `now()` would be from before. */
export const IS_LEASED = sql`coalesce(lease_owner is not null and lease_until > clock_timestamp(), false)`;
/** Leased, or said to be over by its process while its last event is on its way. */
const IS_BUSY = sql`coalesce(lease_until > clock_timestamp() and (lease_owner is not null or state = 'running'), false)`;

function fromNow(ms: number): SQL {
  return sql`clock_timestamp() + make_interval(secs => ${ms / 1_000})`;
}

function holds({ runId, attempt, owner }: RunLease): SQL {
  return sql`run_id = ${runId} and attempt = ${attempt} and lease_owner = ${owner} and deleted_at is null`;
}

export interface TakeNext {
  /** Under which the run's process will claim it. */
  readonly owner: string;
  readonly leaseMs: number;
  /** Of leases whose owners begin with `place`; so many at once. */
  readonly place: string;
  readonly maxRunning: number;
}

/** Reserves the run that has waited longest; undefined if none waits, or enough are running. */
export async function takeNextRun(
  queries: PostgresJsDatabase,
  { owner, leaseMs, place, maxRunning }: TakeNext,
): Promise<RunLease | undefined> {
  const [row] = await queries.transaction(async (transaction) => {
    await transaction.execute(sql`select pg_advisory_xact_lock(${QUEUE_LOCK})`);
    return transaction.execute<{ run_id: string; attempt: number }>(sql`
      update runs set lease_owner = ${owner}, lease_until = ${fromNow(leaseMs)}
      where run_id = (
        select run_id from runs
        where state = 'queued' and is_managed and wanted is null and deleted_at is null and ${IS_FREE}
        order by created_at, run_id limit 1
      ) and (
        select count(*) from runs
        where ${IS_OPEN} and ${IS_LEASED} and starts_with(lease_owner, ${place})
      ) < ${maxRunning}
      returning run_id, attempt`);
  });
  return row && { runId: row.run_id, attempt: row.attempt, owner };
}

export async function claimRun(
  queries: PostgresJsDatabase,
  runId: string,
  { owner, leaseMs }: { owner: string; leaseMs: number },
): Promise<RunLease | undefined> {
  const [row] = await queries.execute<{ attempt: number }>(sql`
    update runs set attempt = attempt + 1, state = 'running', state_reason = null,
      lease_owner = ${owner}, lease_until = ${fromNow(leaseMs)}
    where run_id = ${runId} and ${IS_OPEN} and state <> 'paused' and (${IS_FREE} or lease_owner = ${owner})
    returning attempt`);
  return row && { runId, attempt: row.attempt, owner };
}

export async function renewLease(
  queries: PostgresJsDatabase,
  lease: RunLease,
  leaseMs: number,
): Promise<LeasedRun | undefined> {
  const [row] = await queries.execute<{
    config: Record<string, unknown>;
    wanted: WantedState | null;
    wanted_reason: string | null;
  }>(sql`
    update runs set lease_until = ${fromNow(leaseMs)} where ${holds(lease)}
    returning config, wanted, wanted_reason`);
  if (!row) return undefined;
  const { runId, attempt } = lease;
  const { config, wanted, wanted_reason: reason } = row;
  return { runId, attempt, config, wanted: wanted ?? undefined, wantedReason: reason ?? undefined };
}

/** Hands a reservation on to the process that is to claim it. */
export async function handOver(
  queries: PostgresJsDatabase,
  lease: RunLease,
  to: { owner: string; leaseMs: number },
): Promise<RunLease | undefined> {
  const handed = await queries.execute(sql`
    update runs set lease_owner = ${to.owner}, lease_until = ${fromNow(to.leaseMs)} where ${holds(lease)}
    returning run_id`);
  return handed.length > 0 ? { ...lease, owner: to.owner } : undefined;
}

/** For how long nobody takes a run whose last event is on its way to the database. */
const END_ON_ITS_WAY_MS = 30_000;

export async function releaseLease(
  queries: PostgresJsDatabase,
  lease: RunLease,
  to?: { state: RunState; reason?: string },
): Promise<boolean> {
  const set = to
    ? sql`lease_until = null, ${becomes(to)}`
    : sql`lease_until = case when state in ${ENDED} then null else ${fromNow(END_ON_ITS_WAY_MS)} end`;
  const released = await queries.execute(
    sql`update runs set lease_owner = null, ${set} where ${holds(lease)} returning run_id`,
  );
  return released.length > 0;
}

/** Who takes the wish for a pause back while its process gives up the lease finds the run in the queue. */
function becomes({ state, reason }: { state: RunState; reason?: string }): SQL {
  const isTakenBack = sql`(${state} = 'paused' and wanted is distinct from 'paused')`;
  return sql`
    state = case when state in ${ENDED} then state when ${isTakenBack} then 'queued' else ${state} end,
    state_reason = case when state in ${ENDED} then state_reason when ${isTakenBack} then null
      else ${textOrNull(reason)} end,
    wanted = case when wanted = ${state} then null else wanted end,
    wanted_reason = case when wanted = ${state} then null else wanted_reason end`;
}

export interface NoteDeath {
  /** Whose process died; without it any lease must be over. */
  readonly owner?: string | undefined;
  readonly reason: string;
  /** For how long nobody may claim it, by how often in a row it has died. */
  readonly waitMs: (numDeaths: number) => number;
  /** From which death in a row on it does not go on. */
  readonly maxDeaths: number;
  /** How long the database itself must have run, where there is no owner: before, nobody could renew a lease; 0 ms. */
  readonly graceMs?: number | undefined;
}

/**
 * Takes the lease of a run whose process died, and puts the run back into the queue, or, at the last death, ends it as
 * failed. Undefined if the run is over, or its lease is another's.
 */
export async function noteDeath(
  queries: PostgresJsDatabase,
  runId: string,
  { owner, reason, waitMs, maxDeaths, graceMs = 0 }: NoteDeath,
): Promise<{ state: RunState; numDeaths: number } | undefined> {
  const isSettled = sql`clock_timestamp() - pg_postmaster_start_time() >= make_interval(secs => ${graceMs / 1_000})`;
  const isDead =
    owner === undefined
      ? sql`(${IS_FREE} and state <> 'queued' and ${isSettled})`
      : sql`lease_owner = ${owner}`;
  return queries.transaction(async (transaction) => {
    const [row] = await transaction.execute<{ num_deaths: number }>(sql`
      select num_deaths from runs
      where run_id = ${runId} and ${IS_OPEN} and state <> 'paused' and ${isDead} for update`);
    if (!row) return undefined;
    const numDeaths = row.num_deaths + 1;
    const hasFailed = numDeaths >= maxDeaths;
    await transaction.execute(sql`
      update runs set num_deaths = ${numDeaths}, lease_owner = null,
        state = ${hasFailed ? "failed" : "queued"}, state_reason = ${textOrNull(reason)},
        lease_until = ${hasFailed ? null : fromNow(waitMs(numDeaths))},
        error = coalesce(error, ${hasFailed ? textOrNull(reason) : null}::text),
        ended_at = ${hasFailed ? sql`clock_timestamp()` : sql`ended_at`}
      where run_id = ${runId}`);
    return { state: hasFailed ? ("failed" as const) : ("queued" as const), numDeaths };
  });
}

export interface Settle {
  readonly reason?: string | undefined;
  readonly error?: string | undefined;
  /** The states from which it may come; any that is not over. */
  readonly from?: readonly RunState[] | undefined;
}

/** Sets the state of a run that nobody trains, and forgets what was wanted of it; false if it is over or leased. */
export async function settleRun(
  queries: PostgresJsDatabase,
  runId: string,
  { state, reason, error, from }: Settle & { state: RunState },
): Promise<boolean> {
  const origin = from === undefined ? sql`true` : sql`state = any (${sql.param([...from])}::text[])`;
  const settled = await queries.execute(sql`
    update runs set state = ${state}, state_reason = ${textOrNull(reason)}, wanted = null, wanted_reason = null,
      lease_owner = null, lease_until = null, error = coalesce(error, ${textOrNull(error)}::text),
      ended_at = case when ${state} in ${ENDED} then clock_timestamp() else ended_at end
    where run_id = ${runId} and ${IS_OPEN} and not ${IS_BUSY} and ${origin}
    returning run_id`);
  return settled.length > 0;
}

/** Gives back whatever an owner still has, for others to go on with. */
export async function abandonLeases(queries: PostgresJsDatabase, owner: string): Promise<void> {
  await queries.execute(sql`
    update runs set lease_owner = null, lease_until = null,
      state = case when state = 'running' then 'queued' else state end
    where lease_owner = ${owner} and ${IS_OPEN}`);
}

export function textOrNull(text: string | undefined): string | null {
  return text === undefined ? null : storableText(text);
}
