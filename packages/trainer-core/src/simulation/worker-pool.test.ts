import { fedAvg, type Strategy, scaffold } from "@fedloom/fl-strategy";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ClientReport, LocalPool } from "../federated/client-pool.js";
import { describeClientPool } from "../federated/client-pool-contract.js";
import { collect, contractOptions, contractRound, playRounds } from "../federated/client-pool-subject.js";
import { createInProcessPool } from "../federated/in-process-pool.js";
import { type BuiltWorkers, buildTestingWorkers } from "./build-testing-workers.js";
import { createRegressionTrainer } from "./testing-trainer.js";
import { createWorkerPool, type WorkerPool, type WorkerPoolOptions } from "./worker-pool.js";

let built: BuiltWorkers;

beforeAll(async () => {
  built = await buildTestingWorkers();
});

afterAll(async () => {
  await built[Symbol.asyncDispose]();
});

const open = (options: Partial<WorkerPoolOptions> = {}): Promise<WorkerPool> =>
  createWorkerPool({
    ...contractOptions(),
    engine: "cpu",
    numWorkers: 2,
    workerFile: built.testing,
    ...options,
  });

describeClientPool("worker pool", open);

const train = { epochs: 2, batchSize: 8, learningRate: 0.1 };
const [exits, hangs, exhausts, throwsLater, neverEnds] = [1001, 1002, 1003, 1004, 1005];

function tasksWith(pool: LocalPool, wrong: Record<string, number>) {
  return pool.clients().map(({ clientId }) => {
    const learningRate = wrong[clientId] ?? train.learningRate;
    return { clientId, config: { ...train, learningRate } };
  });
}

async function outcomes(pool: LocalPool, wrong: Record<string, number>): Promise<Record<string, string>> {
  const reports = await collect(pool.train(contractRound(pool, { tasks: tasksWith(pool, wrong) })));
  return Object.fromEntries(reports.flatMap(outcomeOf));
}

function outcomeOf(report: ClientReport): [string, string][] {
  if (report.kind === "progress") return [];
  if (report.kind === "update") return [[report.update.clientId, "update"]];
  return [[report.clientId, `${report.status}: ${report.error}`]];
}

const others = { "client-1": "update", "client-2": "update", "client-3": "update", "client-5": "update" };

describe("createWorkerPool", () => {
  it("gives the same weights, bit for bit, for any number of workers and without any", async () => {
    for (const strategy of [fedAvg(), scaffold()] as Strategy[]) {
      const { model, ...options } = contractOptions();
      await using inProcess = createInProcessPool({ ...options, trainer: createRegressionTrainer(model) });
      const expected = (await playRounds(inProcess, { strategy, numRounds: 3 })).weights.join();
      for (const numWorkers of [1, 2, 3]) {
        await using pool = await open({ numWorkers });
        expect((await playRounds(pool, { strategy, numRounds: 3 })).weights.join()).toBe(expected);
      }
    }
  });

  it("goes on with one worker in the place of another", async () => {
    await using pool = await open({ numWorkers: 1 });
    const wrong = { "client-4": exits, "client-2": exits };
    const expected = "failed: the worker has ended: ended with code 7";
    expect(await outcomes(pool, wrong)).toEqual({ ...others, "client-2": expected, "client-4": expected });
  });

  it.each([
    ["exits", exits, "failed: the worker has ended: ended with code 7"],
    ["throws where nobody catches", throwsLater, "failed: the worker has ended: thrown where nobody catches"],
  ])("a worker that %s costs the client that it is at", async (_, wrong, expected) => {
    await using pool = await open();
    expect(await outcomes(pool, { "client-4": wrong })).toEqual({ ...others, "client-4": expected });
    expect(await outcomes(pool, {})).toEqual({ ...others, "client-4": "update" });
  });

  it("a worker that runs out of memory costs the client that it is at", async () => {
    await using pool = await open({ maxHeapMb: 32 });
    const { "client-4": failed, ...rest } = await outcomes(pool, { "client-4": exhausts });
    expect(failed).toMatch(/failed: the worker has ended: .*memory/);
    expect(rest).toEqual(others);
  });

  it.each([
    ["computes", hangs],
    ["waits", neverEnds],
  ])("ends a client that %s for ever, after its time", async (_, wrong) => {
    await using pool = await open({ clientTimeoutMs: 1500 });
    const expected = "timeout: expected an end within 1500 ms";
    expect(await outcomes(pool, { "client-4": wrong })).toEqual({ ...others, "client-4": expected });
  });

  it("ends a client that does not hear of the abort", async () => {
    await using pool = await open({ graceMs: 100 });
    const abort = new AbortController();
    const tasks = tasksWith(pool, { "client-4": hangs });
    const seen: string[] = [];
    for await (const report of pool.train(contractRound(pool, { tasks, signal: abort.signal }))) {
      seen.push(report.kind);
      if (seen.filter((kind) => kind === "update").length === 4) abort.abort();
    }
    expect(seen.filter((kind) => kind === "failed")).toEqual([]);
    expect(await outcomes(pool, {})).toEqual({ ...others, "client-4": "update" });
  });

  it("gives up with a clear word when workers keep dying", async () => {
    await using pool = await open({ maxRestarts: 1 });
    const wrong = Object.fromEntries([1, 2, 3, 4, 5].map((i) => [`client-${i}`, exits]));
    const all = Object.values(await outcomes(pool, wrong)).sort();
    const died = "failed: the worker has ended: ended with code 7";
    const left = "failed: no worker is left after 1 restarts: ended with code 7";
    expect(all).toEqual([left, left, died, died, died]);
    expect(await outcomes(pool, {})).toEqual({ ...others, "client-4": "update" });
  });

  it("gives exactly one outcome for each of many clients, whatever happens to some", async () => {
    const shares = Array.from({ length: 60 }, (_, i) =>
      Uint32Array.from({ length: 1 + (i % 9) }, (_, k) => i + k),
    );
    await using pool = await open({ shares, holdouts: shares, numWorkers: 3, clientTimeoutMs: 1500 });
    const wrong = { "client-07": exits, "client-08": throwsLater, "client-31": exits, "client-60": hangs };
    const all = await collect(pool.train(contractRound(pool, { tasks: tasksWith(pool, wrong) })));
    const outcomesOfAll = all.flatMap(outcomeOf);
    expect(outcomesOfAll.map(([clientId]) => clientId).sort()).toEqual(
      pool.clients().map(({ clientId }) => clientId),
    );
    const failed = outcomesOfAll.filter(([, outcome]) => outcome !== "update").map(([clientId]) => clientId);
    expect(failed.sort()).toEqual(Object.keys(wrong));
  });

  it.each([
    ["dies", exits],
    ["has to be ended", hangs],
  ])("a worker that %s costs no client of the calls beside", async (_, wrong) => {
    await using pool = await open({ graceMs: 100 });
    const abort = new AbortController();
    const [first, ...rest] = tasksWith(pool, { "client-1": wrong });
    const broken = collect(
      pool.train(contractRound(pool, { tasks: first ? [first] : [], signal: abort.signal })),
    );
    const seen: ClientReport[] = [];
    for await (const report of pool.train(contractRound(pool, { tasks: rest }))) {
      seen.push(report);
      abort.abort();
    }
    expect(seen.flatMap(outcomeOf).map(([, outcome]) => outcome)).toEqual(Array(4).fill("update"));
    await broken;
    expect(await outcomes(pool, {})).toEqual({ ...others, "client-4": "update" });
  });

  it("says what keeps workers from beginning", async () => {
    await expect(open({ workerFile: new URL("missing.js", import.meta.url) })).rejects.toThrow(/missing\.js/);
    const model = { inputShape: [7], layers: [{ type: "dense", units: 2 }] } as const;
    await expect(open({ model })).rejects.toThrow(/features: expected \d+/);
    await expect(open({ shares: [] })).rejects.toThrow("shares: expected at least one, got none");
    await expect(open({ numWorkers: 0 })).rejects.toThrow("numWorkers: expected an integer >= 1, got 0");
  });
});
