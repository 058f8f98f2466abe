import { z } from "zod";
import { bytes, name, percent } from "../fields.js";
import { defineEvent } from "./define-event.js";

export const systemMetrics = defineEvent(
  "system_metrics",
  {
    host: name,
    cpuPercent: percent,
    memoryPercent: percent,
    memoryUsedBytes: bytes,
    diskPercent: percent,
    diskUsedBytes: bytes,
    networkRxBytes: bytes,
    networkTxBytes: bytes,
    /** Runnable processes, averaged over one minute. */
    loadAverage: z.number().min(0),
    gpu: z
      .array(z.object({ name, utilizationPercent: percent, memoryUsedBytes: bytes, memoryTotalBytes: bytes }))
      .max(64)
      .optional(),
  },
  { gauge: { by: ["host"] } },
);

/** Sent on quiet streams. */
export const heartbeat = defineEvent("heartbeat", {}, { gauge: { by: [] } });
