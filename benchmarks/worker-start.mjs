// Claims: a worker of a pool is ready within 250 ms of the pool's start, and costs at most 70 MB for the first and 45 MB for
// each further one.
//
// Method: a process of its own for each number of workers, five times each in turns: 2NN of MNIST (199,210 weights), 100
// clients of generated samples that lie in shared memory before. Time is wall-clock from the call of `createWorkerPool` to its
// answer. Memory is the process's resident set after three rounds of training less that of a process that has done
// everything but the pool. Noise: whatever else uses the cores; the spread is printed.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { ask, endAll, median, own, residentBytes, spread } from "./process-figures.mjs";
import { check, describeMachine, isQuick, loadNow, printTable } from "./side-by-side.mjs";

if (process.send) await serve(Number(process.argv[2]));
else await measure();

async function serve(numWorkers) {
  const { createStrategy } = await import("@fedloom/fl-strategy");
  const trainerCore = await import("@fedloom/trainer-core");
  const { createWorkerPool } = await import("@fedloom/trainer-core/node");
  const random = new Uint8Array(new SharedArrayBuffer(10_000 * 784)).map(
    (_, i) => (i * 2_654_435_761) >>> 24,
  );
  const train = trainerCore.moveToSharedMemory({
    numSamples: 10_000,
    features: random,
    labels: Uint8Array.from({ length: 10_000 }, (_, i) => i % 10),
  });
  const model = trainerCore.findModel("mnist-2nn").build({ sampleShape: [784], numOutputs: 10 });
  const shares = trainerCore.partitionIndices(train.labels, { kind: "iid", numClients: 100, seed: 1 });
  process.send({});
  await new Promise((resolve) => process.once("message", resolve));
  if (numWorkers === 0) return process.send({ startMs: 0 });
  const startedAt = performance.now();
  const pool = await createWorkerPool({ data: { train }, shares, model, numWorkers, progress: false });
  const startMs = performance.now() - startedAt;
  const trainer = trainerCore.createFederatedTrainer({
    runId: "01JD0000000000000000000000",
    experimentName: "benchmark",
    pool,
    strategy: createStrategy("fedavg"),
    numRounds: 3,
    train: { epochs: 1, batchSize: 32, learningRate: 0.1 },
    seed: 1,
    initialWeights: trainerCore.initialWeights(trainerCore.resolveModel(model), 1),
    about: { backend: "", dataset: "", model: "" },
  });
  for await (const { type, data } of trainer.run()) if (type === "error") throw new Error(data.error);
  process.send({ startMs });
}

async function measure() {
  console.log(describeMachine());
  const figures = { 0: [], 1: [], 2: [], 4: [] };
  const starts = { 1: [], 2: [], 4: [] };
  for (let turn = 0; turn < (isQuick ? 1 : 5); turn++) {
    for (const numWorkers of [0, 1, 2, 4]) {
      const child = own(fork(fileURLToPath(import.meta.url), [String(numWorkers)]));
      await ask(child);
      const { startMs } = await ask(child, {});
      figures[numWorkers].push(residentBytes(child.pid) / 1e6);
      starts[numWorkers]?.push(startMs);
      child.kill();
    }
  }
  endAll();
  console.log(`\nMedians with lowest and highest; ${loadNow()}`);
  printTable([
    ["workers", "ready after, ms", "resident set, MB"],
    ...[0, 1, 2, 4].map((n) => [String(n), starts[n] ? spread(starts[n]) : "", spread(figures[n])]),
  ]);
  const ready = median(starts[1]);
  check("first worker ready", { value: `${ready.toFixed(0)} ms`, limit: "< 250 ms", isGood: ready < 250 });
  const first = median(figures[1]) - median(figures[0]);
  check("first worker", { value: `${first.toFixed(0)} MB`, limit: "<= 70 MB", isGood: first <= 70 });
  const further = (median(figures[4]) - median(figures[1])) / 3;
  check("each further worker", {
    value: `${further.toFixed(0)} MB`,
    limit: "<= 45 MB",
    isGood: further <= 45,
  });
}
