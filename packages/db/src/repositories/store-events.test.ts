import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "../open-database.js";
import { createTestFolder, event } from "../testing-database.js";

let folder: Awaited<ReturnType<typeof createTestFolder>>;
let database: Database;
let runId: string;
let numRuns = 0;

beforeAll(async () => {
  folder = await createTestFolder();
  database = await openDatabase({ dataDir: `${folder.path}/postgres` });
}, 60_000);

beforeEach(() => {
  runId = `01JE00000000000000000000${String(++numRuns).padStart(2, "0")}`;
});

afterAll(async () => {
  await database?.close();
  await folder?.[Symbol.asyncDispose]();
});

const of = (seq: number, type: string, payload: Record<string, unknown> = {}, source = "trainer") =>
  event(seq, type, { runId, source, payload: { run_id: runId, ...payload } });
const all = (types?: string[]) => database.events.list(runId, { after: 0, limit: 20_000, types });
const count = (from: number, num: number) => Array.from({ length: num }, (_, i) => of(from + i, "heartbeat"));

describe("storeEvents", () => {
  it("keeps every event once, in order, whatever is sent twice", async () => {
    const rows = [
      of(1, "round_metrics", { round: 1, metrics: { auroc: 0.9, "ключ ∑": "NaN" } }),
      of(2, "heartbeat"),
    ];
    await database.storeEvents(rows);
    await database.storeEvents([...rows, rows[0] as never, of(2, "x", {}, "other")]);
    const stored = await all();
    expect(stored.map(({ source, seq, type }) => [source, seq, type])).toEqual([
      ["trainer", 1, "round_metrics"],
      ["trainer", 2, "heartbeat"],
      ["other", 2, "x"],
    ]);
    expect(stored[0]).toEqual({
      source: "trainer",
      seq: 1,
      type: "round_metrics",
      position: expect.any(Number),
      payload: rows[0]?.payload,
      offset: 1,
      streamEpoch: "epoch-1",
      timestamp: rows[0]?.timestamp,
    });
    expect((await all(["x", "y"])).map(({ type }) => type)).toEqual(["x"]);
    expect((await database.metrics.list(runId, { limit: 10 })).points).toHaveLength(2);
  });

  it("takes data that is JSON already", async () => {
    const { payload, ...row } = of(1, "error", { error: 'a "b"\n🫁\0', list: [1.5e-300] });
    await database.storeEvents([{ ...row, json: JSON.stringify(payload) }]);
    expect((await all())[0]?.payload).toEqual({ run_id: runId, error: 'a "b"\n🫁\ufffd', list: [1.5e-300] });
  });

  it("stores events of several runs and publishers in their order", async () => {
    const other = `${runId.slice(0, -3)}XYZ`;
    const rows = count(1, 6).map((row, i) => ({ ...row, runId: i % 2 ? other : runId, source: `s${i % 3}` }));
    await database.storeEvents(rows.map((row) => ({ ...row, payload: { run_id: row.runId } })));
    expect((await all()).map(({ seq }) => seq)).toEqual([1, 3, 5]);
    const list = await database.events.list(other, { after: 0, limit: 10 });
    expect(list.map(({ seq, source }) => [seq, source])).toEqual([
      [2, "s1"],
      [4, "s0"],
      [6, "s2"],
    ]);
  });

  it("gives positions in the order in which they can be seen, however many write at once", async () => {
    await Promise.all([1, 101, 201, 301].map((from) => database.storeEvents(count(from, 100))));
    const seqs = (await all()).map(({ seq }) => Math.floor((seq - 1) / 100));
    expect(seqs.filter((batch, i) => batch !== seqs[i - 1])).toHaveLength(4);
  });

  it("knows where a place in a run's stream is, and how far a source is", async () => {
    await database.storeEvents([1, 2, 4].map((seq) => of(seq, "heartbeat")));
    const stored = await all();
    const at = (offset: number) => database.events.positionAt(runId, { epoch: "epoch-1", offset });
    expect(await Promise.all([at(0), at(2), at(3), at(9)])).toEqual([
      undefined,
      stored[1]?.position,
      stored[1]?.position,
      stored[2]?.position,
    ]);
    expect(await database.events.positionAt(runId, { epoch: "other", offset: 9 })).toBeUndefined();
    expect(await database.events.lastSeq(runId, "trainer")).toBe(4);
    expect(await database.events.lastSeq(runId, "nobody")).toBe(0);
  });

  it("pages by position", async () => {
    await database.storeEvents(count(1, 5));
    const first = await database.events.list(runId, { after: 0, limit: 3 });
    const rest = await database.events.list(runId, { after: first.at(-1)?.position ?? 0, limit: 3 });
    expect([...first, ...rest].map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  });

  it("stores what PostgreSQL has no form for: NUL and halves of characters", async () => {
    const metrics = { "m\0": 1 };
    const rows = [
      of(
        1,
        "client_complete",
        {
          round: 1,
          client_id: "\0",
          status: "ok",
          num_samples: 1,
          duration_ms: 1,
          bytes_up: 1,
          bytes_down: 1,
          "ke\0y": "a\0b\ud800c",
          path: "C:\\u0000",
          fine: "🫁",
          metrics,
        },
        "s\0",
      ),
    ];
    await database.storeEvents(rows);
    await database.storeEvents(rows);
    const [stored, ...more] = await all();
    expect(more).toEqual([]);
    expect(stored?.payload).toMatchObject({ "ke\ufffdy": "a\ufffdb\ufffdc", path: "C:\\u0000", fine: "🫁" });
    expect(await database.metrics.listSeries(runId)).toEqual([
      { name: "m\ufffd", phase: "train", clientId: "\ufffd" },
    ]);
  });

  it.each([
    ["a time that is none", { timestamp: "no time" }],
    ["quotation marks in one", { timestamp: '"},{"' }],
    ["a seq beyond all bounds", { seq: 1e300 }],
    ["data that is no JSON", { json: "{", payload: undefined }],
    ["data on two lines", { json: "{\n}", payload: undefined }],
  ])("stores all of a batch or nothing: %s", async (_, broken) => {
    const refused = { ...of(2, "heartbeat"), ...broken } as never;
    await expect(database.storeEvents([of(1, "heartbeat"), refused])).rejects.toMatchObject({
      code: "event_refused",
    });
    expect(await all()).toEqual([]);
    expect(await database.runs.get(runId)).toBeUndefined();
  });

  it("takes whatever numbers a publisher claims", async () => {
    const most = Number.MAX_SAFE_INTEGER;
    const complete = {
      client_id: "a",
      status: "ok",
      num_samples: most,
      duration_ms: 1e308,
      bytes_up: most,
      bytes_down: most,
      metrics: { a: 1e308, b: 5e-324 },
    };
    await database.storeEvents([
      of(1, "training_start", {
        experiment_name: "x",
        training_mode: "federated",
        num_rounds: most,
        resumed_from: most,
      }),
      of(2, "round_start", { round: 1, total_rounds: 2 ** 31 - 1, participating_clients: most }),
      ...[1, 2, 3].map((round) => of(2 + round, "client_complete", { ...complete, round })),
      of(6, "metrics", { step: most, metrics: { a: -1e308 } }),
    ]);
    expect(await all()).toHaveLength(6);
    expect((await database.rounds.listClients(runId, { after: "", limit: 1 })).clients).toMatchObject([
      { numOk: 3, bytesUp: most },
    ]);
    expect((await database.metrics.thin(runId, { numParts: 10 })).map(({ numPoints }) => numPoints)).toEqual([
      1, 3, 3,
    ]);
  });

  it("drops what comes late of a deleted run", async () => {
    await database.storeEvents(count(1, 2));
    await database.runs.delete(runId);
    await database.storeEvents(count(3, 2));
    expect(await all()).toEqual([]);
    expect(await database.runs.get(runId)).toBeUndefined();
  });

  it("takes thousands of events at once, and none", async () => {
    await database.storeEvents(count(1, 10_000));
    await database.storeEvents([]);
    expect(await all()).toHaveLength(10_000);
  });
});
