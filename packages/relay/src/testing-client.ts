import { once } from "node:events";
import { createEvent, type StreamPosition, toWireEvent, type WireEvent } from "@fedloom/protocol";
import { type ClientOptions, WebSocket } from "ws";
import { type RelayOptions, startRelay } from "./index.js";

export const RUN_A = "01JD0000000000000000000000";
export const RUN_B = "01JD0000000000000000000001";

export interface Message {
  type: string;
  data: Record<string, unknown>;
  meta?: { source?: string; seq?: number; skipped?: number } & StreamPosition;
}

/** Relays and clients of one test, closed together at its end. */
export class TestingClients {
  readonly #closers: (() => unknown)[] = [];

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
  }

  async start(options: RelayOptions = {}) {
    const { relay, address } = await startRelay({ port: 0, flushMs: 1, ...options });
    this.#closers.push(() => relay.close());
    return { relay, url: `ws://127.0.0.1:${address.port}`, port: address.port };
  }

  /** A plain client that keeps every message; resolves once it is welcome. */
  async connect(url: string, options: ClientOptions = {}, subprotocols: string[] = []) {
    const client = await this.open(url, options, subprotocols);
    await client.until("welcome");
    return client;
  }

  async open(url: string, options: ClientOptions = {}, subprotocols: string[] = []) {
    const socket = new WebSocket(url, subprotocols, options);
    const messages: Message[] = [];
    const waiting = new Set<() => void>();
    socket.on("message", (frame) => {
      messages.push(JSON.parse(frame.toString()));
      for (const check of waiting) check();
    });
    this.#closers.push(() => socket.terminate());
    await once(socket, "open");
    const ofType = (type: string) => messages.filter((message) => message.type === type);
    return {
      socket,
      messages,
      ofType,
      send: (message: object) => socket.send(JSON.stringify(message)),
      /** Resolves with all messages of a type once there are `count` of them. */
      until: (type: string, count = 1) =>
        new Promise<Message[]>((resolve) => {
          const check = () => {
            if (ofType(type).length < count) return;
            waiting.delete(check);
            resolve(ofType(type));
          };
          waiting.add(check);
          check();
        }),
    };
  }
}

export function roundStart(round: number, runId = RUN_A): WireEvent {
  return toWireEvent(createEvent("round_start", { runId, round, totalRounds: 100, participatingClients: 1 }));
}

export function clientProgress(localEpoch: number, clientId = "a", runId = RUN_A): WireEvent {
  const data = {
    runId,
    round: 1,
    clientId,
    localEpoch,
    totalLocalEpochs: 1_000,
    trainLoss: 1,
    learningRate: 0.1,
  };
  return toWireEvent(createEvent("client_progress", data));
}
