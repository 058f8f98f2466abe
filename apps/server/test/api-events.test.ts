import { connect } from "node:net";
import { parse } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type EventStream, openEventStream } from "./event-stream.js";
import { openTestApi, type TestApi } from "./open-test-api.js";
import { eventRow, storeRun } from "./store-run.js";

type Json = Record<string, unknown>;

const RUN = "01JD0000000000000000000301";
let api: TestApi;
let nextRun = 400;

beforeAll(async () => {
  api = await openTestApi();
  await storeRun(api, { runId: RUN, numRounds: 2, clientIds: ["a", "b"] });
});
afterAll(() => api?.[Symbol.asyncDispose]());

async function newRun(): Promise<string> {
  const runId = `01JD0000000000000000000${nextRun++}`;
  await api.store([
    eventRow(runId, 1, {
      type: "training_mode",
      data: { is_federated: true, num_rounds: 1, num_clients: 1 },
    }),
  ]);
  return runId;
}

function log(runId: string, seq: number, message = `line ${seq}`) {
  return eventRow(runId, seq, { type: "log", data: { level: "info", message, attempt: 1 } });
}

async function take(stream: EventStream, count: number) {
  const taken = [];
  while (taken.length < count) {
    const event = await stream.next();
    if (!event) break;
    taken.push(event);
  }
  return taken;
}

const eventsUrl = (runId: string, query = "") => `${api.url}/api/runs/${runId}/events${query}`;

describe("stored events", () => {
  it("come in pages, as they were received", async () => {
    const all = (await api.get(`/api/runs/${RUN}/events`)) as { events: Json[]; next: unknown };
    expect(all.next).toBeNull();
    expect(all.events[0]).toMatchObject({
      type: "training_mode",
      data: { run_id: RUN, num_rounds: 2 },
      meta: { source: "trainer", seq: 1, offset: 1, epoch: "epoch-1" },
    });
    const paged: Json[] = [];
    let after: unknown = 0;
    while (after !== null) {
      const page = await api.get(`/api/runs/${RUN}/events?limit=4&after=${after}`);
      paged.push(...(page.events as Json[]));
      after = page.next;
    }
    expect(paged).toEqual(all.events);
  });

  it("are filtered by type", async () => {
    const types = async (query: string) =>
      ((await api.get(`/api/runs/${RUN}/events?${query}`)).events as Json[]).map(({ type }) => type);
    expect(await types("type=round_end")).toEqual(["round_end", "round_end"]);
    expect(await types("type=round_end,training_end")).toEqual(["round_end", "round_end", "training_end"]);
    expect(await types("type=round_end&type=training_end")).toHaveLength(3);
    expect(await api.get(`/api/runs/${RUN}/events?type=party`, 400)).toMatchObject({ field: "type.0" });
  });

  it("come as files", async () => {
    const json = await fetch(eventsUrl(RUN, "?format=jsonl"));
    expect(json.headers.get("content-type")).toBe("application/jsonl; charset=utf-8");
    const lines = (await json.text()).trimEnd().split("\n");
    const { events } = await api.get(`/api/runs/${RUN}/events`);
    expect(lines.map((line) => JSON.parse(line))).toEqual(events);
    const csv = await fetch(eventsUrl(RUN, "?format=csv&type=round_start"));
    expect(parse(csv.headers.get("content-disposition")?.split('"')[1] ?? "").base).toBe(`${RUN}-events.csv`);
    const rows = (await csv.text()).trimEnd().split("\n");
    expect(rows[0]).toBe("position,type,timestamp,source,seq,offset,epoch,data");
    expect(rows).toHaveLength(3);
  });

  it("of type log are lines", async () => {
    const runId = await newRun();
    await api.store([log(runId, 2), log(runId, 3, "=1+1"), log(runId, 4)]);
    const first = await api.get(`/api/runs/${runId}/logs?limit=2`);
    expect(first.logs).toMatchObject([
      { level: "info", message: "line 2", attempt: 1 },
      { level: "info", message: "=1+1" },
    ]);
    const second = await api.get(`/api/runs/${runId}/logs?limit=2&after=${first.next}`);
    expect(second).toMatchObject({ run_id: runId, logs: [{ message: "line 4" }], next: null });
  });
});

describe("a stream of events", () => {
  it("begins with what is stored and goes on as more is stored", async () => {
    const runId = await newRun();
    await using stream = await openEventStream(eventsUrl(runId));
    expect(await take(stream, 1)).toMatchObject([{ type: "training_mode" }]);
    await api.store([log(runId, 2)]);
    await api.store([log(runId, 3), log(runId, 4)]);
    const more = await take(stream, 3);
    expect(more.map(({ data }) => (data as Json).message)).toEqual(["line 2", "line 3", "line 4"]);
    const { events } = await api.get(`/api/runs/${runId}/events`);
    expect(more.map(({ id }) => id)).toEqual((events as Json[]).slice(1).map(({ position }) => position));
  });

  it("goes on after Last-Event-ID, without losing or repeating one", async () => {
    const runId = await newRun();
    await api.store([log(runId, 2), log(runId, 3), log(runId, 4)]);
    const first = await openEventStream(eventsUrl(runId));
    const seen = await take(first, 2);
    await first[Symbol.asyncDispose]();
    await api.store([log(runId, 5)]);
    const headers = { "last-event-id": String(seen.at(-1)?.id) };
    await using second = await openEventStream(eventsUrl(runId), headers);
    seen.push(...(await take(second, 3)));
    expect(seen.map(({ data }) => (data as Json).message)).toEqual([
      undefined,
      "line 2",
      "line 3",
      "line 4",
      "line 5",
    ]);
    const bad = await fetch(eventsUrl(runId), {
      headers: { accept: "text/event-stream", "last-event-id": "-1" },
    });
    expect(bad.status).toBe(400);
    expect(await bad.json()).toMatchObject({ field: "last-event-id" });
  });

  it("begins after a position, with the types that were asked for", async () => {
    const runId = await newRun();
    await api.store([
      log(runId, 2),
      eventRow(runId, 3, { type: "error", data: { error: "x", error_type: "y", fatal: false } }),
    ]);
    await using stream = await openEventStream(eventsUrl(runId, "?type=error&after=0"));
    expect(await take(stream, 1)).toMatchObject([{ type: "error" }]);
    await api.store([
      log(runId, 4),
      eventRow(runId, 5, { type: "error", data: { error: "z", error_type: "y", fatal: false } }),
    ]);
    expect(await take(stream, 1)).toMatchObject([{ type: "error", data: { error: "z" } }]);
  });

  it("is answered at once, also when there is nothing to tell", async () => {
    const runId = await newRun();
    await using stream = await openEventStream(eventsUrl(runId, "?type=early_stopping"));
    const pending = stream.next();
    await vi.waitFor(() => expect(stream.text()).toMatch(/^retry: \d+\n\n/));
    await stream[Symbol.asyncDispose]();
    await expect(pending).rejects.toThrow();
  });

  it("of a reader who claims to have read more than there is does not harm others", async () => {
    const runId = await newRun();
    await using ahead = await openEventStream(eventsUrl(runId, "?after=900000000000000"));
    await using stream = await openEventStream(eventsUrl(runId));
    expect(await take(stream, 1)).toHaveLength(1);
    await api.store([log(runId, 2)]);
    expect(await take(stream, 1)).toMatchObject([{ type: "log" }]);
    expect(ahead.text()).not.toContain("data:");
  });

  it("says that it lives, and where it is", async () => {
    const runId = await newRun();
    await using stream = await openEventStream(eventsUrl(runId));
    const [first] = await take(stream, 1);
    const pending = stream.next();
    await vi.waitFor(() => expect(stream.text()).toContain(`id: ${first?.id}\n: heartbeat\n\n`));
    await api.store([log(runId, 2)]);
    expect(await pending).toMatchObject({ type: "log" });
  });

  it("is one read of the database for many readers", async () => {
    const runId = await newRun();
    const list = vi.spyOn(api.database.events, "list");
    const streams = await Promise.all(Array.from({ length: 30 }, () => openEventStream(eventsUrl(runId))));
    for (const stream of streams) expect(await take(stream, 1)).toHaveLength(1);
    await vi.waitFor(() => expect(api.tail.numFollowers).toBeGreaterThanOrEqual(30));
    list.mockClear();
    for (let seq = 2; seq <= 11; seq += 1) await api.store([log(runId, seq)]);
    for (const stream of streams) expect(await take(stream, 10)).toHaveLength(10);
    expect(list.mock.calls.filter(([id]) => id === runId).length).toBeLessThan(15);
    list.mockRestore();
    await Promise.all(streams.map((stream) => stream[Symbol.asyncDispose]()));
    await vi.waitFor(() => expect(api.tail.numFollowers).toBeLessThan(30));
  });

  it("that nobody reads is cut, and costs nobody else anything", async () => {
    const runId = await newRun();
    const { hostname, port } = new URL(api.url);
    const deaf = connect(Number(port), hostname);
    deaf.on("error", () => {});
    deaf.pause();
    deaf.write(`GET /api/runs/${runId}/events HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\n\r\n`);
    await using stream = await openEventStream(eventsUrl(runId));
    await vi.waitFor(() => expect(api.tail.numFollowers).toBeGreaterThanOrEqual(2));
    const before = api.tail.numFollowers;
    const text = "x".repeat(4_000);
    let seq = 1;
    let received = 0;
    // More than both ends of a connection hold.
    for (let batch = 0; batch < 40; batch += 1) {
      await api.store(Array.from({ length: 100 }, () => log(runId, ++seq, text)));
      received += (await take(stream, 100)).length;
    }
    expect(received).toBeGreaterThanOrEqual(3_999);
    await vi.waitFor(() => expect(api.tail.numFollowers).toBe(before - 1), { timeout: 10_000 });
    deaf.destroy();
  });

  it("ends when there is no room for more readers, with a problem", async () => {
    const streams = [];
    const runId = await newRun();
    const response = await fetch(eventsUrl(runId), {
      method: "HEAD",
      headers: { accept: "text/event-stream" },
    });
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const { numFollowers } = api.tail;
    for (let index = numFollowers; index < 64; index += 1)
      streams.push(await openEventStream(eventsUrl(runId)));
    const refused = await fetch(eventsUrl(runId), { headers: { accept: "text/event-stream" } });
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ code: "too_busy" });
    await Promise.all(streams.map((stream) => stream[Symbol.asyncDispose]()));
  });
});
