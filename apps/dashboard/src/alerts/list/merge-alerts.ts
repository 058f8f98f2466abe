import type { AlertRecord } from "@fedloom/protocol";

/** Alerts that are known with those of a page, each once and as the page has it, newest first. */
export function mergeAlerts(known: readonly AlertRecord[], page: readonly AlertRecord[]): AlertRecord[] {
  const byId = new Map([...known, ...page].map((alert) => [alert.alertId, alert]));
  return [...byId.values()].sort(
    (a, b) => b.startedAt.localeCompare(a.startedAt) || b.alertId.localeCompare(a.alertId),
  );
}
