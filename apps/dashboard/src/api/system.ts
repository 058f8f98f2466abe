import {
  type CurrentSystemMetrics,
  currentSystemMetrics,
  type SystemHistory,
  type SystemMetricName,
  systemHistory,
} from "@fedloom/protocol";
import { request } from "./request.js";
import { take } from "./take.js";

/** A machine with its newest sample. */
export type CurrentHost = CurrentSystemMetrics["hosts"][number];
/** One machine's line of a history. */
export type HistoryLine = SystemHistory["series"][number];

/** Every machine with its newest sample. */
export async function getCurrentHosts(signal?: AbortSignal): Promise<CurrentHost[]> {
  return take(currentSystemMetrics.decode(await request("/api/metrics/current", { signal }))).hosts;
}

export interface HistoryQuery {
  /** One machine; those heard of last when absent. */
  host?: string | undefined;
  /** ISO 8601. */
  since: string;
  /** Most points of each line. */
  points: number;
}

/** One figure of machines over time, up to now. */
export async function getHistory(
  name: SystemMetricName,
  { host, since, points }: HistoryQuery,
  signal?: AbortSignal,
): Promise<HistoryLine[]> {
  const query = new URLSearchParams({
    since,
    points: String(points),
    ...(host !== undefined && { host }),
  });
  return take(systemHistory.decode(await request(`/api/metrics/${name}?${query}`, { signal }))).series;
}

/** Forgets a machine and its history, until it says something again. */
export async function forgetHost(host: string): Promise<void> {
  await request(`/api/hosts/${encodeURIComponent(host)}`, { method: "DELETE" });
}
