import type { Frame } from "@fedloom/protocol";

/** The part of the standard WebSocket that is used; browsers, Node >= 22 and `ws` have it. */
export interface WebSocketLike {
  readonly readyState: number;
  readonly bufferedAmount: number;
  binaryType: string;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code?: number; reason?: string }) => void) | null;
  onerror: ((event: { message?: string }) => void) | null;
  send(data: Frame): void;
  close(code?: number, reason?: string): void;
  /** Hands what `write` sends to the network in one piece, where that is possible. */
  batch?(write: () => void): void;
}

export type OpenWebSocket = (url: string, subprotocols: string[]) => WebSocketLike;

/** Opens the platform's own WebSocket: browsers, workers, Node >= 22. */
export function openPlatformWebSocket(url: string, subprotocols: string[]): WebSocketLike {
  return new WebSocket(url, subprotocols) as unknown as WebSocketLike;
}
