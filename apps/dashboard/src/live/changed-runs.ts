import type { EventType, FedloomEvent } from "@fedloom/protocol";

/** What changes what a list says of a run. */
export const LIST_EVENTS: readonly EventType[] = [
  "run_state",
  "training_mode",
  "training_start",
  "round_start",
  "round_end",
  "round_metrics",
  "epoch_end",
  "metrics",
  "early_stopping",
  "training_end",
];

/** A run may have come, or have gone from one state to another: it may stand elsewhere in the list, or not at all. */
const MOVING: ReadonlySet<EventType> = new Set([
  "run_state",
  "training_mode",
  "training_start",
  "training_end",
]);

export interface RunsChanged {
  readonly runIds: ReadonlySet<string>;
  /** Whether the list itself may be another. */
  readonly isListChanged: boolean;
}

export const NOTHING_CHANGED: RunsChanged = { runIds: new Set(), isListChanged: false };

/** What has changed once an event is known, too. */
export function withEvent(before: RunsChanged, event: FedloomEvent): RunsChanged {
  const { runId } = event.data as { runId?: string };
  if (runId === undefined) return before;
  const isListChanged = before.isListChanged || MOVING.has(event.type);
  if (isListChanged === before.isListChanged && before.runIds.has(runId)) return before;
  return { runIds: new Set(before.runIds).add(runId), isListChanged };
}
