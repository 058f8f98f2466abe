export { backoffMs } from "./backoff.js";
export type { ConnectionOptions, ConnectionState } from "./connection.js";
export { Connection } from "./connection.js";
export type { OpenWebSocket, WebSocketLike } from "./web-socket.js";
export { openPlatformWebSocket } from "./web-socket.js";
