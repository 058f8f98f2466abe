import { once } from "node:events";
import { get } from "node:https";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { startRelay } from "./index.js";
import { createTestCertificate } from "./testing-certificate.js";
import { roundStart, TestingClients } from "./testing-client.js";

const clients = new TestingClients();

afterEach(() => clients.close());

describe("a relay with a certificate", () => {
  it("speaks TLS and nothing else", async () => {
    const tls = createTestCertificate();
    const { relay, address } = await startRelay({ host: "127.0.0.1", port: 0, flushMs: 1, tls });
    try {
      const url = `127.0.0.1:${address.port}`;
      const options = { ca: tls.cert, servername: "localhost" };
      const viewer = await clients.connect(`wss://${url}`, options);
      const publisher = await clients.connect(`wss://${url}`, options);
      publisher.send(roundStart(1));
      await viewer.until("round_start");
      const [response] = await once(get(`https://${url}/metrics`, options), "response");
      expect(response.statusCode).toBe(200);
      response.resume();
      const [plain] = await once(new WebSocket(`ws://${url}`), "error");
      expect(plain.message).toMatch(/hang up|reset/);
      const [strange] = await once(new WebSocket(`wss://${url}`), "error");
      expect(strange.message).toMatch(/self.signed/i);
    } finally {
      await relay.close();
    }
  });
});
