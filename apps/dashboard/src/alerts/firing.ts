import type { AlertRecord, FedloomEvent } from "@fedloom/protocol";

type AlertEvent = Extract<FedloomEvent, { type: "alert" }>;

/** Alerts that fire, newest first, with what was just told of one. */
export function withAlertEvent(
  alerts: readonly AlertRecord[],
  { data, timestamp }: AlertEvent,
): readonly AlertRecord[] {
  const { alertId, state, labels = {}, ...rest } = data;
  const others = alerts.filter((alert) => alert.alertId !== alertId);
  if (state === "resolved") return others.length === alerts.length ? alerts : others;
  const known = alerts.find((alert) => alert.alertId === alertId);
  // Told again when a silence is over.
  if (known) return alerts.map((alert) => (alert === known ? { ...known, isSilenced: false } : alert));
  const begun = { alertId, fingerprint: alertId, state, isSilenced: false, startedAt: timestamp };
  return [{ ...rest, ...begun, labels }, ...others];
}

/** The newest alert of those that began between two looks which nobody should miss. */
export function newCritical(
  before: readonly AlertRecord[],
  after: readonly AlertRecord[],
): AlertRecord | undefined {
  const known = new Set(before.map(({ alertId }) => alertId));
  return after.find(
    ({ alertId, severity, isSilenced }) => severity === "critical" && !isSilenced && !known.has(alertId),
  );
}
