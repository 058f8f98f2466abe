export type { NodeMetricsSenderOptions } from "./create-metrics-sender.js";
export { createMetricsSender } from "./create-metrics-sender.js";
export type { SenderErrorCode } from "./errors.js";
export { SenderError } from "./errors.js";
export type { FileSpoolOptions } from "./file-spool.js";
export { FileSpool, openFileSpools } from "./file-spool.js";
export type { FsyncPolicy } from "./spool-writer.js";
export type { SyncOptions, SyncResult } from "./sync-spool.js";
export { syncSpool } from "./sync-spool.js";
