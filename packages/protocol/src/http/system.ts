import { z } from "zod";
import { systemMetricsFields } from "../events/system.js";
import { MAX_NAME_LENGTH, name, timestamp } from "../fields.js";
import { defineWireObject, type ValueOfWireObject } from "../wire-object.js";

/** What a history can be asked for, each with its unit. */
export const systemMetricUnits = {
  cpu_percent: "percent",
  memory_percent: "percent",
  memory_used_bytes: "bytes",
  disk_percent: "percent",
  disk_used_bytes: "bytes",
  network_rx_bytes: "bytes",
  network_tx_bytes: "bytes",
  network_rx_bytes_per_second: "bytes_per_second",
  network_tx_bytes_per_second: "bytes_per_second",
  load_average: "processes",
  gpu_utilization_percent: "percent",
  gpu_memory_used_bytes: "bytes",
} as const;
export type SystemMetricName = keyof typeof systemMetricUnits;
export const systemMetricNames = Object.keys(systemMetricUnits) as SystemMetricName[];

/** Most points of one line of a history. */
export const MAX_HISTORY_POINTS = 2_000;

const time = z.iso.datetime();
const staleness = z.boolean().describe("Whether nothing was heard of this host for 30 s.");

/** What `GET /api/metrics/current` answers: of every host the newest sample. */
export const currentSystemMetrics = defineWireObject({
  hosts: z.array(
    z.object({
      ...systemMetricsFields,
      receivedAt: time.describe("When the sample came, by the server's clock."),
      isStale: staleness,
    }),
  ),
});
export type CurrentSystemMetrics = ValueOfWireObject<typeof currentSystemMetrics>;

/** Machines that say how they are, as `GET /api/hosts` answers them. */
export const hostList = defineWireObject({
  hosts: z.array(z.object({ host: name, firstSeenAt: time, lastSeenAt: time, isStale: staleness })),
});
export type HostList = ValueOfWireObject<typeof hostList>;

export const hostParams = z.strictObject({ host: name });

/** Which metric a history is of. What is not known is not there, so this takes any text. */
export const systemMetricParams = z.strictObject({
  metric_name: z.string().max(MAX_NAME_LENGTH).meta({ description: "which figure", enum: systemMetricNames }),
});

/** What a history is asked for with: `host`, `since`, `until` and `points` of the query. */
export const systemHistoryQuery = z.strictObject({
  host: name.optional().describe("One machine; the 32 seen last when absent."),
  since: timestamp.optional().describe("An hour before `until` when absent."),
  until: timestamp.optional().describe("Now when absent."),
  points: z.coerce
    .number()
    .int()
    .min(2)
    .max(MAX_HISTORY_POINTS)
    .default(300)
    .describe("Most points of each line."),
});

/** One metric over time, as `GET /api/metrics/{metric_name}` answers it. */
export const systemHistory = defineWireObject({
  metricName: z.enum(systemMetricNames as [SystemMetricName, ...SystemMetricName[]]),
  unit: z.enum(["percent", "bytes", "bytes_per_second", "processes"]),
  series: z.array(
    z.object({
      host: name,
      points: z.array(
        z.object({
          timestamp: time.describe("Where the part of time begins for which this point stands."),
          average: z.number(),
          max: z.number(),
        }),
      ),
    }),
  ),
});
export type SystemHistory = ValueOfWireObject<typeof systemHistory>;
