import { matches } from "@fedloom/protocol";
import type { MetricValue } from "../metric-values.js";

interface ValueFilter {
  readonly phase?: MetricValue["phase"] | undefined;
  /** Names of clients; the run as a whole when absent. */
  readonly clients?: string | undefined;
}

/** Whether a value is one that a rule looks at: the run's own ones, or those of certain clients. */
export function isWanted({ phase, clients }: ValueFilter, value: MetricValue): boolean {
  if (phase !== undefined && phase !== value.phase) return false;
  if (clients === undefined) return value.clientId === undefined;
  return value.clientId !== undefined && matches(clients, value.clientId);
}

/** What a value is called in a message. */
export function nameOfValue({ name, phase, clientId }: MetricValue): string {
  return `${name} (${phase})${clientId === undefined ? "" : ` of client ${clientId}`}`;
}
