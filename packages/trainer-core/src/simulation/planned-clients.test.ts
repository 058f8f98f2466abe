import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ClientTask, fedAvg, randomStream, type Strategy, scaffold } from "@fedloom/fl-strategy";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openFeatureFile } from "../data/files/feature-file.js";
import type { LocalPool } from "../federated/client-pool.js";
import { collect, contractOptions, contractRound, playRounds } from "../federated/client-pool-subject.js";
import { createInProcessPool, type InProcessPoolOptions } from "../federated/in-process-pool.js";
import { initialWeights } from "../models/initial-weights.js";
import type { ModelSpec } from "../models/model-spec.js";
import { resolveModel } from "../models/resolve-model.js";
import { createPlanTrainer } from "../plan/create-plan-trainer.js";
import { type BuiltWorkers, buildTestingWorkers } from "./build-testing-workers.js";
import { createDirectoryStates } from "./directory-states.js";
import { putPrivate, takePrivate } from "./private-tensors.js";
import { createWorkerPool } from "./worker-pool.js";

/** Images of 6 x 6 with batch norm, dropout and a head that stays with the client. */
const model: ModelSpec = {
  inputShape: [6, 6, 1],
  layers: [
    { type: "conv2d", filters: 4, kernelSize: 3, activation: "relu" },
    { type: "batchNormalization" },
    { type: "flatten" },
    { type: "dropout", rate: 0.25 },
    { type: "dense", units: 8, activation: "relu" },
    { type: "dense", units: 3, personal: true, name: "head" },
  ],
};
const { layout } = resolveModel(model);
const start = initialWeights(resolveModel(model), 3);
const training = { augment: { maxShift: 1, flipHorizontal: true } };
const train = { epochs: 2, batchSize: 8, learningRate: 0.05 };

function options(): Omit<InProcessPoolOptions, "trainer"> {
  const { shares, holdouts } = contractOptions();
  const random = randomStream(5, "images");
  const samples = (numSamples: number) => ({
    numSamples,
    features: Uint8Array.from({ length: numSamples * 36 }, () => random.integer(256)),
    labels: Uint8Array.from({ length: numSamples }, () => random.integer(3)),
  });
  return { data: { train: samples(260), val: samples(600), test: samples(10) }, shares, holdouts, training };
}

let built: BuiltWorkers;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fedloom-planned-"));
  built = await buildTestingWorkers();
});

afterAll(async () => {
  await built[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const inProcess = (changes: Partial<InProcessPoolOptions> = {}) =>
  createInProcessPool({ trainer: createPlanTrainer(model), ...options(), ...changes });

const workers = (numWorkers: number, changes: Partial<InProcessPoolOptions> = {}) =>
  createWorkerPool({ model, ...options(), numWorkers, workerFile: built.worker, ...changes });

const pools: [string, (changes?: Partial<InProcessPoolOptions>) => LocalPool | Promise<LocalPool>][] = [
  ["in this process", inProcess],
  ["in workers", (changes) => workers(2, changes)],
];

const tasksOf = (pool: LocalPool, changes: object = {}): ClientTask[] =>
  pool.clients().map(({ clientId }) => ({ clientId, config: { ...train, ...changes } }));

async function updatesOf(pool: LocalPool, round: number, globalWeights: Float32Array) {
  const reports = await collect(
    pool.train(contractRound(pool, { round, globalWeights, tasks: tasksOf(pool) })),
  );
  const updates = reports.flatMap((report) => (report.kind === "update" ? [report.update] : []));
  return new Map(updates.map((update) => [update.clientId, update]));
}

describe("planned clients", () => {
  it("give the same weights, bit for bit, for any number of workers and without any", async () => {
    for (const strategy of [fedAvg(), scaffold()] as Strategy[]) {
      await using here = inProcess();
      const rounds = { strategy, numRounds: 2, weights: start };
      const expected = (await playRounds(here, rounds)).weights.join();
      for (const numWorkers of [1, 2, 3]) {
        await using pool = await workers(numWorkers);
        expect(pool.engine.name).toBe("wasm");
        expect((await playRounds(pool, rounds)).weights.join()).toBe(expected);
        expect((await pool.predict(start, "val")).join()).toBe((await here.predict(start, "val")).join());
      }
    }
  });

  it("read features from a file as they do from memory", async () => {
    const { data } = options();
    const path = join(folder, "features.bin");
    await writeFile(path, data.train.features as Uint8Array);
    using features = openFeatureFile(path, 36);
    await using fromFile = await workers(2, { data: { train: { ...data.train, features } } });
    await using fromMemory = await workers(1);
    const updates = await updatesOf(fromMemory, 1, start);
    for (const [clientId, { values }] of await updatesOf(fromFile, 1, start)) {
      expect(values.join()).toBe(updates.get(clientId)?.values.join());
    }
  });

  it.each(pools)("keep their private tensors, and never send them: %s", async (_, open) => {
    await using pool = await open();
    const first = await updatesOf(pool, 1, start);
    for (const { values } of first.values()) {
      expect(takePrivate(layout, values).join()).toBe(takePrivate(layout, start).join());
    }
    // Whatever the global weights have in their place, the client goes on from its own.
    const other = start.slice();
    putPrivate(layout, other, takePrivate(layout, start).fill(9));
    const second = [...(await updatesOf(pool, 2, start)).values()];
    await using again = await open();
    await updatesOf(again, 1, start);
    for (const [clientId, { values }] of await updatesOf(again, 2, other)) {
      const same = second.find((update) => update.clientId === clientId)?.values as Float32Array;
      expect(takePrivate(layout, values).every((value) => value === 9)).toBe(true);
      putPrivate(layout, values, takePrivate(layout, same));
      expect(values.join()).toBe(same.join());
    }
  });

  it.each(pools)("evaluate with their private tensors: %s", async (_, open) => {
    await using pool = await open();
    const evaluated = async (round: number, globalWeights: Float32Array) => {
      const signal = new AbortController().signal;
      const [one] = await collect(pool.evaluate({ round, clientIds: ["client-2"], globalWeights, signal }));
      return one;
    };
    const other = start.slice();
    putPrivate(layout, other, takePrivate(layout, start).fill(9));
    expect(await evaluated(1, other)).not.toEqual(await evaluated(1, start));
    await updatesOf(pool, 1, start);
    expect(await evaluated(1, other)).toEqual(await evaluated(1, start));
  });

  it.each(pools)("go on from a folder as if they had never stopped: %s", async (name, open) => {
    const strategy = scaffold() as Strategy;
    const folderOf = (part: string) => createDirectoryStates(join(folder, name, part));
    await using whole = await open({ states: folderOf("whole") });
    const expected = await playRounds(whole, { strategy, numRounds: 3, weights: start });
    // The second pool dies in round 3, when some clients have kept what they made in it.
    const states = folderOf("broken");
    const first = await open({ states });
    const checkpoint = await playRounds(first, { strategy, numRounds: 2, weights: start });
    await using second = await open({ states });
    await playRounds(first, { strategy, numRounds: 3, from: checkpoint, leaveAfter: 2 });
    await first[Symbol.asyncDispose]();
    const resumed = await playRounds(second, { strategy, numRounds: 3, from: checkpoint });
    expect(resumed.weights.join()).toBe(expected.weights.join());
  });
});
