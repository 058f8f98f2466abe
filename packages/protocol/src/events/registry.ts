import type { InputOfWireObject, ValueOfWireObject } from "../wire-object.js";
import { alert } from "./alert.js";
import { clientComplete, clientProgress } from "./client.js";
import type { EventDefinition } from "./define-event.js";
import { metrics } from "./metrics.js";
import { roundEnd, roundMetrics, roundStart } from "./round.js";
import { heartbeat, systemMetrics } from "./system.js";
import {
  checkpoint,
  earlyStopping,
  epochEnd,
  epochStart,
  error,
  log,
  runStateEvent,
  trainingEnd,
  trainingMode,
  trainingStart,
} from "./training.js";

/** Every event there is, by its name on the wire. */
export const eventDefinitions = {
  training_mode: trainingMode,
  training_start: trainingStart,
  epoch_start: epochStart,
  epoch_end: epochEnd,
  round_start: roundStart,
  client_progress: clientProgress,
  client_complete: clientComplete,
  round_end: roundEnd,
  round_metrics: roundMetrics,
  metrics,
  early_stopping: earlyStopping,
  checkpoint,
  error,
  training_end: trainingEnd,
  run_state: runStateEvent,
  log,
  system_metrics: systemMetrics,
  alert,
  heartbeat,
} as const;

type Definitions = typeof eventDefinitions;

export type EventType = keyof Definitions;
/** What a received event carries. */
export type EventData<Type extends EventType> = ValueOfWireObject<Definitions[Type]["data"]>;
/** What a sender gives. */
export type EventInput<Type extends EventType> = InputOfWireObject<Definitions[Type]["data"]>;

/** Events that belong to no run. */
export type HostEventType = "system_metrics" | "alert" | "heartbeat";
export type TrainingEventType = Exclude<EventType, HostEventType>;

export const eventTypes = Object.keys(eventDefinitions) as EventType[];

export function isEventType(type: unknown): type is EventType {
  return typeof type === "string" && Object.hasOwn(eventDefinitions, type);
}

/**
 * Which gauge an event is a value of, unique within its run or among the hosts; undefined when it is none.
 * Of a gauge only the latest value matters; every other event must be delivered.
 */
export function gaugeKeyOf(
  type: EventType,
  data: object,
  /** Whether `data` has its TypeScript names or those on the wire. */
  names: "camel" | "wire",
): string | undefined {
  const fields = (eventDefinitions[type] as EventDefinition<EventType, never>).gauge?.[names];
  if (!fields) return undefined;
  const values = data as Readonly<Record<string, unknown>>;
  if (fields.when !== undefined && values[fields.when] === undefined) return undefined;
  let key: string = type;
  for (const field of fields.by) key += `/${values[field] ?? ""}`;
  return key;
}
