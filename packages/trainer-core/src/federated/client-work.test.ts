import { fedAvg, fedBuff, randomStream, type Update } from "@fedloom/fl-strategy";
import type { TrainingEvent } from "@fedloom/protocol";
import { describe, expect, it } from "vitest";
import { evaluateWith } from "../metrics/evaluate.js";
import { grammarFault } from "../testing/event-grammar.js";
import { createSmallDataset, createSmallTrainer, dealOut, eventsOf } from "../testing/small-task.js";
import type { ClientPool } from "./client-pool.js";
import { createFederatedTrainer, type FederatedTrainerOptions } from "./federated-trainer.js";
import { createInProcessPool } from "./in-process-pool.js";

const dataset = createSmallDataset();
const local = createSmallTrainer();
const shares = dealOut(dataset.train.numSamples, 4);
const clientIds = ["fast", "faster", "slow", "asleep"] as const;

/**
 * A pool that takes further calls while earlier ones go on. Clients train with a real model, and answer when `release`
 * says so: their speed is the test's.
 */
function createPool() {
  const waiting = new Map<string, () => void>();
  const updates: Update[] = [];
  let numOpen = 0;
  const released = (clientId: string, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      waiting.set(clientId, resolve);
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  const pool: ClientPool = {
    layout: local.layout,
    overlapping: true,
    clients: () => clientIds.map((clientId) => ({ clientId, numSamples: 30 })),
    async *train({ tasks, round, globalWeights, seed, signal }) {
      numOpen += 1;
      try {
        const all = tasks.map(async ({ clientId, config }) => {
          const trainer = createSmallTrainer();
          const indices = shares[clientIds.indexOf(clientId as "fast")] as Uint32Array;
          const randomFor = (purpose: string) => randomStream(seed, clientId, round, purpose);
          const trained = await trainer.train(globalWeights, dataset.train, {
            ...config,
            indices,
            randomFor,
            signal,
          });
          await released(clientId, signal);
          const { weights: values, numSamples, loss } = trained;
          const form = "weights" as const;
          const update: Update = {
            clientId,
            round,
            layout: local.layout,
            form,
            values,
            numSamples,
            metrics: { train_loss: loss },
          };
          updates.push(update);
          return { kind: "update" as const, update, durationMs: 1, bytesDown: 1, bytesUp: 1 };
        });
        const open = new Map(all.map((promise, i) => [i, promise.then((report) => ({ i, report }))]));
        while (open.size > 0) {
          const { i, report } = await Promise.race(open.values());
          if (signal.aborted) return;
          open.delete(i);
          yield report;
        }
      } finally {
        numOpen -= 1;
      }
    },
    async *evaluate() {},
    async [Symbol.asyncDispose]() {},
  };
  return {
    pool,
    updates,
    isIdle: () => numOpen === 0,
    /** Lets a client answer as soon as it has trained. */
    async release(clientId: string) {
      while (!waiting.has(clientId)) await new Promise((resolve) => setImmediate(resolve));
      waiting.get(clientId)?.();
      waiting.delete(clientId);
    },
  };
}

function optionsFor(pool: ClientPool): FederatedTrainerOptions {
  return {
    runId: "01JD0000000000000000000000",
    experimentName: "test",
    seed: 1,
    initialWeights: local.initialWeights(1),
    about: { backend: local.engine, dataset: dataset.title, model: "small" },
    pool,
    strategy: fedBuff({ bufferSize: 2, maxStaleness: 2 }),
    numRounds: 5,
    train: { epochs: 1, batchSize: 16, learningRate: 0.05 },
    evaluate: evaluateWith((weights, split) => local.predict(weights, dataset[split]), dataset, local),
  };
}

/** Plays a run in which the clients named answer, in that order, round by round. */
async function play(order: readonly string[][], changes: Partial<FederatedTrainerOptions> = {}) {
  const clients = createPool();
  const events: TrainingEvent[] = [];
  const trainer = createFederatedTrainer({
    ...optionsFor(clients.pool),
    numRounds: order.length,
    ...changes,
  });
  const releases: Promise<void>[] = [];
  for await (const event of trainer.run()) {
    events.push(event);
    if (event.type !== "round_start") continue;
    const inTurn = async () => {
      for (const clientId of order[event.data.round - 1] ?? []) await clients.release(clientId);
    };
    releases.push(inTurn());
  }
  await Promise.all(releases);
  expect(grammarFault(events, { overlapping: true })).toBeUndefined();
  return { events, clients, trainer };
}

const outcomes = (events: TrainingEvent[]) =>
  eventsOf(events, "client_complete").map(
    ({ data }) => `${data.round}: ${data.clientId} ${data.status} ${data.metrics.staleness ?? 0}`,
  );

describe("clients that train across rounds", () => {
  it("answer in a later round, and nobody waits for them", async () => {
    const { events, clients } = await play([
      ["fast", "faster"],
      ["slow", "fast"],
      ["fast", "faster"],
    ]);
    expect(outcomes(events)).toEqual([
      "1: fast ok 0",
      "1: faster ok 0",
      "2: slow ok 1",
      "2: fast ok 0",
      "3: fast ok 0",
      "3: faster ok 1",
    ]);
    // One task at a time: the slow one got its second when it had answered, the sleeping one is still at its first.
    expect(clients.updates.map(({ clientId, round }) => `${clientId} ${round}`)).toEqual(
      ["fast 1", "faster 1", "slow 1", "fast 2", "fast 3", "faster 2"].concat(
        clients.updates.slice(6).map(({ clientId, round }) => `${clientId} ${round}`),
      ),
    );
    expect(eventsOf(events, "error")).toEqual([]);
    expect(clients.isIdle()).toBe(true);
  });

  it("have one task at a time, also when those they began with are through", async () => {
    const { events } = await play([
      ["fast", "faster"],
      ["slow", "asleep"],
      ["fast", "faster"],
    ]);
    expect(outcomes(events).slice(2)).toEqual([
      "2: slow ok 1",
      "2: asleep ok 1",
      "3: fast ok 1",
      "3: faster ok 1",
    ]);
  });

  it("count for their difference from the weights that they started from, and less", async () => {
    const { clients, trainer } = await play([
      ["fast", "faster"],
      ["slow", "fast"],
    ]);
    const by = (clientId: string, round: number) =>
      clients.updates.find((update) => update.clientId === clientId && update.round === round)
        ?.values as Float32Array;
    const start = local.initialWeights(1);
    const first = start.map(
      (x, i) => x + ((by("fast", 1)[i] as number) - x + (by("faster", 1)[i] as number) - x) / 2,
    );
    const second = first.map((x, i) => {
      const late = (by("slow", 1)[i] as number) - (start[i] as number);
      return x + (late * Math.SQRT1_2 + (by("fast", 2)[i] as number) - x) / 2;
    });
    for (const [i, weight] of trainer.weights.entries()) expect(weight).toBeCloseTo(second[i] as number, 5);
  });

  it("are refused when they come too late", async () => {
    const pair = ["fast", "faster"];
    const { events } = await play([pair, pair, pair, ["asleep", ...pair]]);
    expect(outcomes(events).at(-3)).toBe("4: asleep rejected 3");
    expect(events.at(-1)?.data).toMatchObject({ status: "completed", totalRounds: 4 });
  });

  it("are stopped with the run", async () => {
    const { events, clients } = await play([["fast", "faster"]]);
    expect(events.at(-1)?.data).toMatchObject({ status: "completed" });
    expect(clients.isIdle()).toBe(true);
  });

  it("go on past a round's deadline", async () => {
    const { events } = await play([["fast"], ["faster", "slow"]], { deadlineMs: 1_000 });
    expect(outcomes(events)).toEqual(["1: fast ok 0", "2: faster ok 1", "2: slow ok 1"]);
  });

  it("end the run as failed when their pool breaks", async () => {
    const { pool } = createPool();
    const broken: ClientPool = {
      ...pool,
      // biome-ignore lint/correctness/useYield: breaking is all that it does
      async *train() {
        throw new Error("unplugged");
      },
    };
    const events: TrainingEvent[] = [];
    for await (const event of createFederatedTrainer(optionsFor(broken)).run()) events.push(event);
    expect(grammarFault(events)).toBeUndefined();
    expect(events.slice(-2)).toMatchObject([
      { data: { error: "unplugged", fatal: true } },
      { data: { status: "failed" } },
    ]);
  });
});

it("clients are stopped with their round where the pool takes one call at a time", async () => {
  const pool = { ...createInProcessPool({ trainer: local, data: dataset, shares }), overlapping: false };
  const strategy = fedBuff({ bufferSize: 3 });
  const events: TrainingEvent[] = [];
  for await (const event of createFederatedTrainer({ ...optionsFor(pool), strategy, numRounds: 2 }).run()) {
    events.push(event);
  }
  expect(grammarFault(events)).toBeUndefined();
  expect(outcomes(events).map((outcome) => outcome.split(" ")[2])).toEqual(
    ["ok", "ok", "ok", "timeout"].concat(["ok", "ok", "ok", "timeout"]),
  );
});

it("a synchronous strategy waits for all, whatever the pool can do", async () => {
  const { events } = await play([["fast", "slow", "asleep", "faster"]], { strategy: fedAvg() });
  expect(outcomes(events).sort()).toEqual(clientIds.map((clientId) => `1: ${clientId} ok 0`).sort());
});
