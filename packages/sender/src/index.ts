// Sending
export type { ConnectionState, OpenWebSocket } from "@fedloom/connection";
export { createRunId } from "./create-run-id.js";
// Errors
export type { SenderErrorCode } from "./errors.js";
export { SenderError } from "./errors.js";
// Where events wait
export { openIndexedDbSpools } from "./indexed-db-spool.js";
export type { MemorySpoolOptions } from "./memory-spool.js";
export { MemorySpool } from "./memory-spool.js";
export type { EventFields, MetricsSenderOptions, SenderCounters } from "./metrics-sender.js";
export { DEFAULT_RELAY_URL, MetricsSender } from "./metrics-sender.js";
export type { Leftover, Spool, SpoolRecord, SpoolStore } from "./spool.js";
