export type { ConnectionState, OpenWebSocket } from "@fedloom/connection";
export type { ViewerErrorCode } from "./errors.js";
export { ViewerError } from "./errors.js";
export type { SubscriptionStart, ViewerCounters, ViewerOptions } from "./viewer.js";
export { openViewer, Viewer } from "./viewer.js";
