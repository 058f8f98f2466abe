import type { Counters } from "./counters.js";

/** What is so at the moment, beside what was counted. */
export interface RelayGauges {
  connections: number;
  viewers: number;
  publishers: number;
  streams: number;
  heldBytes: number;
  lastFanOutSeconds: number;
}

/** Counters and gauges in Prometheus' text format, version 0.0.4. */
export function toPrometheus(counters: Counters, gauges: RelayGauges): string {
  return [
    metric("events_accepted_total", "counter", "Events taken from publishers.", counters.eventsAccepted),
    metric("events_duplicate_total", "counter", "Events that had come before.", counters.eventsDuplicate),
    metric("events_delivered_total", "counter", "Events sent, times viewers.", counters.eventsDelivered),
    metric(
      "events_conflated_total",
      "counter",
      "Gauge values left out for slow viewers.",
      counters.eventsConflated,
    ),
    labelled("messages_rejected_total", "Messages refused.", { label: "code", values: counters.rejected }),
    metric(
      "viewers_cut_total",
      "counter",
      "Viewers closed because they read too slowly.",
      counters.viewersCut,
    ),
    metric("connections_accepted_total", "counter", "Connections taken.", counters.connectionsAccepted),
    labelled("connections_refused_total", "Connections refused.", {
      label: "cause",
      values: counters.connectionsRefused,
    }),
    metric(
      "publishers_paused_total",
      "counter",
      "Times a publisher was read more slowly.",
      counters.publishersPaused,
    ),
    metric(
      "history_failures_total",
      "counter",
      "Reads of stored events that failed.",
      counters.historyFailures,
    ),
    metric("connections", "gauge", "Open connections.", gauges.connections),
    metric("viewers", "gauge", "Connections that are sent events.", gauges.viewers),
    metric("publishers", "gauge", "Sources that publish at present.", gauges.publishers),
    metric("streams", "gauge", "Runs in memory.", gauges.streams),
    metric("held_bytes", "gauge", "Bytes of events in memory.", gauges.heldBytes),
    metric(
      "last_fan_out_seconds",
      "gauge",
      "Duration of the last round over all viewers.",
      gauges.lastFanOutSeconds,
    ),
  ].join("");
}

function metric(name: string, type: "counter" | "gauge", help: string, value: number): string {
  return `# HELP fedloom_relay_${name} ${help}\n# TYPE fedloom_relay_${name} ${type}\nfedloom_relay_${name} ${value}\n`;
}

function labelled(
  name: string,
  help: string,
  { label, values }: { label: string; values: ReadonlyMap<string, number> },
): string {
  const head = `# HELP fedloom_relay_${name} ${help}\n# TYPE fedloom_relay_${name} counter\n`;
  // Codes and causes are the relay's own words, so they need no escaping.
  const lines = [...values].map(([key, value]) => `fedloom_relay_${name}{${label}="${key}"} ${value}\n`);
  return head + lines.join("");
}
