import { alertSeverity } from "@fedloom/protocol";
import type { AlertQuery } from "../../api/alerts.js";

const HOUR_MS = 3_600_000;

/** How far back alerts are listed. */
export const spans = [
  { value: "", label: "Any time" },
  { value: "1h", label: "Last hour", ms: HOUR_MS },
  { value: "24h", label: "Last 24 hours", ms: 24 * HOUR_MS },
  { value: "7d", label: "Last 7 days", ms: 7 * 24 * HOUR_MS },
  { value: "30d", label: "Last 30 days", ms: 30 * 24 * HOUR_MS },
] as const;

/** What the address wants to see; `openedAt` in ms, since the same question must stay the same. */
export function queryOfSearch(
  search: URLSearchParams,
  openedAt: number,
): Omit<AlertQuery, "limit" | "after"> {
  const given = (name: string) => search.get(name)?.trim() || undefined;
  const span = spans.find(({ value }) => value === given("since"));
  const state = given("state");
  return {
    state: state === "firing" || state === "resolved" ? state : undefined,
    severity: alertSeverity.options.find((each) => each === given("severity")),
    host: given("host"),
    run_id: given("run"),
    since: span && "ms" in span ? new Date(openedAt - span.ms).toISOString() : undefined,
  };
}
