import type { MetricPoint } from "@fedloom/protocol";

/** One event to store, with the metric values it carries. */
export interface EventRow {
  readonly runId: string;
  readonly source: string;
  readonly seq: number;
  /** The relay's counter within its stream. */
  readonly offset: number;
  readonly streamEpoch: string;
  readonly type: string;
  /** ISO 8601. */
  readonly timestamp: string;
  /** The event's data in its wire form. */
  readonly payload: Record<string, unknown>;
  readonly metrics: readonly MetricPoint[];
}

/** An event as it is stored. */
export interface StoredEvent extends Omit<EventRow, "runId" | "metrics"> {
  /** The order in which events were stored, over all runs. */
  readonly position: number;
}
