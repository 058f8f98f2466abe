import { type EventInput, MAX_MAP_ENTRIES, MAX_NAME_LENGTH, type TrainingEvent } from "@fedloom/protocol";
import type { Emit } from "./emit.js";

/** Which step metrics are of, and of which data. */
export type MetricsPlace = Omit<EventInput<"metrics">, "runId" | "metrics">;

/** Any number of metrics as `metrics` events: none for none, more than one where one would be too large. */
export function* metricsEvents(
  emit: Emit,
  place: MetricsPlace,
  metrics: Readonly<Record<string, number>>,
): Generator<TrainingEvent> {
  const entries = Object.entries(metrics).filter(([name]) => name.length <= MAX_NAME_LENGTH);
  for (let from = 0; from < entries.length; from += MAX_MAP_ENTRIES) {
    const part = Object.fromEntries(entries.slice(from, from + MAX_MAP_ENTRIES));
    yield emit("metrics", { ...place, metrics: part });
  }
}

/** The same metrics under names with a prefix. */
export function prefixed(prefix: string, metrics: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [prefix + name, value]));
}
