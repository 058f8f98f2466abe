import type { RunState } from "@fedloom/protocol";
import type { EventRow } from "./event-row.js";

/** What new events say about their run. */
export interface RunChanges {
  readonly runId: string;
  /** Of the first event. */
  readonly startedAt: string;
  readonly experimentName: string | undefined;
  readonly mode: "centralized" | "federated" | undefined;
  /** Of the first fatal error. */
  readonly error: string | undefined;
  readonly end: { state: RunState; summary: Record<string, unknown>; endedAt: string } | undefined;
}

/** Sums up new events, run by run. */
export function changesOfRuns(rows: readonly EventRow[]): RunChanges[] {
  const byRun = new Map<string, EventRow[]>();
  for (const row of rows) {
    const events = byRun.get(row.runId);
    if (events) events.push(row);
    else byRun.set(row.runId, [row]);
  }
  return [...byRun].map(([runId, events]) => changesOf(runId, events));
}

function changesOf(runId: string, events: readonly EventRow[]): RunChanges {
  const find = (type: string) => events.find((event) => event.type === type);
  const mode = find("training_mode")?.payload.is_federated;
  const start = find("training_start")?.payload;
  const fatal = events.find(({ type, payload }) => type === "error" && payload.fatal === true);
  const end = find("training_end");
  return {
    runId,
    startedAt: (events[0] as EventRow).timestamp,
    experimentName: text(start?.experiment_name) ?? text(end?.payload.experiment_name),
    mode: typeof mode === "boolean" ? (mode ? "federated" : "centralized") : undefined,
    error: text(fatal?.payload.error),
    end: end && {
      state: end.payload.status as RunState,
      summary: end.payload,
      endedAt: end.timestamp,
    },
  };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
