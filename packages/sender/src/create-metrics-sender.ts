import { openNodeWebSocket } from "@fedloom/connection/node";
import { type FileSpoolOptions, openFileSpools } from "./file-spool.js";
import { MetricsSender, type MetricsSenderOptions } from "./metrics-sender.js";

export interface NodeMetricsSenderOptions extends Omit<MetricsSenderOptions, "spools"> {
  /** The progress files, which are the spool as well; `false` keeps events in memory only. */
  progressFile?: FileSpoolOptions | false | undefined;
}

/** A sender for Node: spools to progress files, and lets the process end when it wants to. */
export function createMetricsSender({
  progressFile = {},
  ...options
}: NodeMetricsSenderOptions = {}): MetricsSender {
  return new MetricsSender({
    openWebSocket: openNodeWebSocket({ background: true }),
    ...options,
    ...(progressFile && { spools: openFileSpools(progressFile) }),
  });
}
