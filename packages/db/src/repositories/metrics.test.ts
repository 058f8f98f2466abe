import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "../open-database.js";
import { createTestFolder, event } from "../testing-database.js";
import { isMetricCursor } from "./metric-cursor.js";

let folder: Awaited<ReturnType<typeof createTestFolder>>;
let database: Database;
const LONG = "01JG0000000000000000000001";
const FEW = "01JG0000000000000000000002";
const STEPS = 9_000;

/** A line with peaks, gaps and values that are no numbers. */
const waveAt = (step: number) =>
  step % 1_500 === 7 ? Number.NaN : Math.sin(step) + (step === 4_321 ? 9 : 0);
const steps = Array.from({ length: STEPS }, (_, i) => 3 * i + 5);

beforeAll(async () => {
  folder = await createTestFolder();
  database = await openDatabase({ dataDir: `${folder.path}/postgres` });
  const write = (value: number) => (Number.isNaN(value) ? "NaN" : value);
  const rows = steps.map((step, i) =>
    event(i + 1, "metrics", {
      runId: LONG,
      payload: { run_id: LONG, step, metrics: { wave: write(waveAt(step)) } },
    }),
  );
  // In parts, and not in order: buckets are added to.
  for (const part of [2, 0, 1]) await database.storeEvents(rows.filter((_, i) => i % 3 === part));
  const few = ["b", "a", undefined].flatMap((clientId, i) =>
    [2, 1].map((round) =>
      event(10 * i + round, "metrics", {
        runId: FEW,
        payload: {
          run_id: FEW,
          round,
          metrics: { loss: round, test_loss: "NaN" },
          ...(clientId && { client_id: clientId }),
        },
      }),
    ),
  );
  await database.storeEvents(few);
}, 60_000);

afterAll(async () => {
  await database?.close();
  await folder?.[Symbol.asyncDispose]();
});

describe("listSeries", () => {
  it("names the lines of a run, and of a client", async () => {
    const lines = await database.metrics.listSeries(FEW);
    expect(lines.map(({ phase, clientId }) => `${phase} ${clientId ?? "-"}`)).toEqual([
      "test -",
      "test a",
      "test b",
      "train -",
      "train a",
      "train b",
    ]);
    expect(await database.metrics.listSeries(FEW, { clientId: "a", phase: "test" })).toEqual([
      { name: "loss", phase: "test", clientId: "a" },
    ]);
    expect(await database.metrics.listSeries(FEW, { clientId: null, names: ["loss"] })).toHaveLength(2);
    expect(await database.metrics.listSeries(FEW, { names: ["nothing"] })).toEqual([]);
  });
});

describe("list", () => {
  it("gives values line by line in order, page by page", async () => {
    const all = (await database.metrics.list(FEW, { limit: 100 })).points;
    expect(all).toHaveLength(12);
    const paged: typeof all = [];
    for (let after: string | undefined; ; ) {
      const page = await database.metrics.list(FEW, { limit: 5, after });
      paged.push(...page.points);
      after = page.next;
      if (after === undefined) break;
      expect(isMetricCursor(after)).toBe(true);
    }
    expect(paged).toEqual(all);
    const line = await database.metrics.list(FEW, { limit: 9, clientId: null, phase: "train" });
    expect(line).toMatchObject({ next: undefined, points: [{ x: 1, round: 1, value: 1 }, { x: 2 }] });
  });

  it.each([
    "",
    "1",
    "1.2",
    "a.b.c",
    "1.2.3.4",
    "1.2.3'",
    "99999999999.1.1",
    "c.1.",
    "c.1.WzFd",
    "c.x.WyJhIiwiYiJd",
  ])("refuses %j as a cursor", async (after) => {
    expect(isMetricCursor(after)).toBe(false);
    await expect(database.metrics.list(FEW, { limit: 5, after })).rejects.toThrow(RangeError);
  });
});

describe("what clients tell at the end of a round", () => {
  const RUN = "01JG0000000000000000000003";
  const complete = (round: number, client: string, metrics: object) =>
    event(10 * round + client.charCodeAt(0), "client_complete", {
      runId: RUN,
      payload: {
        run_id: RUN,
        round,
        client_id: client,
        status: "ok",
        num_samples: 1,
        duration_ms: 1,
        bytes_up: 0,
        bytes_down: 0,
        metrics,
      },
    });

  it("is read as any other metric is", async () => {
    await database.storeEvents([
      ...[1, 2, 3].map((round) => complete(round, "a", { loss: round === 2 ? "NaN" : round, test_f1: 0.5 })),
      complete(2, "b", {}),
      complete(3, "b", { loss: 9 }),
      event(1, "round_metrics", { runId: RUN, payload: { run_id: RUN, round: 1, metrics: { loss: 7 } } }),
    ]);
    await database.storeEvents([
      // A line that is told in two ways.
      event(2, "metrics", {
        runId: RUN,
        payload: { run_id: RUN, client_id: "b", step: 50, metrics: { loss: 8 } },
      }),
    ]);
    const [f1, whole, lossOfA, lossOfB] = [
      { name: "f1", phase: "test", clientId: "a" },
      { name: "loss", phase: "val" },
      { name: "loss", phase: "train", clientId: "a" },
      { name: "loss", phase: "train", clientId: "b" },
    ];
    expect(await database.metrics.listSeries(RUN)).toEqual([f1, lossOfA, lossOfB, whole]);
    expect(await database.metrics.listSeries(RUN, { clientId: null })).toEqual([whole]);
    const all: unknown[] = [];
    for (let after: string | undefined; ; ) {
      const page = await database.metrics.list(RUN, { limit: 2, after });
      all.push(...page.points.map(({ name, clientId, x, value }) => [name, clientId, x, value]));
      after = page.next;
      if (after === undefined) break;
      expect(isMetricCursor(after)).toBe(true);
    }
    expect(all).toEqual([
      ["loss", undefined, 1, 7],
      ["loss", "b", 50, 8],
      ["loss", "a", 1, 1],
      ["loss", "a", 2, Number.NaN],
      ["loss", "a", 3, 3],
      ["f1", "a", 1, 0.5],
      ["f1", "a", 2, 0.5],
      ["f1", "a", 3, 0.5],
      ["loss", "b", 3, 9],
    ]);
    const { points } = await database.metrics.list(RUN, {
      limit: 9,
      clientId: "a",
      names: ["f1"],
      phase: "test",
    });
    expect(points[0]).toEqual({ ...f1, x: 1, round: 1, value: 0.5, timestamp: expect.any(String) });
    expect(await database.metrics.thin(RUN, { numParts: 1, names: ["loss"], phase: "train" })).toEqual([
      {
        ...lossOfA,
        numPoints: 3,
        numNan: 1,
        points: [
          { x: 1, value: 1 },
          { x: 3, value: 3 },
        ],
      },
      {
        ...lossOfB,
        numPoints: 2,
        numNan: 0,
        points: [
          { x: 3, value: 9 },
          { x: 50, value: 8 },
        ],
      },
    ]);
  });
});

describe("thin", () => {
  const range = { from: 777, to: 20_202 };
  it.each([
    [{ numParts: 1 }],
    [{ numParts: 7 }],
    [{ numParts: 100 }],
    [{ numParts: 20_000 }],
    [{ numParts: 5, ...range }],
    [{ numParts: 16, ...range }],
    [{ numParts: 152, ...range }],
    [{ numParts: 151, ...range }],
    [{ numParts: 300, ...range }],
    [{ numParts: 2, from: 1_024, to: 4_095 }],
    [{ numParts: 1, from: 1_023, to: 1_152 }],
    [{ numParts: 1, from: 1_025, to: 1_170 }],
    [{ numParts: 1, from: 30_000, to: 90_000 }],
  ])("keeps extremes, the last value and all counts: %j", async (query) => {
    const {
      from = 5,
      to = 3 * STEPS + 2,
      numParts,
    } = { from: undefined, to: undefined, ...query } as never as {
      from?: number;
      to?: number;
      numParts: number;
    };
    const [line] = await database.metrics.thin(LONG, query);
    const inRange = steps.filter((step) => step >= from && step <= to);
    const numbers = inRange.filter((step) => !Number.isNaN(waveAt(step)));
    expect(line?.numPoints).toBe(inRange.length);
    expect(line?.numNan).toBe(inRange.length - numbers.length);
    const points = line?.points ?? [];
    expect(points.length).toBeLessThanOrEqual(3 * numParts + 6);
    for (const { x, value } of points) expect(value).toBe(waveAt(x));
    expect(points.map(({ x }) => x)).toEqual([...new Set(points.map(({ x }) => x))].sort((a, b) => a - b));
    const extreme = (pick: (...values: number[]) => number, list: number[]) =>
      list.reduce((a, b) => pick(a, b), list[0] as number);
    if (numbers.length === 0) return;
    const values = points.map(({ value }) => value);
    expect(extreme(Math.max, values)).toBe(extreme(Math.max, numbers.map(waveAt)));
    expect(extreme(Math.min, values)).toBe(extreme(Math.min, numbers.map(waveAt)));
    expect(points.at(-1)?.x).toBe(numbers.at(-1));
  });

  it("gives no more lines than asked for, and those without numbers too", async () => {
    expect(await database.metrics.thin(FEW, { numParts: 10, maxSeries: 2 })).toEqual([
      { name: "loss", phase: "test", numPoints: 2, numNan: 2, points: [] },
      { name: "loss", phase: "test", clientId: "a", numPoints: 2, numNan: 2, points: [] },
    ]);
    expect(await database.metrics.thin("01JG00000000000000000000XX", { numParts: 10 })).toEqual([]);
    expect(
      await database.metrics.thin(FEW, { numParts: 10, from: 9, to: 3, phase: "train", clientId: null }),
    ).toMatchObject([{ numPoints: 0, points: [] }]);
  });
});
