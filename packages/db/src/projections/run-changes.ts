import type { RunState } from "@fedloom/protocol";
import { sql } from "drizzle-orm";
import { storableJson, storableText } from "../storable.js";
import { hasType, isNew, isOfLastAttempt, type NewEvents, type Transaction } from "./new-events.js";

const MOST_STEPS = 2 ** 31 - 1;
const LIFECYCLE = ["training_mode", "training_start", "training_end", "run_state", "error"];

/** What an event of a run's life says. */
export interface LifecycleEvent extends Record<string, unknown> {
  readonly run_key: number;
  readonly type: string;
  readonly timestamp: Date | string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What new events say about their run as a whole. */
export interface RunChanges {
  readonly experimentName?: string;
  readonly mode?: "centralized" | "federated";
  readonly seed?: number;
  readonly attempt?: number;
  readonly totalSteps?: number;
  /** Of the first fatal error. */
  readonly error?: string;
  /** What was last said of its state. */
  readonly state?: RunState;
  readonly stateReason?: string;
  readonly summary?: Readonly<Record<string, unknown>>;
  /** ISO 8601; there if it is over. */
  readonly endedAt?: string;
}

/** Sums up new events of one run, in order. The first end counts: nothing undoes it. */
export function changesOf(events: readonly LifecycleEvent[]): RunChanges {
  let changes: RunChanges = {};
  for (const event of events) {
    if (changes.endedAt === undefined) changes = { ...changes, ...changeOf(event, changes) };
  }
  return changes;
}

function changeOf({ type, timestamp, payload }: LifecycleEvent, before: RunChanges): RunChanges {
  const text = (field: string) =>
    typeof payload[field] === "string" ? (payload[field] as string) : undefined;
  const number = (field: string) =>
    typeof payload[field] === "number" ? (payload[field] as number) : undefined;
  switch (type) {
    case "training_mode":
      return defined({
        mode: payload.is_federated === false ? "centralized" : "federated",
        totalSteps: number("num_rounds") || undefined,
      });
    case "training_start":
      return defined({
        experimentName: text("experiment_name"),
        mode: text("training_mode") as RunChanges["mode"],
        seed: number("seed"),
        attempt: number("attempt"),
        totalSteps: number("num_rounds") ?? number("total_epochs"),
      });
    case "error":
      return payload.fatal === true && before.error === undefined ? defined({ error: text("error") }) : {};
    case "run_state":
      return stateOf(text("state") as RunState, { reason: text("reason"), timestamp });
    case "training_end":
      return defined({
        experimentName: before.experimentName ?? text("experiment_name"),
        state: text("status") as RunState,
        summary: payload,
        endedAt: isoOf(timestamp),
      });
    default:
      return {};
  }
}

const OVER: readonly string[] = ["completed", "stopped", "failed"];

function stateOf(
  state: RunState,
  { reason, timestamp }: { reason: string | undefined; timestamp: Date | string },
): RunChanges {
  return {
    state,
    ...(reason !== undefined && { stateReason: reason }),
    ...(OVER.includes(state) && { endedAt: isoOf(timestamp) }),
  };
}

function isoOf(timestamp: Date | string): string {
  return new Date(timestamp).toISOString();
}

function defined(changes: { [Key in keyof RunChanges]: RunChanges[Key] | undefined }): RunChanges {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

/** Events by which a run's publisher says that it is there; the others are said about the run by a server. */
const IS_SIGN_OF_LIFE = sql.raw(
  "type not in ('run_state', 'log', 'alert') and not starts_with(source, 'server-')",
);

/** Brings the rows of runs up to date with their new events. */
export async function projectRuns(transaction: Transaction, scope: NewEvents): Promise<void> {
  // A run that a server trains has the state that its lease gives it; a stranger's is heard of by its events alone.
  await transaction.execute(sql`
    update runs set last_event_at = clock_timestamp(),
      state = case when not is_managed and state in ('silent', 'lost') then 'running' else state end,
      state_reason = case when not is_managed and state in ('silent', 'lost') then null else state_reason end,
      started_at = coalesce(started_at, heard.timestamp)
    from (
      select distinct on (run_key) run_key, timestamp from events
      where ${isNew(scope)} and ${IS_SIGN_OF_LIFE} order by run_key, position
    ) heard
    where runs.run_key = heard.run_key`);
  if (!LIFECYCLE.some((type) => scope.types.has(type))) return;
  const told = await transaction.execute<LifecycleEvent>(sql`
    select run_key, type, timestamp, payload from events
    where ${isNew(scope)} and ${hasType(LIFECYCLE)} and ${isOfLastAttempt(scope)} order by position`);
  const byRun = new Map<number, LifecycleEvent[]>();
  for (const event of told) {
    const ofRun = byRun.get(event.run_key);
    if (ofRun) ofRun.push(event);
    else byRun.set(event.run_key, [event]);
  }
  for (const [runKey, events] of byRun) await updateRun(transaction, runKey, changesOf(events));
}

const IS_OVER = sql.raw("state in ('completed', 'stopped', 'failed')");

/** A run of this project's own is named and set by whoever made it; only strangers' runs go by their events. */
async function updateRun(transaction: Transaction, runKey: number, changes: RunChanges): Promise<void> {
  const { experimentName, mode, seed, attempt, totalSteps, error } = changes;
  await transaction.execute(sql`
    update runs set
      experiment_name = case when is_managed then experiment_name else coalesce(${textOf(experimentName)}, experiment_name) end,
      mode = coalesce(${textOf(mode)}, mode),
      seed = coalesce(seed, ${seed ?? null}::bigint),
      attempt = greatest(attempt, ${attempt ?? null}::integer),
      total_steps = coalesce(${totalSteps === undefined ? null : Math.min(totalSteps, MOST_STEPS)}::integer, total_steps),
      error = coalesce(error, ${textOf(error)})
    where run_key = ${runKey}`);
  const { state, stateReason, summary, endedAt } = changes;
  if (state === undefined) return;
  // Of a run that a server trains, only its end counts: everything else is in its row before the event says so.
  await transaction.execute(sql`
    update runs set
      state = case when ${IS_OVER} then state else ${state} end,
      state_reason = case when ${IS_OVER} then state_reason else ${textOf(stateReason)} end,
      summary = coalesce(summary, ${summary ? storableJson(summary) : null}::text::jsonb),
      ended_at = coalesce(ended_at, ${endedAt ?? null}::timestamptz)
    where run_key = ${runKey} and (not is_managed or ${summary !== undefined})`);
}

function textOf(value: string | undefined) {
  return sql`${value === undefined ? null : storableText(value)}::text`;
}
