export type { NodeMetricsSenderOptions } from "./create-metrics-sender.js";
export { createMetricsSender } from "./create-metrics-sender.js";
export type { ProgressFile, ProgressFileOptions } from "./progress-file.js";
export { openProgressFile } from "./progress-file.js";
