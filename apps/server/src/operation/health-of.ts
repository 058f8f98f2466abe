import type { HealthReport, PartHealth } from "@fedloom/protocol";
import type { OperationFigures } from "./operation.js";

type Figures = Readonly<Record<string, number | undefined>>;

const LEAST_FREE_BYTES = 1024 ** 3;
const MOST_HELD_MS = 100;

/** What the figures mean for each part; the whole is degraded when any part is not as it should be. */
export function healthOf(figures: OperationFigures): HealthReport {
  const { alerts, system, disk } = figures;
  const parts: Record<string, PartHealth> = {
    database: databaseHealth(figures.database),
    relay: relayHealth(figures.relayPort),
    events: eventsHealth(figures.events),
    runs: {
      status: "ok",
      figures: {
        running: figures.runs.numRunning,
        queued: figures.runs.numQueued,
        waiting: figures.runs.numWaiting,
      },
    },
    event_loop: loopHealth(figures.loop),
    ...(disk && { disk: diskHealth(disk) }),
    ...(alerts && { alerts: withFailure(alerts.failure, { firing: alerts.numFiring }) }),
    ...(system && { system: withFailure(system.failure, { hosts: system.numHosts }) }),
  };
  const isWell = Object.values(parts).every(({ status }) => status === "ok" || status === "off");
  return { status: isWell ? "ok" : "degraded", parts };
}

function databaseHealth({ isUp, latencyMs, reason }: OperationFigures["database"]): PartHealth {
  if (!isUp) return { status: "down", detail: reason };
  return { status: "ok", figures: { latency_ms: round(latencyMs ?? 0) } };
}

function relayHealth(relayPort: OperationFigures["relayPort"]): PartHealth {
  if ("url" in relayPort) return { status: "ok", detail: relayPort.url };
  return { status: relayPort.isOff ? "off" : "degraded", detail: relayPort.problem };
}

function eventsHealth(events: OperationFigures["events"]): PartHealth {
  const { failure, numWaiting, numSpilled, numStored, numMissed } = events;
  const missing = numMissed > 0 ? `${numMissed} events are not in the database` : undefined;
  const detail = failure ?? missing;
  return {
    status: detail === undefined ? "ok" : "degraded",
    detail,
    figures: known({ waiting: numWaiting, spilled: numSpilled, stored: numStored, missed: numMissed }),
  };
}

function loopHealth({ p99Ms, maxMs }: OperationFigures["loop"]): PartHealth {
  return {
    status: p99Ms > MOST_HELD_MS ? "degraded" : "ok",
    figures: { delay_p99_ms: round(p99Ms), delay_max_ms: round(maxMs) },
  };
}

function diskHealth({ freeBytes, totalBytes }: NonNullable<OperationFigures["disk"]>): PartHealth {
  return {
    status: freeBytes < LEAST_FREE_BYTES ? "degraded" : "ok",
    figures: { free_bytes: freeBytes, total_bytes: totalBytes },
  };
}

function withFailure(failure: string | undefined, figures: Figures): PartHealth {
  return { status: failure === undefined ? "ok" : "degraded", detail: failure, figures: known(figures) };
}

function known(figures: Figures): Record<string, number> {
  return Object.fromEntries(
    Object.entries(figures).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
