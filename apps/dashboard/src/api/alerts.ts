import { type AlertBroadcast, type AlertRecord, type AlertSeverity, alertRecord } from "@fedloom/protocol";
import { request } from "./request.js";
import { take } from "./take.js";

/** Which alerts; all when nothing is given. */
export interface AlertQuery {
  state?: AlertRecord["state"] | undefined;
  severity?: AlertSeverity | undefined;
  host?: string | undefined;
  run_id?: string | undefined;
  /** That began not before; ISO 8601. */
  since?: string | undefined;
  /** The `next` of the page before. */
  after?: string | undefined;
  limit: number;
}

export interface AlertPage {
  /** Newest first. */
  alerts: AlertRecord[];
  /** What `after` gets for the next page; undefined after the last one. */
  next: string | undefined;
}

export async function listAlerts(query: AlertQuery, signal?: AbortSignal): Promise<AlertPage> {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  const answer = (await request(`/api/alerts?${new URLSearchParams(given)}`, { signal })) as {
    alerts?: unknown[];
    next?: string | null;
  };
  return {
    alerts: (answer.alerts ?? []).map((alert) => take(alertRecord.decode(alert))),
    next: answer.next ?? undefined,
  };
}

/** Resolves an alert by hand. */
export async function resolveAlert(alertId: string): Promise<void> {
  await request(`/api/alerts/${encodeURIComponent(alertId)}/resolve`, { method: "POST" });
}

/** Tells everybody of something; it lasts until it is resolved. */
export async function broadcastAlert(
  alert: Pick<AlertBroadcast, "severity" | "title" | "message">,
): Promise<void> {
  await request("/api/ws/broadcast/alert", { body: alert });
}
