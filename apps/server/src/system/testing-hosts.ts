import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEvent, type EventInput, toWireEvent, type WireEvent } from "@fedloom/protocol";

/** How a host is that nothing is the matter with. */
export function metricsOf(host: string, changes: Partial<EventInput<"system_metrics">> = {}) {
  return {
    host,
    cpuPercent: 10,
    memoryPercent: 20,
    memoryUsedBytes: 30,
    diskPercent: 40,
    diskUsedBytes: 50,
    networkRxBytes: 60,
    networkTxBytes: 70,
    loadAverage: 0.5,
    ...changes,
  };
}

/** What an agent on a host would send. */
export function eventOf(
  host: string,
  { now = () => new Date(), ...changes }: Partial<EventInput<"system_metrics">> & { now?: () => Date } = {},
): WireEvent {
  return toWireEvent(createEvent("system_metrics", metricsOf(host, changes), now));
}

/** A folder for an embedded database. */
export async function createDataFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "fedloom-system-"));
  // The database may run as another user than the tests.
  await chmod(path, 0o755);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
