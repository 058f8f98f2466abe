import type { AlertRecord } from "@fedloom/protocol";

/** A firing alert of a rule about a host, with some of it given. */
export function alertOf(alertId: string, changes: Partial<AlertRecord> = {}): AlertRecord {
  return {
    alertId,
    fingerprint: alertId,
    ruleId: "disk-nearly-full",
    severity: "critical",
    title: "Disk nearly full: north",
    message: "disk_percent is 93, above 90",
    source: "fedloom",
    host: "north",
    labels: { metric: "disk_percent" },
    state: "firing",
    isSilenced: false,
    startedAt: "2026-11-21T10:00:00.000Z",
    ...changes,
  };
}
