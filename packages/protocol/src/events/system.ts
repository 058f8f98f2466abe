import { z } from "zod";
import { bytes, name, percent } from "../fields.js";
import { defineEvent } from "./define-event.js";

export const systemMetricsFields = {
  host: name,
  cpuPercent: percent,
  memoryPercent: percent,
  memoryUsedBytes: bytes,
  diskPercent: percent,
  diskUsedBytes: bytes,
  /** Counters since the interfaces came up, as is the next. */
  networkRxBytes: bytes,
  networkTxBytes: bytes,
  /** Runnable processes, averaged over one minute. */
  loadAverage: z.number().min(0),
  gpu: z
    .array(z.object({ name, utilizationPercent: percent, memoryUsedBytes: bytes, memoryTotalBytes: bytes }))
    .max(64)
    .optional(),
};

export const systemMetrics = defineEvent("system_metrics", systemMetricsFields, {
  gauge: { by: ["host"] },
});

/** Sent on quiet streams. */
export const heartbeat = defineEvent("heartbeat", {}, { gauge: { by: [] } });
