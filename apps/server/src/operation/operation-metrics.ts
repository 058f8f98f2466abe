import type { OperationFigures } from "./operation.js";

interface Metric {
  readonly name: string;
  readonly help: string;
  /** Gauge unless told otherwise. */
  readonly type?: "counter";
  /** Undefined where there is nothing to tell. */
  read(figures: OperationFigures): number | Readonly<Record<string, number>> | undefined;
}

const METRICS: readonly Metric[] = [
  {
    name: "runs",
    help: "Runs that this server looks after, by state.",
    read: ({ runs }) => ({
      'state="running"': runs.numRunning,
      'state="queued"': runs.numQueued,
      'state="waiting"': runs.numWaiting,
    }),
  },
  {
    name: "database_up",
    help: "Whether the database answers.",
    read: ({ database }) => Number(database.isUp),
  },
  {
    name: "database_latency_seconds",
    help: "Duration of the last small query.",
    read: ({ database }) => inSeconds(database.latencyMs),
  },
  {
    name: "events_stored_total",
    help: "Events written to the database.",
    type: "counter",
    read: ({ events }) => events.numStored,
  },
  {
    name: "events_missed_total",
    help: "Events that did not reach the database and will not.",
    type: "counter",
    read: ({ events }) => events.numMissed,
  },
  {
    name: "events_waiting",
    help: "Events that the relay has taken and the database has not.",
    read: ({ events }) => events.numWaiting,
  },
  {
    name: "events_spilled",
    help: "Events in the spill file.",
    read: ({ events }) => events.numSpilled,
  },
  {
    name: "relay_port_open",
    help: "Whether the relay has a port of its own.",
    read: ({ relayPort }) => Number("url" in relayPort),
  },
  {
    name: "alerts_firing",
    help: "Alerts that fire at present.",
    read: ({ alerts }) => alerts?.numFiring,
  },
  {
    name: "hosts",
    help: "Hosts whose metrics come in.",
    read: ({ system }) => system?.numHosts,
  },
  {
    name: "disk_free_bytes",
    help: "Free space of the disk with the server's data.",
    read: ({ disk }) => disk?.freeBytes,
  },
  {
    name: "event_loop_delay_p99_seconds",
    help: "How long the main thread was held: 99th percentile of the last minute.",
    read: ({ loop }) => inSeconds(loop.p99Ms),
  },
];

/** The figures in Prometheus' text format, version 0.0.4. */
export function operationMetrics(figures: OperationFigures): string {
  return METRICS.map(({ name, help, type = "gauge", read }) => {
    const value = read(figures);
    if (value === undefined) return "";
    const values = typeof value === "number" ? { "": value } : value;
    const lines = Object.entries(values).map(
      ([labels, each]) => `fedloom_${name}${labels && `{${labels}}`} ${each}\n`,
    );
    return `# HELP fedloom_${name} ${help}\n# TYPE fedloom_${name} ${type}\n${lines.join("")}`;
  }).join("");
}

function inSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1_000;
}
