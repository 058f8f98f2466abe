import { once } from "node:events";
import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { createToken, createTokenCheck, startRelay } from "./index.js";
import { RUN_A, RUN_B, roundStart, TestingClients } from "./testing-client.js";

const clients = new TestingClients();
const start = clients.start.bind(clients);
const connect = clients.connect.bind(clients);

afterEach(() => clients.close());

describe("the listener", () => {
  it("names a port that is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    const refused = startRelay({ port });
    await expect(refused.finally(() => other.close())).rejects.toMatchObject({
      code: "port_in_use",
      message: `port ${port} on 127.0.0.1 is taken by another program`,
    });
  });

  it("refuses an address that other machines reach", async () => {
    await expect(startRelay({ host: "0.0.0.0", port: 0 })).rejects.toMatchObject({
      code: "address_not_loopback",
    });
  });

  it("refuses pages of other origins and rebound names", async () => {
    const { url, port } = await start();
    for (const headers of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { host: "evil.example" },
    ]) {
      const socket = new WebSocket(url, { headers });
      const [error] = await once(socket, "error");
      expect(error.message).toBe("Unexpected server response: 403");
    }
    await connect(url, { headers: { origin: `http://127.0.0.1:${port}` } });
  });

  it("asks its clients to come back before it stops", async () => {
    const { relay, url } = await start();
    const viewer = await connect(url);
    const closed = once(viewer.socket, "close");
    await relay.close("restart", 500);
    expect((await closed)[0]).toBe(1012);
    const { reason, after_ms } = viewer.ofType("reconnect")[0]?.data ?? {};
    expect(reason).toBe("restart");
    // Spread over time, so that not all come back at once.
    expect(after_ms).toBeGreaterThanOrEqual(500);
    expect(after_ms).toBeLessThanOrEqual(1_000);
  });
});

describe("tokens", () => {
  const viewer = createToken({ role: "viewer" });
  const publisher = createToken({ role: "publisher", runId: RUN_A });
  const authenticate = createTokenCheck([viewer.record, publisher.record]);

  it("come in a header, a subprotocol or the first message", async () => {
    const { url } = await start({ authenticate });
    await connect(url, { headers: { authorization: `Bearer ${viewer.token}` } });
    await connect(url, {}, ["fedloom.v1.json", `fedloom.token.${viewer.token}`]);
    const asked = await connect(url);
    expect(asked.ofType("welcome")[0]?.data.authenticate).toBe(true);
    asked.send({ type: "authenticate", data: { token: viewer.token } });
    expect((await asked.until("welcome", 2))[1]?.data.authenticate).toBeUndefined();
  });

  it("let viewers view and publishers publish their run, and nothing else", async () => {
    const { relay, url } = await start({ authenticate });
    const bearer = ({ token }: { token: string }) => ({ headers: { authorization: `Bearer ${token}` } });
    const watching = await connect(url, bearer(viewer));
    const sending = await connect(url, bearer(publisher));
    sending.send(roundStart(1));
    await watching.until("round_start");
    expect(sending.ofType("round_start")).toEqual([]);
    for (const [client, message] of [
      [await connect(url, bearer(viewer)), roundStart(2)],
      [await connect(url, bearer(publisher)), roundStart(2, RUN_B)],
      [await connect(url, bearer(publisher)), { type: "publish", data: { run_id: RUN_B, source: "s" } }],
      [await connect(url, bearer(publisher)), { type: "subscribe", data: {} }],
    ] as const) {
      client.send(message);
      const [code] = await once(client.socket, "close");
      expect([code, client.ofType("reject")[0]?.data.code]).toEqual([1008, "forbidden"]);
    }
    expect(relay.counters.eventsAccepted).toBe(1);
  });

  it("are asked for before anything else is answered", async () => {
    const { url } = await start({ authenticate });
    const nobody = await connect(url);
    nobody.send(roundStart(1));
    expect((await nobody.until("reject"))[0]?.data.code).toBe("unauthenticated");
    nobody.send({ type: "authenticate", data: { token: "wrong" } });
    const [code] = await once(nobody.socket, "close");
    expect(code).toBe(1008);
    const wrong = new WebSocket(url, { headers: { authorization: "Bearer wrong" } });
    expect((await once(wrong, "close"))[0]).toBe(1008);
  });

  it("are needed, besides a word, to listen where other machines reach", async () => {
    const refused = { code: "address_not_loopback" };
    await expect(startRelay({ host: "0.0.0.0", port: 0, authenticate })).rejects.toMatchObject(refused);
    await expect(startRelay({ host: "0.0.0.0", port: 0, allowRemote: true })).rejects.toMatchObject(refused);
    const { relay } = await startRelay({ host: "0.0.0.0", port: 0, allowRemote: true, authenticate });
    await relay.close();
  });
});
