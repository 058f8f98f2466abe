import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Database, openDatabase } from "@fedloom/db";
import { createEvent, msgpackCodec, toWireEvent, type WireEvent } from "@fedloom/protocol";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type ClientOptions, WebSocket } from "ws";
import { addToken, startTestServer, type TestServer } from "../access/testing-access.js";

let folder: string;
let database: Database;
let server: TestServer;
let relayUrl: string;
let numRuns = 0;
const tokens: Record<string, string> = {};
const sockets: WebSocket[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fedloom-sockets-"));
  database = await openDatabase({ dataDir: join(folder, "postgres") });
  server = await startTestServer(database);
  const { port } = await server.relay.listen({ host: "127.0.0.1", port: 0 });
  relayUrl = `ws://127.0.0.1:${port}`;
  for (const role of ["viewer", "publisher"] as const) tokens[role] = (await addToken(database, role)).token;
}, 60_000);

afterAll(async () => {
  for (const socket of sockets) socket.terminate();
  await server?.[Symbol.asyncDispose]();
  await database?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A run that no other test uses. */
function nextRun(): string {
  numRuns += 1;
  return `01JD00000000000000000000${String(numRuns).padStart(2, "0")}`;
}

function roundStart(runId: string, round: number, seq?: number): WireEvent {
  const event = toWireEvent(
    createEvent("round_start", { runId, round, totalRounds: 9, participatingClients: 1 }),
  );
  return seq === undefined ? event : { ...event, meta: { source: "trainer", seq } };
}

type Message = { type: string; data: Record<string, unknown> };

/** A client as anybody may write one. */
async function connect(
  url: string,
  token?: string,
  options: ClientOptions = {},
  subprotocols: string[] = [],
) {
  const headers = { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...options.headers };
  const socket = new WebSocket(url, subprotocols, { ...options, headers });
  sockets.push(socket);
  const messages: Message[] = [];
  const frames: Buffer[] = [];
  socket.on("message", (frame: Buffer, isBinary: boolean) => {
    if (isBinary) frames.push(frame);
    else messages.push(JSON.parse(frame.toString()));
  });
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  await once(socket, "open");
  const until = (type: string, count = 1) =>
    vi.waitFor(() => {
      const found = messages.filter((message) => message.type === type);
      expect(found.length).toBeGreaterThanOrEqual(count);
      return found;
    });
  return {
    socket,
    messages,
    frames,
    closed,
    until,
    send: (message: object) => socket.send(JSON.stringify(message)),
  };
}

describe.each([
  ["a port of the relay's own", () => relayUrl],
  ["/ws/relay of the API's port", () => `${server.url.replace(/^http/, "ws")}/ws/relay`],
])("%s", (_, url) => {
  it("brings events from publishers to viewers, and acknowledges them", async () => {
    const runId = nextRun();
    const viewer = await connect(url(), tokens.viewer);
    await viewer.until("welcome");
    const publisher = await connect(url(), tokens.publisher);
    publisher.send({ type: "publish", data: { run_id: runId, source: "trainer" } });
    publisher.send(roundStart(runId, 1, 1));
    const [start] = await viewer.until("round_start");
    expect(start?.data).toMatchObject({ run_id: runId, round: 1 });
    const acks = await publisher.until("ack", 3);
    expect(acks.at(-1)?.data).toMatchObject({ level: "accepted", run_id: runId, seq: 1 });
  });

  it("replays what a viewer missed", async () => {
    const runId = nextRun();
    for (const round of [1, 2, 3]) server.relay.publish(roundStart(runId, round));
    const viewer = await connect(url(), tokens.viewer);
    viewer.send({ type: "subscribe", data: { run_id: runId, from: "start" } });
    const [subscribed] = await viewer.until("subscribed");
    expect(subscribed?.data).toMatchObject({ run_id: runId, recovered: true, offset: 3 });
    expect((await viewer.until("round_start", 3)).map(({ data }) => data.round)).toEqual([1, 2, 3]);
  });

  it("speaks msgpack to whoever asks", async () => {
    const { socket, frames, messages } = await connect(url(), tokens.viewer, {}, ["fedloom.v1.msgpack"]);
    expect(socket.protocol).toBe("fedloom.v1.msgpack");
    const [welcome] = await vi.waitFor(() => {
      expect(frames.length).toBe(1);
      return frames;
    });
    const decoded = msgpackCodec.decode(welcome as Buffer);
    expect(decoded).toMatchObject({ ok: true, value: { type: "welcome" } });
    expect(messages).toEqual([]);
  });

  it("takes a token from a header, a subprotocol or the first message", async () => {
    const own = await connect(url(), undefined, {}, ["fedloom.v1.json", `fedloom.token.${tokens.viewer}`]);
    expect((await own.until("welcome"))[0]?.data).not.toHaveProperty("authenticate");
    const asked = await connect(url());
    expect((await asked.until("welcome"))[0]?.data.authenticate).toBe(true);
    asked.send({ type: "authenticate", data: { token: tokens.viewer } });
    expect((await asked.until("welcome", 2))[1]?.data).not.toHaveProperty("authenticate");
  });

  it.each([
    ["a viewer that publishes", "viewer", () => roundStart(nextRun(), 1), "forbidden"],
    ["a publisher that watches", "publisher", () => ({ type: "subscribe", data: {} }), "forbidden"],
  ] as const)("closes %s", async (_what, role, message, code) => {
    const client = await connect(url(), tokens[role]);
    client.send(message());
    expect(await client.closed).toBe(1008);
    expect(client.messages.at(-1)).toMatchObject({ type: "reject", data: { code } });
  });

  it("closes whoever shows a wrong token, or none in time to say anything else", async () => {
    const options = { headers: { "x-forwarded-for": "192.0.2.1" } };
    expect(await (await connect(url(), "wrong", options)).closed).toBe(1008);
    const silent = await connect(url());
    silent.send(roundStart(nextRun(), 1));
    expect((await silent.until("reject"))[0]?.data.code).toBe("unauthenticated");
  });

  it.each([
    ["too large", () => "x".repeat(70 * 1024), 1009],
    ["invalid UTF-8", () => Buffer.from([0xff, 0xfe]), 1007],
  ])("closes a socket that sends a frame that is %s", async (_what, frame, code) => {
    const client = await connect(url(), tokens.viewer);
    client.socket.send(frame(), { binary: false });
    expect(await client.closed).toBe(code);
  });

  it.each(["not json", '{"type":"nonsense"}', "[]", '{"type":"subscribe","data":{"__proto__":{}}}'])(
    "answers %j and stays",
    async (text) => {
      const client = await connect(url(), tokens.viewer);
      client.socket.send(text);
      await client.until("reject");
      client.send({ type: "ping", data: { id: 7 } });
      expect((await client.until("pong"))[0]?.data.id).toBe(7);
    },
  );

  it("refuses pages of elsewhere, and versions that it does not know", async () => {
    for (const headers of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { host: "evil.example" },
    ]) {
      await expect(connect(url(), tokens.viewer, { headers })).rejects.toThrow("403");
    }
    await expect(connect(url(), tokens.viewer, {}, ["fedloom.v9.json"])).rejects.toThrow("400");
  });
});

describe("/ws/training-progress", () => {
  it("gives simple pages every event's fields beside its type", async () => {
    const viewer = await connect(`${server.url.replace(/^http/, "ws")}/ws/training-progress`, tokens.viewer);
    const runId = nextRun();
    await vi.waitFor(() => {
      server.relay.publish(roundStart(runId, 1));
      expect(viewer.messages.at(-1)).toMatchObject({ type: "round_start", run_id: runId, round: 1 });
    });
  });
});

describe("sockets of one kind of event", () => {
  const alert = (alertId: string, severity: "info" | "critical", host: string) =>
    toWireEvent(
      createEvent("alert", {
        alertId,
        severity,
        host,
        title: "t",
        message: "m",
        source: "s",
        state: "firing",
      }),
    );

  it("show what their address asks for", async () => {
    const at = (query: string) => `${server.url.replace(/^http/, "ws")}/api/ws/ws/alerts?${query}`;
    const critical = await connect(at("severity=critical"), tokens.viewer);
    const ofHosts = await connect(at("host=gpu-*&host=db"), tokens.viewer);
    await Promise.all([critical.until("welcome"), ofHosts.until("welcome")]);
    server.relay.publish(alert("1", "info", "gpu-1"));
    server.relay.publish(alert("2", "critical", "web"));
    server.relay.publish(alert("3", "critical", "db"));
    const ids = (found: Message[]) => found.map(({ data }) => data.alert_id);
    expect(ids(await critical.until("alert", 2))).toEqual(["2", "3"]);
    expect(ids(await ofHosts.until("alert", 2))).toEqual(["1", "3"]);
    const late = await connect(at("severity=info"), tokens.viewer);
    expect(ids(await late.until("alert"))).toEqual(["1"]);
  });
});
