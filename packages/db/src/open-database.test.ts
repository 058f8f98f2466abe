import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DbError } from "./errors.js";
import { type Database, openDatabase } from "./open-database.js";
import { createTestFolder, event, RUN } from "./testing-database.js";

let folder: Awaited<ReturnType<typeof createTestFolder>>;
let database: Database;
let numRuns = 0;

/** A run id that no other test uses. */
function nextRun(): string {
  numRuns += 1;
  return `01JD00000000000000000000${String(numRuns).padStart(2, "0")}`;
}

beforeAll(async () => {
  folder = await createTestFolder();
  database = await openDatabase({ dataDir: `${folder.path}/postgres` });
}, 60_000);

afterAll(async () => {
  await database?.close();
  await folder?.[Symbol.asyncDispose]();
});

describe("runs", () => {
  it("are created queued and listed newest first", async () => {
    const [first, second] = [nextRun(), nextRun()];
    const config = { num_rounds: 5, nested: { "a.b": [1, null] } };
    for (const runId of [first, second]) {
      await database.runs.create({ runId, experimentName: "pneumonia", mode: "federated", config });
    }
    expect(await database.runs.get(first)).toEqual({
      runId: first,
      experimentName: "pneumonia",
      mode: "federated",
      state: "queued",
      config,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
    const { runs, total } = await database.runs.list({ limit: 1, offset: 0 });
    expect([runs.map(({ runId }) => runId), total]).toEqual([[second], 2]);
    expect(await database.runs.get("nothing")).toBeUndefined();
  });
});

describe("storeEvents", () => {
  it("keeps every event once, with its metrics, whatever is sent twice", async () => {
    const runId = nextRun();
    const payload = { run_id: runId, round: 1, metrics: { auroc: 0.9, "ключ ∑": "NaN" } };
    const point = { name: "auroc", phase: "val", round: 1, timestamp: "2026-11-20T10:00:00.000Z" } as const;
    const metrics = [
      { ...point, value: 0.1 },
      { ...point, value: Number.NaN, clientId: "site-1" },
      { name: "loss", phase: "train", epoch: 2, timestamp: point.timestamp, value: Number.NEGATIVE_INFINITY },
    ] as const;
    const rows = [event(1, "round_metrics", { runId, payload, metrics }), event(2, "heartbeat", { runId })];
    await database.storeEvents(rows);
    await database.storeEvents([...rows, rows[0] as never, event(2, "x", { runId, source: "other" })]);
    const stored = await database.events.list(runId, { after: 0, limit: 10 });
    expect(stored.map(({ source, seq, type }) => [source, seq, type])).toEqual([
      ["trainer", 1, "round_metrics"],
      ["trainer", 2, "heartbeat"],
      ["other", 2, "x"],
    ]);
    expect(stored[0]).toMatchObject({
      payload,
      offset: 1,
      streamEpoch: "epoch-1",
      timestamp: rows[0]?.timestamp,
    });
    expect(await database.metrics.list(runId)).toEqual(metrics);
  });

  it("knows where a place in a run's stream is, and how far a source is", async () => {
    const runId = nextRun();
    await database.storeEvents([1, 2, 4].map((seq) => event(seq, "heartbeat", { runId })));
    const stored = await database.events.list(runId, { after: 0, limit: 10 });
    const epoch = stored[0]?.streamEpoch ?? "";
    const at = (offset: number) => database.events.positionAt(runId, { epoch, offset });
    expect(await Promise.all([at(0), at(2), at(3), at(9)])).toEqual([
      undefined,
      stored[1]?.position,
      stored[1]?.position,
      stored[2]?.position,
    ]);
    expect(await database.events.positionAt(runId, { epoch: "other", offset: 9 })).toBeUndefined();
    expect(await database.events.lastSeq(runId, stored[0]?.source ?? "")).toBe(4);
    expect(await database.events.lastSeq(runId, "nobody")).toBe(0);
  });

  it("pages by position", async () => {
    const runId = nextRun();
    await database.storeEvents(Array.from({ length: 5 }, (_, i) => event(i + 1, "heartbeat", { runId })));
    const first = await database.events.list(runId, { after: 0, limit: 3 });
    const rest = await database.events.list(runId, { after: first.at(-1)?.position ?? 0, limit: 3 });
    expect([...first, ...rest].map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  });

  it("follows a run from its first event to its end, and lets nothing undo the end", async () => {
    const runId = nextRun();
    const of = (seq: number, type: string, payload: Record<string, unknown>, source = "trainer") =>
      event(seq, type, { runId, source, payload: { run_id: runId, ...payload } });
    await database.storeEvents([of(1, "training_mode", { is_federated: true })]);
    expect(await database.runs.get(runId)).toMatchObject({ state: "running", experimentName: "unknown" });
    await database.storeEvents([
      of(2, "training_start", { experiment_name: "lungs" }),
      of(3, "error", { error: "a client was late", fatal: false }),
      of(4, "error", { error: "no memory", fatal: true }),
      of(5, "error", { error: "and then this", fatal: true }),
    ]);
    const summary = { run_id: runId, status: "failed", final_metrics: {} };
    await database.storeEvents([of(6, "training_end", summary)]);
    await database.storeEvents([
      of(7, "client_progress", {}),
      of(1, "training_end", { status: "completed" }, "server"),
    ]);
    expect(await database.runs.get(runId)).toMatchObject({
      state: "failed",
      experimentName: "lungs",
      error: "no memory",
      summary,
      startedAt: "2026-11-20T10:00:01.000Z",
      endedAt: "2026-11-20T10:00:06.000Z",
    });
  });

  it("heals a run that was taken for lost", async () => {
    const [lost, done] = [nextRun(), nextRun()];
    await database.storeEvents([
      event(1, "heartbeat", { runId: lost }),
      event(1, "training_end", { runId: done, payload: { run_id: done, status: "completed" } }),
    ]);
    expect(await database.runs.markUnfinishedAsLost()).toBeGreaterThan(0);
    expect((await database.runs.get(lost))?.state).toBe("lost");
    expect((await database.runs.get(done))?.state).toBe("completed");
    await database.storeEvents([event(2, "heartbeat", { runId: lost })]);
    expect((await database.runs.get(lost))?.state).toBe("running");
  });

  it("stores what PostgreSQL has no form for: NUL and halves of characters", async () => {
    const runId = nextRun();
    const payload = { run_id: runId, "ke\0y": "a\0b\ud800c", path: "C:\\u0000", fine: "🫁" };
    const metrics = [
      { name: "m\0", phase: "val", value: 1, clientId: "\0", timestamp: "2026-11-20T10:00:00.000Z" },
    ] as const;
    await database.storeEvents([event(1, "error", { runId, source: "s\0", payload, metrics })]);
    await database.storeEvents([event(1, "error", { runId, source: "s\0", payload, metrics })]);
    const [stored, ...more] = await database.events.list(runId, { after: 0, limit: 10 });
    expect(more).toEqual([]);
    expect(stored?.payload).toEqual({
      run_id: runId,
      "ke\ufffdy": "a\ufffdb\ufffdc",
      path: "C:\\u0000",
      fine: "🫁",
    });
    expect(await database.metrics.list(runId)).toMatchObject([{ name: "m\ufffd", clientId: "\ufffd" }]);
  });

  it("stores all of a batch or nothing", async () => {
    const runId = nextRun();
    const broken = event(2, "heartbeat", { runId, timestamp: "no time" });
    await expect(database.storeEvents([event(1, "heartbeat", { runId }), broken])).rejects.toMatchObject({
      code: "event_refused",
    });
    expect(await database.events.list(runId, { after: 0, limit: 10 })).toEqual([]);
    expect(await database.runs.get(runId)).toBeUndefined();
  });

  it("takes thousands of events at once", async () => {
    const runId = nextRun();
    await database.storeEvents(
      Array.from({ length: 10_000 }, (_, i) => event(i + 1, "heartbeat", { runId })),
    );
    expect(await database.events.list(runId, { after: 0, limit: 20_000 })).toHaveLength(10_000);
  });
});

describe("openDatabase", () => {
  it.each([
    ["no url at all", "url_invalid", "received something that is not a URL"],
    ["mysql://u:secret@h/db", "url_invalid", "received one that starts with mysql:"],
    ["postgres://u:secret@127.0.0.1:1/db", "unreachable", "cannot reach PostgreSQL at 127.0.0.1:1/db"],
  ])("refuses %s in one sentence, without the password", async (url, code, message) => {
    const error = await openDatabase({ url }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(DbError);
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
    expect(String(error)).not.toContain("secret");
  });

  it("names itself", () => {
    expect(database.name).toMatch(/^PostgreSQL \d+ of this project, in .*postgres$/);
  });

  it("leaves unknown runs to the first event", async () => {
    expect(await database.runs.get(RUN)).toBeUndefined();
  });
});
