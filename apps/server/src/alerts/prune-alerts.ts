import type { AlertRepository } from "@fedloom/db";

const DAY_MS = 24 * 60 * 60_000;
const KEEP_RESOLVED_DAYS = 365;
const KEEP_DELIVERIES_DAYS = 7;

/** Removes alerts that were resolved a year ago, and what was delivered or given up a week ago. */
export async function pruneAlerts(
  alerts: Pick<AlertRepository, "prune" | "pruneDeliveries">,
  at: Date,
): Promise<void> {
  const daysAgo = (days: number) => new Date(at.getTime() - days * DAY_MS).toISOString();
  await alerts.prune(daysAgo(KEEP_RESOLVED_DAYS));
  await alerts.pruneDeliveries(daysAgo(KEEP_DELIVERIES_DAYS));
}
