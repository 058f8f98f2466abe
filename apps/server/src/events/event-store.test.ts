import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Database, openDatabase } from "@fedloom/db";
import { createEvent, type MetricPoint, toWireEvent } from "@fedloom/protocol";
import { Relay, type RelayOptions } from "@fedloom/relay";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { metricValuesOf } from "../alerts/metric-values.js";
import { EventStore, type EventStoreOptions } from "./event-store.js";

let folder: string;
let spillDirectory: string;
let database: Database;
let runId: string;
let numRuns = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fedloom-store-"));
  await chmod(folder, 0o755);
  database = await openDatabase({ dataDir: join(folder, "postgres") });
}, 60_000);

beforeEach(() => {
  runId = `01JD00000000000000000000${String(++numRuns).padStart(2, "0")}`;
  spillDirectory = join(folder, `spill-${numRuns}`);
});

afterAll(async () => {
  await database?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Publishes rounds of a run, past the relay's own checks. */
function publish(relay: Relay, from: number, to: number): void {
  for (let round = from; round <= to; round++) {
    const event = createEvent("round_start", { runId, round, totalRounds: 9, participatingClients: 1 });
    // The year 0 is a time that PostgreSQL does not know.
    if (round === 2) event.timestamp = "0000-01-01T00:00:00.000Z";
    relay.publish({ ...toWireEvent(event), meta: { source: "trainer", seq: round } });
  }
}

/** A database that can be away. */
function createFlaky() {
  const flaky = {
    isAway: true,
    storeEvents: async (rows: Parameters<Database["storeEvents"]>[0]) => {
      if (flaky.isAway) throw new Error("gone");
      await database.storeEvents(rows);
    },
  };
  return flaky;
}

const open = (relay: Relay, options: Partial<EventStoreOptions> = {}) =>
  EventStore.open({ relay, database, spillDirectory, ...options });

const storedSeqs = async () =>
  (await database.events.list(runId, { after: 0, limit: 10_000 })).map(({ seq }) => seq);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const relayOf = (options: RelayOptions = {}) => new Relay({ ackLevel: "stored", ...options });

describe("EventStore", () => {
  it("leaves out what the database refuses, counts it, and stores the rest", async () => {
    await using relay = relayOf();
    await using store = await open(relay);
    publish(relay, 1, 5);
    await store.flush(10_000);
    expect(await storedSeqs()).toEqual([1, 3, 4, 5]);
    expect(store.figures).toEqual({
      failure: undefined,
      numWaiting: 0,
      numSpilled: 0,
      numStored: 4,
      numMissed: 1,
    });
    expect(relay.streams.progress(runId, "trainer").stored).toBe(5);
  });

  it("tells whose events it has stored", async () => {
    await using relay = relayOf();
    await using store = await open(relay);
    const told: string[] = [];
    const stop = store.onStored((runIds) => told.push(...runIds));
    publish(relay, 3, 4);
    await store.flush(10_000);
    stop();
    publish(relay, 5, 5);
    await store.flush(10_000);
    expect(new Set(told)).toEqual(new Set([runId]));
    expect(await storedSeqs()).toEqual([3, 4, 5]);
  });

  it("waits for a database that is away, and then stores everything once", async () => {
    const states: (string | undefined)[] = [];
    const flaky = createFlaky();
    await using relay = relayOf();
    await using _store = await open(relay, {
      database: flaky,
      onStateChange: (failure) => {
        states.push(failure);
        flaky.isAway = false;
      },
    });
    publish(relay, 6, 7);
    await expect.poll(() => states, { timeout: 10_000 }).toEqual(["gone", undefined]);
    expect(await storedSeqs()).toEqual([6, 7]);
  });

  it("keeps on disk what the relay cannot hold, and stores it in order", async () => {
    const flaky = createFlaky();
    await using relay = relayOf({ maxEvents: 20 });
    await using store = await open(relay, { database: flaky, maxWaitingEvents: 10, maxWaitingBytes: 2_000 });
    publish(relay, 3, 102);
    await vi.waitFor(() =>
      expect(store.figures).toMatchObject({ failure: "gone", numSpilled: expect.any(Number) }),
    );
    expect(relay.streams.progress(runId, "trainer").stored).toBe(0);
    flaky.isAway = false;
    await vi.waitFor(async () => expect(await storedSeqs()).toEqual(range(3, 102)), 20_000);
    await vi.waitFor(() =>
      expect(store.figures).toMatchObject({ numSpilled: 0, numMissed: 0, failure: undefined }),
    );
    publish(relay, 103, 105);
    await store.flush(10_000);
    expect(relay.streams.progress(runId, "trainer").stored).toBe(105);
    expect(await storedSeqs()).toEqual(range(3, 105));
  });

  it("leaves to the next server what it could not store", async () => {
    const flaky = createFlaky();
    {
      await using relay = relayOf({ maxEvents: 20 });
      await using store = await open(relay, {
        database: flaky,
        maxWaitingEvents: 10,
        maxWaitingBytes: 2_000,
      });
      publish(relay, 3, 3);
      await vi.waitFor(() => expect(store.failure).toBe("gone"));
      publish(relay, 4, 55);
    }
    expect(await readdir(spillDirectory)).toHaveLength(2);
    await using relay = relayOf();
    await using store = await open(relay);
    // They come again from a publisher that was not told of them.
    publish(relay, 50, 60);
    await vi.waitFor(async () => expect(await storedSeqs()).toEqual(range(3, 60)), 20_000);
    await store.close();
    expect(await readdir(spillDirectory)).toEqual([]);
  });

  it("counts what there is no room for, and tells no publisher that it is safe", async () => {
    const flaky = createFlaky();
    await using relay = relayOf({ maxEvents: 20 });
    await using store = await open(relay, {
      database: flaky,
      maxWaitingEvents: 10,
      maxWaitingBytes: 2_000,
      maxSpillBytes: 5_000,
    });
    publish(relay, 3, 102);
    await vi.waitFor(() => expect(store.numMissed).toBeGreaterThan(30));
    flaky.isAway = false;
    await store.flush(10_000);
    await vi.waitFor(async () => expect(await storedSeqs()).toHaveLength(100 - store.numMissed), 20_000);
    publish(relay, 103, 103);
    await vi.waitFor(async () => expect(await storedSeqs()).toContain(103), 20_000);
    expect(relay.streams.progress(runId, "trainer").stored).toBeLessThan(103);
  });

  it("asks publishers to wait when events come faster than they are stored, not while the database is away", async () => {
    const flaky = createFlaky();
    let letThrough = () => {};
    const slow = {
      storeEvents: async (rows: Parameters<Database["storeEvents"]>[0]) => {
        await new Promise<void>((resolve) => {
          letThrough = resolve;
        });
        await flaky.storeEvents(rows);
      },
    };
    await using relay = relayOf();
    await using store = await open(relay, { database: slow, maxWaitingBytes: 8_000 });
    publish(relay, 3, 3);
    await vi.waitFor(() => expect(store.numWaiting).toBe(0));
    expect(store.holdPublishersMs).toBe(0);
    publish(relay, 4, 23);
    expect(store.holdPublishersMs).toBeGreaterThan(0);
    letThrough();
    await vi.waitFor(() => expect(store.failure).toBe("gone"));
    expect(store.holdPublishersMs).toBe(0);
    flaky.isAway = false;
    await vi.waitFor(async () => {
      letThrough();
      expect(await storedSeqs()).toEqual(range(3, 23));
    }, 10_000);
    expect(store.holdPublishersMs).toBe(0);
  });

  it("finds the same metrics in an event as the database", async () => {
    await using relay = relayOf();
    await using store = await open(relay);
    const timestamp = "2026-11-20T10:00:00.000Z";
    const metrics = { loss: 0.25, test_auroc: "NaN", 'ключ \\ "': "-Infinity" };
    const events = [
      { type: "epoch_end", data: { epoch: 1, phase: "val", metrics } },
      {
        type: "client_complete",
        data: {
          round: 1,
          client_id: "a",
          status: "ok",
          num_samples: 1,
          duration_ms: 1,
          bytes_up: 0,
          bytes_down: 0,
          metrics,
        },
      },
      {
        type: "round_end",
        data: { round: 2, duration_ms: 1, fit_metrics: { loss: 0.5 }, eval_metrics: metrics },
      },
      {
        type: "round_end",
        data: { round: 2, client_id: "a", duration_ms: 1, fit_metrics: metrics, eval_metrics: {} },
      },
      { type: "round_metrics", data: { round: 3, metrics } },
      { type: "metrics", data: { step: 9, round: 4, client_id: "b", metrics } },
      { type: "metrics", data: { phase: "test", metrics: { ...metrics, late: 1e-310 } } },
    ] as const;
    const all = events.map(({ type, data }) => ({
      type,
      timestamp,
      data: { run_id: runId, ...data } as Record<string, unknown>,
    }));
    for (const event of all) relay.publish(event);
    await store.flush(10_000);
    const { points } = await database.metrics.list(runId, { limit: 1_000 });
    // What alerts read from an event is what the database keeps of it.
    const sorted = (values: readonly Partial<MetricPoint>[]) =>
      values
        .map(({ name, phase, x, round, epoch, clientId, value, timestamp: at }) =>
          JSON.stringify([name, phase, x, round, epoch, clientId, String(value), at]),
        )
        .sort();
    const expected = all.flatMap((event) => {
      const { step, round, epoch } = event.data as { step?: number; round?: number; epoch?: number };
      const x = step ?? round ?? epoch ?? 0;
      return metricValuesOf(event).map((value) => ({ ...value, x, timestamp }) as Partial<MetricPoint>);
    });
    expect(sorted(points)).toEqual(sorted(expected));
  });
});
