import { WebSocket } from "ws";
import type { WebSocketLike } from "./connection.js";
import { MetricsSender, type MetricsSenderOptions } from "./metrics-sender.js";
import { openProgressFile, type ProgressFileOptions } from "./progress-file.js";

export interface NodeMetricsSenderOptions extends Omit<MetricsSenderOptions, "openWebSocket"> {
  /** Where the run's progress file goes; none when absent. */
  progressFile?: ProgressFileOptions;
}

const HANDSHAKE_TIMEOUT_MS = 10_000;

/** A sender for Node: the socket comes from `ws`, since Node 20 has none of its own. */
export function createMetricsSender({
  progressFile,
  ...options
}: NodeMetricsSenderOptions = {}): MetricsSender {
  const sinks = [...(options.sinks ?? []), ...(progressFile ? [openProgressFile(progressFile)] : [])];
  return new MetricsSender({ ...options, sinks, openWebSocket });
}

function openWebSocket(url: string): WebSocketLike {
  const socket = new WebSocket(url, { perMessageDeflate: false, handshakeTimeout: HANDSHAKE_TIMEOUT_MS });
  // A script that forgets to close its sender must still end.
  socket.on("upgrade", (response) => response.socket.unref());
  return socket as unknown as WebSocketLike;
}
