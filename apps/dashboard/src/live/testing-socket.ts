import type { WebSocketLike } from "@fedloom/connection";
import { type FedloomEvent, jsonCodec, toWireEvent } from "@fedloom/protocol";

/** The browser's end of a WebSocket, driven by a test in place of a relay. */
export class TestingSocket implements WebSocketLike {
  readonly readyState = 1;
  readonly bufferedAmount = 0;
  binaryType = "blob";
  onopen: WebSocketLike["onopen"] = null;
  onmessage: WebSocketLike["onmessage"] = null;
  onclose: WebSocketLike["onclose"] = null;
  onerror: WebSocketLike["onerror"] = null;
  isClosed = false;
  readonly sent: unknown[] = [];

  send(data: unknown): void {
    this.sent.push(JSON.parse(String(data)));
  }

  close(): void {
    this.isClosed = true;
  }

  /** The relay says something. */
  say(type: string, data: object): void {
    this.receive(jsonCodec.encode({ type, timestamp: "2026-11-20T10:00:00.000Z", data }));
  }

  /** The relay passes an event on. */
  pass(event: FedloomEvent): void {
    this.receive(jsonCodec.encode(toWireEvent(event)));
  }

  receive(frame: unknown): void {
    this.onmessage?.({ data: frame });
  }

  /** The connection breaks. */
  breakOff(): void {
    this.onclose?.({});
  }
}
