import { once } from "node:events";
import { createServer } from "node:net";
import { createEvent, toWireEvent } from "@fedloom/protocol";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type RelayOptions, startRelay } from "./index.js";

const runId = "01JD0000000000000000000000";
const otherRun = "01JD0000000000000000000001";
const open: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

type Message = { type: string; data: Record<string, unknown>; meta?: Record<string, unknown> };

async function start(options: RelayOptions = {}) {
  const { relay, address } = await startRelay({ port: 0, flushMs: 1, ...options });
  open.push(() => relay.close());
  return { relay, url: `ws://127.0.0.1:${address.port}`, port: address.port };
}

async function connect(url: string, options = {}) {
  const socket = new WebSocket(url, options);
  const messages: Message[] = [];
  const waiting: (() => void)[] = [];
  socket.on("message", (frame) => {
    messages.push(JSON.parse(frame.toString()));
    for (const check of waiting) check();
  });
  open.push(() => socket.terminate());
  await once(socket, "open");
  const client = {
    socket,
    messages,
    send: (message: object) => socket.send(JSON.stringify(message)),
    ofType: (type: string) => messages.filter((message) => message.type === type),
    /** Resolves with all messages of a type once there are `count` of them. */
    until: (type: string, count = 1) =>
      new Promise<Message[]>((resolve) => {
        const check = () => client.ofType(type).length >= count && resolve(client.ofType(type));
        waiting.push(check);
        check();
      }),
  };
  await client.until("welcome");
  return client;
}

function roundStart(round: number, run = runId) {
  return toWireEvent(
    createEvent("round_start", { runId: run, round, totalRounds: 100, participatingClients: 1 }),
  );
}

function numbered(seq: number, source = "trainer") {
  return { ...roundStart(seq), meta: { source, seq } };
}

describe("plain clients", () => {
  it("see every event by connecting and publish by sending", async () => {
    const { url } = await start();
    const [viewer, publisher] = [await connect(url), await connect(url)];
    publisher.send(roundStart(1));
    publisher.send(roundStart(1, otherRun));
    const seen = await viewer.until("round_start", 2);
    expect(seen.map(({ data }) => data.run_id)).toEqual([runId, otherRun]);
    expect(seen[0]).toMatchObject({ data: { round: 1, total_rounds: 100 }, meta: { offset: 1 } });
  });

  it("are answered when they are wrong, and harm nobody", async () => {
    const { url } = await start();
    const [viewer, publisher] = [await connect(url), await connect(url)];
    publisher.socket.send("nonsense");
    publisher.socket.send(Buffer.from([1, 2]));
    publisher.send({
      type: "round_start",
      timestamp: new Date().toISOString(),
      data: { run_id: runId, round: -1 },
    });
    publisher.send({ type: "subscribe", data: { runId } });
    publisher.send(roundStart(1));
    const rejects = await publisher.until("reject", 4);
    expect(rejects.map(({ data }) => [data.code, data.field])).toEqual([
      ["invalid_json", undefined],
      ["binary_frame", undefined],
      ["invalid_data", "data.round"],
      ["invalid_data", "data.runId"],
    ]);
    expect(await viewer.until("round_start")).toHaveLength(1);
    expect(viewer.ofType("reject")).toEqual([]);
  });

  it("are closed with 1009 for a frame above the limit", async () => {
    const { url } = await start();
    const [viewer, flooder] = [await connect(url), await connect(url)];
    flooder.socket.on("error", () => {});
    flooder.socket.send("x".repeat(70_000));
    const [code] = await once(flooder.socket, "close");
    expect(code).toBe(1009);
    viewer.send(roundStart(1));
    await viewer.until("round_start");
  });
});

describe("subscriptions", () => {
  it("replay a run from the start, or from a position, then go on live", async () => {
    const { url } = await start();
    const publisher = await connect(url);
    for (const round of [1, 2, 3]) publisher.send(roundStart(round));
    await publisher.until("round_start", 3);

    const late = await connect(url);
    late.send({ type: "subscribe", data: { run_id: runId, from: "start" } });
    await late.until("round_start", 3);
    const [subscribed] = await late.until("subscribed");
    expect(subscribed?.data).toMatchObject({ recovered: true, offset: 3 });

    const resumed = await connect(url);
    resumed.send({
      type: "subscribe",
      data: { run_id: runId, from: { epoch: subscribed?.data.epoch, offset: 2 } },
    });
    await resumed.until("round_start", 1);
    publisher.send(roundStart(4));
    expect((await resumed.until("round_start", 2)).map(({ data }) => data.round)).toEqual([3, 4]);
    expect((await late.until("round_start", 4)).map(({ data }) => data.round)).toEqual([1, 2, 3, 4]);
  });

  it("say so when events are gone, of another epoch, or of an unknown run", async () => {
    const { url } = await start({ maxEvents: 2 });
    const publisher = await connect(url);
    for (const round of [1, 2, 3]) {
      publisher.send(roundStart(round));
      await publisher.until("round_start", round);
    }
    const viewer = await connect(url);
    viewer.send({ type: "subscribe", data: { run_id: runId, from: "start" } });
    viewer.send({ type: "subscribe", data: { run_id: runId, from: { epoch: "other", offset: 3 } } });
    viewer.send({ type: "subscribe", data: { run_id: otherRun, from: "start" } });
    const answers = await viewer.until("subscribed", 3);
    expect(answers.map(({ data }) => data.recovered)).toEqual([false, false, false]);
  });

  it("keep to the run and the types that were asked for", async () => {
    const { url } = await start();
    const [viewer, publisher] = [await connect(url), await connect(url)];
    viewer.send({ type: "subscribe", data: { run_id: runId, types: ["training_mode"] } });
    await viewer.until("subscribed");
    publisher.send(roundStart(1));
    publisher.send(roundStart(1, otherRun));
    const mode = { runId, isFederated: true, numRounds: 1, numClients: 1 };
    publisher.send(toWireEvent(createEvent("training_mode", mode)));
    await viewer.until("training_mode");
    expect(viewer.ofType("round_start")).toEqual([]);
  });
});

describe("publishers' sessions", () => {
  it("acknowledge what was accepted, once per tick, and drop what comes twice", async () => {
    const { url } = await start();
    const [viewer, publisher] = [await connect(url), await connect(url)];
    publisher.send({ type: "publish", data: { run_id: runId, source: "trainer" } });
    for (const seq of [1, 2, 2, 1, 3]) publisher.send(numbered(seq));
    await viewer.until("round_start", 3);
    publisher.send({ type: "ping", data: { id: 1 } });
    await publisher.until("pong");
    expect(viewer.ofType("round_start").map(({ meta }) => meta?.seq)).toEqual([1, 2, 3]);
    const acks = await publisher.until("ack", 3);
    expect(acks.at(-1)?.data).toEqual({ level: "accepted", run_id: runId, source: "trainer", seq: 3 });
    expect(publisher.ofType("round_start")).toEqual([]);
  });

  it("tell a publisher that comes back how far it got, stored and accepted apart", async () => {
    const { relay, url } = await start({ ackLevel: "stored" });
    const first = await connect(url);
    for (const seq of [1, 2]) first.send(numbered(seq));
    await first.until("ack");
    relay.markStored(runId, "trainer", 1);
    first.socket.terminate();
    const second = await connect(url);
    second.send({ type: "publish", data: { run_id: runId, source: "trainer" } });
    const acks = await second.until("ack", 2);
    expect(acks.map(({ data }) => [data.level, data.seq])).toEqual([
      ["accepted", 2],
      ["stored", 1],
    ]);
  });
});

describe("the listener", () => {
  it("names a port that is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    open.push(() => other.close());
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    await expect(startRelay({ port })).rejects.toMatchObject({
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
    expect(viewer.ofType("reconnect")[0]?.data).toEqual({ reason: "restart", after_ms: 500 });
  });
});
