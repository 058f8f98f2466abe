export type { ConnectionState, OpenWebSocket, WebSocketLike } from "./connection.js";
export type { EventSink, MetricsSenderOptions, SenderCounters } from "./metrics-sender.js";
export { MetricsSender } from "./metrics-sender.js";
