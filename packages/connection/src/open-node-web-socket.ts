import type { Socket } from "node:net";
import { MAX_FRAME_LENGTH } from "@fedloom/protocol";
import { type ClientOptions, WebSocket } from "ws";
import type { OpenWebSocket, WebSocketLike } from "./web-socket.js";

const HANDSHAKE_TIMEOUT_MS = 10_000;
/** A relay that hangs does not answer a close; the socket is cut then. */
const CLOSE_TIMEOUT_MS = 2_000;

/** Opens sockets with `ws`, since Node 20 has none of its own; those in the background let a process end. */
export function openNodeWebSocket({ background = false }: { background?: boolean } = {}): OpenWebSocket {
  return (url, subprotocols) => {
    const options: ClientOptions & { closeTimeout: number } = {
      perMessageDeflate: false,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      closeTimeout: CLOSE_TIMEOUT_MS,
      maxPayload: 2 * MAX_FRAME_LENGTH,
    };
    const socket = new WebSocket(url, subprotocols, options);
    let tcp: Socket | undefined;
    socket.on("upgrade", (response) => {
      tcp = response.socket;
      if (background) tcp.unref();
    });
    const batch = (write: () => void) => {
      tcp?.cork();
      try {
        write();
      } finally {
        tcp?.uncork();
      }
    };
    return Object.assign(socket as unknown as WebSocketLike, { batch });
  };
}
