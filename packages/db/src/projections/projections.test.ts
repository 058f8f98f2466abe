import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "../open-database.js";
import { createTestFolder, event } from "../testing-database.js";

let folder: Awaited<ReturnType<typeof createTestFolder>>;
let database: Database;
let runId: string;
let seqs: Map<string, number>;
let numRuns = 0;

beforeAll(async () => {
  folder = await createTestFolder();
  database = await openDatabase({ dataDir: `${folder.path}/postgres` });
}, 60_000);

beforeEach(() => {
  runId = `01JF00000000000000000000${String(++numRuns).padStart(2, "0")}`;
  seqs = new Map();
});

afterAll(async () => {
  await database?.close();
  await folder?.[Symbol.asyncDispose]();
});

/** The next event of a source, a second after the one before. */
function next(type: string, payload: Record<string, unknown> = {}, source = "trainer") {
  const seq = (seqs.get(source) ?? 0) + 1;
  seqs.set(source, seq);
  return event(seq, type, { runId, source, payload: { run_id: runId, ...payload } });
}

const complete = (round: number, clientId: string, more: Record<string, unknown> = {}, source = "trainer") =>
  next(
    "client_complete",
    {
      round,
      client_id: clientId,
      status: "ok",
      num_samples: 10,
      duration_ms: 5,
      bytes_up: 1,
      bytes_down: 2,
      metrics: { loss: round },
      ...more,
    },
    source,
  );

/** Events of a round with one client. */
const roundOf = (round: number, auroc: number, source = "trainer") => [
  next("round_start", { round, total_rounds: 9, participating_clients: 2 }, source),
  complete(round, "a", {}, source),
  next(
    "round_end",
    { round, total_rounds: 9, duration_ms: 7, fit_metrics: { loss: 1 / round }, eval_metrics: {} },
    source,
  ),
  next("round_metrics", { round, total_rounds: 9, metrics: { auroc } }, source),
];

const start = (more: Record<string, unknown> = {}, source = "trainer") =>
  next(
    "training_start",
    { experiment_name: "lungs", training_mode: "federated", num_rounds: 9, seed: 3, ...more },
    source,
  );

const run = () => database.runs.get(runId);
const rounds = () => database.rounds.list(runId, { after: 0, limit: 100 });
const clients = async () => (await database.rounds.listClients(runId, { after: "", limit: 100 })).clients;
const xs = async (name: string) =>
  (await database.metrics.list(runId, { names: [name], limit: 1_000 })).points.map(({ x }) => x);

describe("a run", () => {
  it("is followed from its first event to its end, and nothing undoes the end", async () => {
    await database.storeEvents([next("training_mode", { is_federated: false, num_rounds: 0 })]);
    expect(await run()).toMatchObject({
      state: "running",
      experimentName: "unknown",
      mode: "centralized",
      attempt: 1,
      isManaged: false,
    });
    await database.storeEvents([
      start(),
      next("error", { error: "a client was late", fatal: false }),
      next("error", { error: "no memory", fatal: true }),
      next("error", { error: "and then this", fatal: true }),
    ]);
    const end = next("training_end", { status: "failed", final_metrics: {} });
    await database.storeEvents([end]);
    await database.storeEvents([
      next("client_progress"),
      next("training_end", { status: "completed" }, "server"),
      next("run_state", { state: "running" }, "server-1"),
    ]);
    expect(await run()).toMatchObject({
      state: "failed",
      experimentName: "lungs",
      mode: "federated",
      error: "no memory",
      totalSteps: 9,
      summary: end.payload,
      startedAt: "2026-11-20T10:00:01.000Z",
      endedAt: end.timestamp,
    });
  });

  it.each(["silent", "lost"] as const)(
    "that is %s is healed by a later event of its own, not by one about it",
    async (state) => {
      await database.storeEvents([start()]);
      await database.storeEvents([next("run_state", { state, reason: "quiet" }, "server-1")]);
      expect(await run()).toMatchObject({ state, stateReason: "quiet" });
      await database.storeEvents([next("log", { message: "x" }, "server-1")]);
      expect((await run())?.state).toBe(state);
      await database.storeEvents([next("client_progress")]);
      const healed = await run();
      expect(healed).toMatchObject({ state: "running" });
      expect(healed).not.toHaveProperty("stateReason");
    },
  );

  it("of this server's own has the state that its lease gives it, until its end", async () => {
    await database.runs.create({
      runId,
      project: "default",
      experimentName: "mine",
      mode: "federated",
      config: {},
      seed: 1,
      tags: [],
      notes: "",
      totalSteps: 9,
    });
    await database.storeEvents([start(), next("run_state", { state: "paused" })]);
    expect(await run()).toMatchObject({ state: "queued", experimentName: "mine", isManaged: true });
    await database.storeEvents([next("training_end", { status: "completed" })]);
    expect(await run()).toMatchObject({ state: "completed", summary: { status: "completed" } });
  });

  it("knows how far it is and what was best", async () => {
    await database.storeEvents([start(), ...roundOf(1, 0.5), ...roundOf(2, 0.9), ...roundOf(3, 0.9)]);
    expect(await run()).toMatchObject({
      step: 3,
      totalSteps: 9,
      best: { step: 2, metric: "val_auroc", value: 0.9 },
    });
    await database.storeEvents([
      ...roundOf(4, Number.NaN).slice(0, 3),
      next("round_metrics", { round: 4, metrics: { auroc: "NaN" } }),
    ]);
    await database.storeEvents(roundOf(5, 0.95));
    expect(await run()).toMatchObject({ step: 5, best: { step: 5, value: 0.95 } });
  });

  it("goes by the loss where nothing else is known, until something is", async () => {
    const epoch = (number: number, metrics: object) =>
      next("epoch_end", { epoch: number, total_epochs: 5, phase: "val", metrics });
    await database.storeEvents([epoch(1, { loss: 3 }), epoch(2, { loss: 1 }), epoch(3, { loss: 2 })]);
    expect(await run()).toMatchObject({
      step: 3,
      totalSteps: 5,
      best: { step: 2, metric: "val_loss", value: 1 },
    });
    await database.storeEvents([epoch(4, { loss: 0.5, accuracy: 0.1 })]);
    expect((await run())?.best).toEqual({ step: 4, metric: "val_accuracy", value: 0.1 });
  });
});

describe("rounds and clients", () => {
  it("are told by events, whole or in parts", async () => {
    const events = [
      next("round_start", { round: 1, total_rounds: 9, participating_clients: 3 }),
      complete(1, "a", { metrics: { loss: "NaN" } }),
      complete(1, "b", { status: "failed", error: "no memory" }),
      complete(1, "c", { status: "timeout", bytes_up: 0 }),
      next("round_end", {
        round: 1,
        client_id: "a",
        total_rounds: 9,
        duration_ms: 1,
        fit_metrics: {},
        eval_metrics: {},
      }),
      next("round_end", {
        round: 1,
        total_rounds: 9,
        duration_ms: 7,
        fit_metrics: { loss: 1 },
        eval_metrics: { loss: 2 },
      }),
      next("round_metrics", { round: 1, total_rounds: 9, metrics: { auroc: 0.5 } }),
    ];
    for (const each of events) await database.storeEvents([each]);
    expect(await rounds()).toEqual([
      {
        round: 1,
        startedAt: events[0]?.timestamp,
        endedAt: events[5]?.timestamp,
        durationMs: 7,
        numClients: 3,
        numOk: 1,
        numRejected: 0,
        numFailed: 1,
        numTimeout: 1,
        bytesUp: 2,
        bytesDown: 6,
        fitMetrics: { loss: 1 },
        evalMetrics: { loss: 2 },
        metrics: { auroc: 0.5 },
      },
    ]);
    const page = { round: 1, after: "a", limit: 1 };
    expect(await database.rounds.listClientRounds(runId, page)).toEqual([
      {
        round: 1,
        clientId: "b",
        status: "failed",
        numSamples: 10,
        durationMs: 5,
        bytesUp: 1,
        bytesDown: 2,
        metrics: { loss: 1 },
        error: "no memory",
        endedAt: events[2]?.timestamp,
      },
    ]);
  });

  it("are summed up over rounds; what a client says again takes the place of what it said", async () => {
    await database.storeEvents([
      complete(1, "a"),
      complete(2, "a", { status: "failed", error: "x" }),
      complete(1, "b"),
    ]);
    await database.storeEvents([
      complete(2, "a", { metrics: { loss: 9 } }),
      complete(1, "a", { bytes_up: 5 }),
    ]);
    expect(await database.rounds.listClients(runId, { after: "", limit: 1 })).toEqual({
      total: 2,
      clients: [
        {
          clientId: "a",
          numOk: 2,
          numRejected: 0,
          numFailed: 0,
          numTimeout: 0,
          bytesUp: 6,
          bytesDown: 4,
          trainingMs: 10,
          lastRound: 2,
          lastStatus: "ok",
          lastNumSamples: 10,
          lastMetrics: { loss: 9 },
        },
      ],
    });
    expect((await rounds()).map(({ numOk, numFailed, bytesUp }) => [numOk, numFailed, bytesUp])).toEqual([
      [2, 0, 6],
      [1, 0, 1],
    ]);
    const ofClient = { clientId: "a", after: 1, limit: 9 };
    expect(await database.rounds.listClientRounds(runId, ofClient)).toMatchObject([
      { round: 2, status: "ok" },
    ]);
  });
});

describe("a run that goes on from a checkpoint", () => {
  const secondAttempt = () => start({ attempt: 2, resumed_from: 2 }, "trainer-2");

  it("forgets what was said of later rounds, and keeps the events", async () => {
    await database.storeEvents([
      start(),
      ...[1, 2, 3, 4].flatMap((round) => roundOf(round, round / 10)),
      complete(4, "b"),
    ]);
    await database.storeEvents([next("metrics", { step: 99, metrics: { own: 1 } })]);
    await database.storeEvents([secondAttempt()]);
    expect((await rounds()).map(({ round }) => round)).toEqual([1, 2]);
    expect(await clients()).toMatchObject([
      { clientId: "a", numOk: 2, lastRound: 2, lastMetrics: { loss: 2 } },
    ]);
    expect(await Promise.all(["auroc", "loss", "own"].map(xs))).toEqual([[1, 2], [1, 2, 1, 2], [99]]);
    expect(await run()).toMatchObject({
      step: 2,
      attempt: 2,
      state: "running",
      best: { step: 2, value: 0.2 },
    });
    const thinned = await database.metrics.thin(runId, { names: ["auroc"], numParts: 1, to: 5_000 });
    expect(thinned).toMatchObject([
      {
        numPoints: 2,
        points: [
          { x: 1, value: 0.1 },
          { x: 2, value: 0.2 },
        ],
      },
    ]);
    expect(await database.events.list(runId, { after: 0, limit: 100 })).toHaveLength(20);
  });

  it("takes no notice of what comes late from the attempt before", async () => {
    const early = [start(), ...[1, 2, 3].flatMap((round) => roundOf(round, 0.5))];
    const late = [...roundOf(4, 0.9), next("training_end", { status: "failed" })];
    await database.storeEvents([
      ...early.slice(0, -2),
      secondAttempt(),
      ...early.slice(-2),
      ...roundOf(3, 0.3, "trainer-2"),
    ]);
    await database.storeEvents(late);
    expect((await rounds()).map(({ round, metrics }) => [round, metrics])).toEqual([
      [1, { auroc: 0.5 }],
      [2, { auroc: 0.5 }],
      [3, { auroc: 0.3 }],
    ]);
    expect(await xs("auroc")).toEqual([1, 2, 3]);
    expect(await clients()).toMatchObject([{ numOk: 3, lastRound: 3 }]);
    expect(await run()).toMatchObject({ step: 3, state: "running", best: { step: 1, value: 0.5 } });
  });

  it("is not cut by a start that comes late itself", async () => {
    await database.storeEvents([start(), ...roundOf(1, 0.1)]);
    await database.storeEvents([
      start({ attempt: 3, resumed_from: 1 }, "trainer-3"),
      ...roundOf(2, 0.3, "trainer-3"),
    ]);
    await database.storeEvents([
      start({ attempt: 2, resumed_from: 0 }, "trainer-2"),
      ...roundOf(1, 0.2, "trainer-2"),
    ]);
    expect((await rounds()).map(({ round }) => round)).toEqual([1, 2]);
    expect(await run()).toMatchObject({ attempt: 3, step: 2 });
  });

  it("comes to the same as a run that was never interrupted", async () => {
    const undisturbed = runId;
    await database.storeEvents([start(), ...[1, 2, 3, 4].flatMap((round) => roundOf(round, round % 3))]);
    const expected = [
      await rounds(),
      await clients(),
      await database.metrics.list(undisturbed, { limit: 1_000 }),
      (await run())?.best,
    ];
    runId = `${runId.slice(0, -3)}XYZ`;
    seqs.clear();
    await database.storeEvents([
      start(),
      ...[1, 2, 3].flatMap((round) => roundOf(round, round % 3)),
      complete(4, "b"),
    ]);
    await database.storeEvents([
      secondAttempt(),
      ...[3, 4].flatMap((round) => roundOf(round, round % 3, "trainer-2")),
    ]);
    const actual = [
      await rounds(),
      await clients(),
      await database.metrics.list(runId, { limit: 1_000 }),
      (await run())?.best,
    ];
    const timeless = (value: unknown) =>
      JSON.parse(
        JSON.stringify(value, (key, each) => (/At$|^timestamp$|^next$/.test(key) ? undefined : each)),
      );
    expect(timeless(actual)).toEqual(timeless(expected));
  });
});
