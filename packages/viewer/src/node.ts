import { openNodeWebSocket } from "@fedloom/connection/node";
import { Viewer, type ViewerOptions } from "./viewer.js";

export type { ViewerErrorCode } from "./errors.js";
export { ViewerError } from "./errors.js";
export type { SubscriptionStart, ViewerCounters, ViewerOptions } from "./viewer.js";
export { Viewer } from "./viewer.js";

/** Opens a viewer in Node, whose older versions have no WebSocket of their own. */
export function openViewer(options: ViewerOptions): Viewer {
  return new Viewer({
    openWebSocket: openNodeWebSocket({ background: options.background ?? false }),
    ...options,
  });
}
