import { once } from "node:events";
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { createToken } from "@fedloom/relay";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type ClientOptions, WebSocket } from "ws";
import { RUN_ID, Stage } from "./stage.js";
import { type RelayProcess, startCli } from "./start-cli.js";

const OTHER_RUN_ID = "01JD0000000000000000000001";
const stage = new Stage();
let relay: RelayProcess;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  const file = join(await stage.folder(), "tokens");
  const make = async (name: string, ...flags: string[]) => {
    const made = startCli(["token", "create", "--tokens", file, ...flags]);
    expect(await made.exited).toBe(0);
    tokens[name] = made.output().match(/^fedloom_\S+$/m)?.[0] ?? "";
  };
  for (const role of ["viewer", "publisher", "client", "admin"]) await make(role, "--role", role);
  await make("publisher of a run", "--role", "publisher", "--run", RUN_ID);
  await make("viewer of a run", "--role", "viewer", "--run", RUN_ID, "--expires", "1");
  const { token, record } = createToken({ role: "admin" });
  tokens["expired admin"] = token;
  await appendFile(file, `${JSON.stringify({ ...record, expires_at: 1_000 })}\n`);
  relay = await stage.relay(["--tokens", file, "--heartbeat-ms", "60000"]);
});
afterAll(() => stage.end());

interface Message {
  type: string;
  data: Record<string, unknown>;
}

/** A connection that shows a token in its header, in its subprotocol or as it is told. */
async function connect({
  headers,
  protocols = [],
}: {
  headers?: ClientOptions["headers"];
  protocols?: string[];
}) {
  const socket = stage.own(new WebSocket(relay.url, protocols, { headers }), (each) => each.terminate());
  const messages: Message[] = [];
  socket.on("message", (frame) => messages.push(JSON.parse(frame.toString())));
  const closed = once(socket, "close").then(([code]) => code as number);
  await once(socket, "open");
  const until = (type: string) =>
    vi.waitUntil(() => messages.find((message) => message.type === type), { timeout: 5_000, interval: 5 });
  return { socket, messages, closed, until, say: (message: object) => socket.send(JSON.stringify(message)) };
}

function bearing(name: string) {
  return connect({ headers: { authorization: `Bearer ${tokens[name]}` } });
}

function roundStart(runId = RUN_ID) {
  const data = { run_id: runId, round: 1, total_rounds: 9, participating_clients: 1 };
  return { type: "round_start", timestamp: new Date().toISOString(), data };
}

const publish = (runId = RUN_ID) => ({ type: "publish", data: { run_id: runId, source: "s" } });
const subscribe = (runId?: string) => ({ type: "subscribe", data: runId ? { run_id: runId } : {} });

describe("a relay that asks for tokens", () => {
  it.each([
    ["viewer", "subscribes to a run", subscribe(RUN_ID), "subscribed"],
    ["viewer of a run", "subscribes to it", subscribe(RUN_ID), "subscribed"],
    ["publisher", "opens a session", publish(), "ack"],
    ["publisher of a run", "opens a session of it", publish(), "ack"],
    ["admin", "opens a session", publish(), "ack"],
    ["admin", "subscribes to everything", subscribe(), "subscribed"],
    ["client", "sends a ping", { type: "ping", data: {} }, "pong"],
  ])("lets a %s in who %s", async (role, _what, message, answer) => {
    const client = await bearing(role);
    await client.until("welcome");
    client.say(message);
    await client.until(answer);
    client.socket.terminate();
  });

  it.each([
    ["viewer", "sends an event", roundStart()],
    ["viewer", "opens a session", publish()],
    ["viewer of a run", "subscribes to another", subscribe(OTHER_RUN_ID)],
    ["viewer of a run", "subscribes to everything", subscribe()],
    ["publisher", "subscribes", subscribe(RUN_ID)],
    ["publisher of a run", "sends an event of another", roundStart(OTHER_RUN_ID)],
    ["publisher of a run", "opens a session of another", publish(OTHER_RUN_ID)],
    ["client", "sends an event", roundStart()],
    ["client", "subscribes", subscribe(RUN_ID)],
  ])("closes on a %s who %s", async (role, _what, message) => {
    const client = await bearing(role);
    await client.until("welcome");
    client.say(message);
    expect(await client.closed).toBe(1008);
    expect(client.messages.at(-1)).toMatchObject({ type: "reject", data: { code: "forbidden" } });
  });

  it("takes a token as subprotocol and as first message, and never shows it in an answer", async () => {
    const { viewer = "" } = tokens;
    const asked = await connect({ protocols: ["fedloom.v1.json", `fedloom.token.${viewer}`] });
    expect((await asked.until("welcome")).data).not.toHaveProperty("authenticate");
    expect(asked.socket.protocol).toBe("fedloom.v1.json");
    const later = await connect({});
    expect((await later.until("welcome")).data.authenticate).toBe(true);
    later.say({ type: "authenticate", data: { token: viewer } });
    await vi.waitUntil(() => later.messages.length === 2);
    expect(later.messages[1]?.data).not.toHaveProperty("authenticate");
    expect(JSON.stringify([asked.messages, later.messages])).not.toContain(viewer);
  });

  it.each(["wrong", "expired admin"])("closes on the token %j in a header", async (name) => {
    const client = await connect({ headers: { authorization: `Bearer ${tokens[name] ?? name}` } });
    expect(await client.closed).toBe(1008);
    expect(client.messages).toEqual([]);
  });

  it("sends nothing to a connection without one, and closes it after a while", async () => {
    const [silent, sender] = [await connect({}), await bearing("publisher")];
    sender.say(roundStart());
    const other = await bearing("viewer of a run");
    other.say({ type: "subscribe", data: { run_id: RUN_ID, from: "start" } });
    await other.until("round_start");
    expect(await silent.closed).toBe(1008);
    expect(silent.messages.map(({ type }) => type)).toEqual(["welcome"]);
  });

  it("tells watch in one sentence what it refuses, and ends it", async () => {
    const watch = startCli(["watch", RUN_ID, "--url", relay.url, "--token", tokens.publisher ?? ""]);
    expect(await watch.exited).toBe(1);
    expect(watch.output()).toBe("fedloom: a publisher token may not view this\n");
    const expired = startCli(["watch", RUN_ID, "--url", relay.url, "--token", tokens["expired admin"] ?? ""]);
    expect(await expired.exited).toBe(1);
    expect(expired.output()).toBe("fedloom: token: expected a valid one\n");
  });
});
