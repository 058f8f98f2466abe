import { once } from "node:events";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createToken, createTokenCheck, type Grant } from "./index.js";
import { RUN_A, RUN_B, roundStart, TestingClients } from "./testing-client.js";

const clients = new TestingClients();
const start = clients.start.bind(clients);
const connect = clients.connect.bind(clients);

afterEach(() => clients.close());

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

/** A relay that takes words for tokens. */
async function startWith(grants: Record<string, Grant>, more: Parameters<typeof start>[0] = {}) {
  return start({ authenticate: async (token) => grants[token], ...more });
}

describe("connections of a token", () => {
  it("are closed when it is revoked, and no others", async () => {
    const { relay, url } = await startWith({
      one: { role: "viewer", tokenId: "1" },
      two: { role: "viewer", tokenId: "2" },
    });
    const [first, second] = [await connect(url, bearer("one")), await connect(url, bearer("two"))];
    const late = await connect(url);
    expect([...relay.tokenIds()].sort()).toEqual(["1", "2"]);
    late.send({ type: "authenticate", data: { token: "one" } });
    await late.until("welcome", 2);
    const closed = Promise.all([once(first.socket, "close"), once(late.socket, "close")]);
    expect(relay.closeWhere(({ tokenId }) => tokenId === "1")).toBe(2);
    expect((await closed).map(([code]) => code)).toEqual([1008, 1008]);
    relay.publish(roundStart(1));
    await second.until("round_start");
    await vi.waitFor(() => expect([...relay.tokenIds()]).toEqual(["2"]));
  });

  it("are closed when it is over", async () => {
    const { token, record } = createToken({ role: "viewer" });
    const expiresAt = Date.now() + 300;
    const { url } = await start({ authenticate: createTokenCheck([{ ...record, expiresAt }]) });
    const { socket } = await connect(url, bearer(token));
    expect((await once(socket, "close"))[0]).toBe(1008);
    expect(Date.now()).toBeGreaterThanOrEqual(expiresAt);
  });
});

describe("a token for a project", () => {
  const grants: Record<string, Grant> = {
    viewer: { role: "viewer", project: "lungs" },
    publisher: { role: "publisher", project: "lungs" },
  };
  const projectOf = async (runId: string) => (runId === RUN_A ? "lungs" : "hearts");

  it("shows its runs, and neither others nor everything", async () => {
    const { relay, url } = await startWith(grants, { projectOf });
    const viewer = await connect(url, bearer("viewer"));
    relay.publish(roundStart(1, RUN_A));
    viewer.send({ type: "subscribe", data: { run_id: RUN_A, from: "start" } });
    await viewer.until("round_start");
    for (const data of [{ run_id: RUN_B }, { run_id: "*" }, {}]) {
      const other = await connect(url, bearer("viewer"));
      other.send({ type: "subscribe", data });
      expect((await once(other.socket, "close"))[0]).toBe(1008);
      expect(other.ofType("round_start")).toEqual([]);
    }
  });

  it("publishes its runs once it has said which", async () => {
    const { relay, url } = await startWith(grants, { projectOf });
    const publisher = await connect(url, bearer("publisher"));
    publisher.send({ type: "publish", data: { run_id: RUN_A, source: "s" } });
    await publisher.until("ack");
    publisher.send({ ...roundStart(1, RUN_A), meta: { source: "s", seq: 1 } });
    await vi.waitFor(() => expect(relay.counters.eventsAccepted).toBe(1));
    for (const message of [{ type: "publish", data: { run_id: RUN_B, source: "s" } }, roundStart(1, RUN_B)]) {
      const other = await connect(url, bearer("publisher"));
      other.send(message);
      expect((await once(other.socket, "close"))[0]).toBe(1008);
    }
    expect(relay.counters.eventsAccepted).toBe(1);
  });

  it("is of no use where projects are unknown, and asks again when they could not be looked up", async () => {
    const without = await startWith(grants);
    const viewer = await connect(without.url, bearer("viewer"));
    viewer.send({ type: "subscribe", data: { run_id: RUN_A } });
    expect((await once(viewer.socket, "close"))[0]).toBe(1008);
    const broken = await startWith(grants, { projectOf: () => Promise.reject(new Error("away")) });
    const other = await connect(broken.url, bearer("viewer"));
    other.send({ type: "subscribe", data: { run_id: RUN_A } });
    expect((await once(other.socket, "close"))[0]).toBe(1011);
  });
});

describe("wrong tokens", () => {
  it("are refused with a word of when to come back, and leave the relay as it is", async () => {
    const { relay, url, port } = await startWith({ good: { role: "viewer" } });
    const codes = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const { socket } = await clients.open(url, bearer("wrong"));
        return (await once(socket, "close"))[0] as number;
      }),
    );
    expect([
      codes.filter((code) => code === 1008).length,
      codes.filter((code) => code === 1013).length,
    ]).toEqual([30, 10]);
    const asked = await connect(url);
    asked.send({ type: "authenticate", data: { token: "wrong" } });
    expect((await once(asked.socket, "close"))[0]).toBe(1013);
    expect((await fetch(`http://127.0.0.1:${port}/metrics`, bearer("wrong"))).status).toBe(429);
    expect(relay.numConnections).toBe(0);
  });

  it("are told from a fault in looking them up", async () => {
    const { url } = await start({ authenticate: () => Promise.reject(new Error("no database")) });
    const { socket } = await clients.open(url, bearer("any"));
    expect((await once(socket, "close"))[0]).toBe(1011);
    const asked = await connect(url);
    asked.send({ type: "authenticate", data: { token: "any" } });
    expect((await once(asked.socket, "close"))[0]).toBe(1011);
  });

  it("in the address are not looked at", async () => {
    const { url } = await startWith({ good: { role: "viewer" } });
    const { ofType } = await connect(`${url}/?token=good&access_token=good`);
    expect(ofType("welcome")[0]?.data.authenticate).toBe(true);
  });
});

describe("a relay's own figures", () => {
  it("are shown to whoever may see everything", async () => {
    const { port } = await startWith({
      viewer: { role: "viewer" },
      ofRun: { role: "viewer", runId: RUN_A },
      publisher: { role: "publisher" },
    });
    const statusOf = async (init: { headers?: Record<string, string> }) =>
      (await fetch(`http://127.0.0.1:${port}/metrics`, init)).status;
    expect(await statusOf({})).toBe(401);
    expect(await statusOf(bearer("wrong"))).toBe(401);
    expect(await statusOf(bearer("ofRun"))).toBe(403);
    expect(await statusOf(bearer("publisher"))).toBe(403);
    expect(await statusOf(bearer("viewer"))).toBe(200);
    expect(await statusOf({ headers: { ...bearer("viewer").headers, origin: "https://evil.example" } })).toBe(
      403,
    );
  });
});
