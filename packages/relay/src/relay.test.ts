import { once } from "node:events";
import { createEvent, msgpackCodec, toWireEvent } from "@fedloom/protocol";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { createLocalBackplane } from "./index.js";
import { clientProgress, RUN_A, RUN_B, roundStart, TestingClients } from "./testing-client.js";

const clients = new TestingClients();
const start = clients.start.bind(clients);
const connect = clients.connect.bind(clients);

afterEach(() => clients.close());

function numbered(seq: number, source = "trainer") {
  return { ...roundStart(seq), meta: { source, seq } };
}

describe("plain clients", () => {
  it("see every event by connecting and publish by sending", async () => {
    const { url } = await start();
    const [viewer, publisher] = [await connect(url), await connect(url)];
    publisher.send(roundStart(1));
    publisher.send(roundStart(1, RUN_B));
    const seen = await viewer.until("round_start", 2);
    expect(seen.map(({ data }) => data.run_id)).toEqual([RUN_A, RUN_B]);
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
      data: { run_id: RUN_A, round: -1 },
    });
    publisher.send({ type: "subscribe", data: { runId: RUN_A } });
    publisher.send(roundStart(1));
    const rejects = await publisher.until("reject", 4);
    expect(rejects.map(({ data }) => [data.code, data.field])).toEqual([
      ["invalid_json", undefined],
      ["wrong_frame", undefined],
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
    late.send({ type: "subscribe", data: { run_id: RUN_A, from: "start" } });
    await late.until("round_start", 3);
    const [subscribed] = await late.until("subscribed");
    expect(subscribed?.data).toMatchObject({ recovered: true, offset: 3 });

    const resumed = await connect(url);
    resumed.send({
      type: "subscribe",
      data: { run_id: RUN_A, from: { epoch: subscribed?.data.epoch, offset: 2 } },
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
    viewer.send({ type: "subscribe", data: { run_id: RUN_A, from: "start" } });
    viewer.send({ type: "subscribe", data: { run_id: RUN_A, from: { epoch: "other", offset: 3 } } });
    viewer.send({ type: "subscribe", data: { run_id: RUN_B, from: "start" } });
    const answers = await viewer.until("subscribed", 3);
    expect(answers.map(({ data }) => data.recovered)).toEqual([false, false, false]);
  });

  it("keep to the run and the types that were asked for", async () => {
    const { url } = await start();
    const [viewer, publisher] = [await connect(url), await connect(url)];
    viewer.send({ type: "subscribe", data: { run_id: RUN_A, types: ["training_mode"] } });
    await viewer.until("subscribed");
    publisher.send(roundStart(1));
    publisher.send(roundStart(1, RUN_B));
    const mode = { runId: RUN_A, isFederated: true, numRounds: 1, numClients: 1 };
    publisher.send(toWireEvent(createEvent("training_mode", mode)));
    await viewer.until("training_mode");
    expect(viewer.ofType("round_start")).toEqual([]);
  });
});

describe("publishers' sessions", () => {
  it("acknowledge what was accepted, once per tick, and drop what comes twice", async () => {
    const { url } = await start();
    const [viewer, publisher] = [await connect(url), await connect(url)];
    publisher.send({ type: "publish", data: { run_id: RUN_A, source: "trainer" } });
    for (const seq of [1, 2, 2, 1, 3]) publisher.send(numbered(seq));
    await viewer.until("round_start", 3);
    publisher.send({ type: "ping", data: { id: 1 } });
    await publisher.until("pong");
    expect(viewer.ofType("round_start").map(({ meta }) => meta?.seq)).toEqual([1, 2, 3]);
    const acks = await publisher.until("ack", 3);
    expect(acks.at(-1)?.data).toEqual({ level: "accepted", run_id: RUN_A, source: "trainer", seq: 3 });
    expect(publisher.ofType("round_start")).toEqual([]);
  });

  it("tell a publisher that comes back how far it got, stored and accepted apart", async () => {
    const { relay, url } = await start({ ackLevel: "stored" });
    const first = await connect(url);
    for (const seq of [1, 2]) first.send(numbered(seq));
    await first.until("ack");
    relay.markStored(RUN_A, "trainer", 1);
    first.socket.terminate();
    const second = await connect(url);
    second.send({ type: "publish", data: { run_id: RUN_A, source: "trainer" } });
    const acks = await second.until("ack", 2);
    expect(acks.map(({ data }) => [data.level, data.seq])).toEqual([
      ["accepted", 2],
      ["stored", 1],
    ]);
  });
});

describe("leases", () => {
  it("belong to the connection that asked last, and the other is told", async () => {
    const { relay, url } = await start();
    const changes: string[] = [];
    relay.onPublisher(({ source, state }) => changes.push(`${source} ${state}`));
    const [older, newer] = [await connect(url), await connect(url)];
    older.send({ type: "publish", data: { run_id: RUN_A, source: "trainer" } });
    await older.until("ack", 2);
    newer.send({ type: "publish", data: { run_id: RUN_A, source: "trainer" } });
    await newer.until("ack", 2);
    older.send(numbered(1));
    const rejects = await older.until("reject", 2);
    expect(rejects.map(({ data }) => [data.code, data.seq])).toEqual([
      ["lease_taken", undefined],
      ["lease_taken", 1],
    ]);
    newer.send(numbered(1));
    await newer.until("ack", 3);
    newer.socket.terminate();
    await once(newer.socket, "close");
    await expect.poll(() => changes).toEqual(["trainer active", "trainer gone"]);
  });
});

describe("a publisher that lost its lease", () => {
  it("gets it back by asking, never by sending: what was refused would be missing", async () => {
    const { relay, url } = await start();
    const publish = { type: "publish", data: { run_id: RUN_A, source: "trainer" } };
    const [older, newer] = [await connect(url), await connect(url)];
    older.send(publish);
    await older.until("ack", 2);
    newer.send(publish);
    await newer.until("ack", 2);
    older.send(numbered(1));
    await older.until("reject", 2);
    const isGone = new Promise((resolve) => relay.onPublisher(resolve));
    newer.socket.terminate();
    await isGone;
    older.send(numbered(2));
    await older.until("reject", 3);
    expect(relay.counters.eventsAccepted).toBe(0);
    older.send(publish);
    for (const seq of [1, 2]) older.send(numbered(seq));
    expect((await older.until("ack", 5)).map(({ data }) => data.seq)).toEqual([0, 0, 0, 0, 2]);
  });
});

describe("signs of life", () => {
  it("are a publisher's events too, while its pong waits behind them", async () => {
    const { url } = await start({ heartbeatMs: 20 });
    const publisher = await connect(url, { autoPong: false });
    const ends = once(publisher.socket, "close");
    let numPings = 0;
    await new Promise<void>((resolve) => {
      publisher.socket.on("ping", () => {
        publisher.send(numbered(++numPings));
        if (numPings === 5) resolve();
      });
      publisher.socket.on("close", () => resolve());
    });
    expect(numPings).toBe(5);
    publisher.socket.removeAllListeners("ping");
    await ends;
  });

  it("are read before they count as missing, by a relay that stood still", async () => {
    const heartbeatMs = 20;
    const { url } = await start({ heartbeatMs });
    const viewer = await connect(url);
    let numPings = 0;
    await new Promise<void>((resolve) => {
      viewer.socket.on("ping", () => {
        // The pong is on its way; the relay, in this process too, cannot read it before its next heartbeat is due.
        const until = performance.now() + 2 * heartbeatMs;
        while (performance.now() < until);
        if (++numPings === 5) resolve();
      });
      viewer.socket.on("close", () => resolve());
    });
    expect(numPings).toBe(5);
  });
});

describe("snapshots", () => {
  it("give a viewer that comes late the newest of each kind", async () => {
    const { url } = await start();
    const publisher = await connect(url);
    for (const event of [roundStart(1), clientProgress(1), clientProgress(2), roundStart(2)])
      publisher.send(event);
    await publisher.until("round_start", 2);
    const late = await connect(url);
    late.send({ type: "subscribe", data: { run_id: RUN_A, snapshot: true } });
    const [subscribed] = await late.until("subscribed");
    expect(subscribed?.data).toMatchObject({ recovered: true, offset: 4, num_snapshot: 2 });
    await late.until("round_start");
    publisher.send(roundStart(3));
    await late.until("round_start", 2);
    const offsets = late.messages.flatMap(({ meta }) => (meta ? [meta.offset] : []));
    expect(offsets).toEqual([3, 4, 5]);
  });

  it("stand in for events that are gone", async () => {
    const { url } = await start({ maxEvents: 2 });
    const publisher = await connect(url);
    publisher.send(clientProgress(7));
    await publisher.until("client_progress");
    for (const round of [1, 2, 3]) {
      publisher.send(roundStart(round));
      await publisher.until("round_start", round);
    }
    const late = await connect(url);
    late.send({ type: "subscribe", data: { run_id: RUN_A, from: "start" } });
    await late.until("round_start", 2);
    expect(late.ofType("subscribed")[0]?.data).toMatchObject({ recovered: false, num_snapshot: 1 });
    expect(late.messages.flatMap(({ meta }) => (meta ? [meta.offset] : []))).toEqual([1, 3, 4]);
  });
});

describe("other forms", () => {
  it("speak MessagePack to those that ask for it", async () => {
    const { url } = await start();
    const publisher = await connect(url);
    const socket = new WebSocket(url, ["fedloom.v1.msgpack"]);
    const received: { type: string; data: Record<string, unknown> }[] = [];
    const seen = new Promise<void>((resolve) => {
      socket.on("message", (frame: Buffer) => {
        const decoded = msgpackCodec.decode(frame);
        if (decoded.ok) received.push(decoded.value as never);
        if (received.at(-1)?.type === "welcome") socket.send(msgpackCodec.encode(roundStart(7)));
        if (received.at(-1)?.type === "round_start") resolve();
      });
    });
    await seen;
    socket.terminate();
    expect(received.map(({ type }) => type)).toEqual(["welcome", "round_start"]);
    expect((await publisher.until("round_start"))[0]?.data.round).toBe(7);
  });

  it("write every event flat for simple pages, beginning with what stands", async () => {
    const { url } = await start();
    const publisher = await connect(url);
    publisher.send(
      toWireEvent(
        createEvent("training_mode", { runId: RUN_A, isFederated: true, numRounds: 2, numClients: 1 }),
      ),
    );
    await publisher.until("training_mode");
    const page = await clients.open(`${url}/ws/training-progress`);
    await page.until("training_mode");
    publisher.send(roundStart(2));
    await page.until("round_start");
    publisher.send(
      toWireEvent(
        createEvent("error", { runId: RUN_A, error: "x", errorType: "training_error", fatal: true }),
      ),
    );
    await page.until("training_error");
    expect(page.messages.map((message) => ({ ...message, timestamp: undefined }))).toEqual([
      { type: "training_mode", run_id: RUN_A, is_federated: true, num_rounds: 2, num_clients: 1 },
      { type: "round_start", run_id: RUN_A, round: 2, total_rounds: 100, participating_clients: 1 },
      { type: "training_error", run_id: RUN_A, error: "x", error_type: "training_error", fatal: true },
    ]);
  });

  it("name both versions when a client knows only others", async () => {
    const { url } = await start();
    const socket = new WebSocket(url, ["fedloom.v2.json"]);
    const [, response] = await once(
      socket.on("error", () => {}),
      "unexpected-response",
    );
    let body = "";
    for await (const chunk of response) body += chunk;
    expect([response.statusCode, body]).toEqual([
      400,
      "subprotocol: expected fedloom.v1.json or fedloom.v1.msgpack, received fedloom.v2.json",
    ]);
  });
});

describe("relays that share a backplane", () => {
  it("show each other's events to their viewers, each once", async () => {
    const backplane = createLocalBackplane();
    const [left, right] = [
      await start({ backplane: backplane.join() }),
      await start({ backplane: backplane.join() }),
    ];
    const [publisher, viewer] = [await connect(left.url), await connect(right.url)];
    publisher.send(numbered(1));
    publisher.send(numbered(1));
    publisher.send(numbered(2));
    await viewer.until("round_start", 2);
    expect(viewer.ofType("round_start").map(({ meta }) => meta?.seq)).toEqual([1, 2]);
    expect(right.relay.counters.eventsAccepted).toBe(2);
  });
});

describe("a clock that jumps", () => {
  it("changes no order and loses nothing", async () => {
    const hours = [0, 5, -7, 12, -1];
    let calls = 0;
    const now = () => new Date(Date.UTC(2026, 10, 20, 12 + (hours[calls++ % hours.length] ?? 0)));
    const { url } = await start({ now, heartbeatMs: 20 });
    const [viewer, publisher] = [await connect(url), await connect(url)];
    publisher.send({ type: "publish", data: { run_id: RUN_A, source: "trainer" } });
    for (const seq of [1, 2, 3, 4, 5]) {
      const timestamp = now().toISOString();
      publisher.send({ ...numbered(seq), timestamp });
    }
    await viewer.until("round_start", 5);
    await viewer.until("heartbeat", 2);
    expect(viewer.ofType("round_start").map(({ meta }) => [meta?.seq, meta?.offset])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 4],
      [5, 5],
    ]);
    expect((await publisher.until("ack", 3)).at(-1)?.data.seq).toBe(5);
  });
});

describe("the counters", () => {
  it("are there for Prometheus", async () => {
    const { url, port } = await start();
    const client = await connect(url);
    client.socket.send("nonsense");
    client.send(numbered(1));
    client.send(numbered(1));
    await client.until("round_start");
    await client.until("reject");
    const response = await fetch(`http://127.0.0.1:${port}/metrics`);
    const text = await response.text();
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4");
    for (const line of [
      "events_accepted_total 1",
      "events_duplicate_total 1",
      'messages_rejected_total{code="invalid_json"} 1',
      "viewers 1",
    ]) {
      expect(text).toContain(`\nfedloom_relay_${line}\n`);
    }
  });
});
