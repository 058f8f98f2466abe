import { encodeJson, type FedloomEvent, toWireEvent } from "@fedloom/protocol";
import type { Socket } from "./relay-connection.js";

/** The browser's end of a WebSocket, driven by a test in place of a relay. */
export class TestingSocket implements Socket {
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  isClosed = false;
  readonly sent: unknown[] = [];

  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }

  close(): void {
    this.isClosed = true;
  }

  /** The relay says something. */
  say(type: string, data: object): void {
    this.receive(encodeJson({ type, timestamp: "2026-11-20T10:00:00.000Z", data }));
  }

  /** The relay passes an event on. */
  pass(event: FedloomEvent): void {
    this.receive(encodeJson(toWireEvent(event)));
  }

  receive(frame: unknown): void {
    this.onmessage?.call(this as never, { data: frame } as MessageEvent);
  }

  /** The connection breaks. */
  breakOff(): void {
    this.onclose?.call(this as never, {} as CloseEvent);
  }
}
