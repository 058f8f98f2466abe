import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { jsonCodec } from "@fedloom/protocol";
import { expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { Connection } from "./connection.js";
import { openNodeWebSocket } from "./open-node-web-socket.js";

const HEARTBEAT_MS = 20;

it("a process that stood still reads what came meanwhile before it gives up the relay", async () => {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  const say = (type: string, data: object) =>
    jsonCodec.encode({ type, timestamp: "2026-11-20T10:00:00.000Z", data }) as string;
  let numPings = 0;
  const states: string[] = [];
  const answered = new Promise<void>((resolve) => {
    server.on("connection", (socket) => {
      socket.send(say("welcome", { protocol_version: 1, heartbeat_ms: HEARTBEAT_MS, ack_level: "stored" }));
      socket.on("message", () => {
        socket.send(say("pong", {}));
        // The answer is on its way; this process cannot read it before its next heartbeat is due.
        const until = performance.now() + 2 * HEARTBEAT_MS;
        while (performance.now() < until);
        if (++numPings === 5) resolve();
      });
      socket.on("close", () => resolve());
    });
  });
  const connection = new Connection({
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    openWebSocket: openNodeWebSocket(),
    onReady: () => {},
    onMessage: () => {},
    onStateChange: (state) => states.push(state),
  });
  await answered;
  connection.close();
  server.close();
  expect(states).toEqual(["connecting", "open", "closed"]);
});
