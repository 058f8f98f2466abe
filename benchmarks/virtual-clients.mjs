// Claims: 1,000 virtual clients of 60 samples, 100 of them a round, cost less than 10 % beside training, in a process of
// less than 400 MB.
//
// Method: MNIST's 60,000 training images dealt out at random, one epoch, batch 32, two workers, no evaluation, for three
// models: what a client costs beside training depends on the model's size, what training costs on its arithmetic. What is
// beside training is the workers' time that the same samples do not need when ten clients have them: the time of a sample
// here, against that of 10 clients x 6,000, in turns, each in a process of its own. Memory is the highest resident set of
// the process with 1,000 clients, from /proc.
// Noise: whatever else uses the cores; the spread is printed.
import { fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createStrategy } from "@fedloom/fl-strategy";
import { openDataset } from "@fedloom/trainer-core/node";
import { DATA, openFederation } from "./load/open-federation.mjs";
import { ask, median, own, spread } from "./process-figures.mjs";
import { check, describeMachine, isQuick, loadNow, printTable } from "./side-by-side.mjs";

const NUM_WORKERS = 2;
const cases = { many: 1_000, few: 10 };
/** What a turn is for each model: so many rounds with 100 clients, and with so many of the ten. */
const models = [
  { modelName: "mnist-2nn", many: { numRounds: 20 }, few: { numRounds: 2, fraction: 1 } },
  { modelName: "pneumonia-cnn", many: { numRounds: 4 }, few: { numRounds: 1, fraction: 0.4 } },
  { modelName: "mnist-cnn", many: { numRounds: 1 }, few: { numRounds: 1, fraction: 0.2 } },
];

if (process.send) await serve({ numClients: cases[process.argv[2]], modelName: process.argv[3] });
else await measure();

/** A process of its own for one case: answers each message with the seconds of a round. */
async function serve({ numClients, modelName }) {
  const dataset = await openDataset({
    source: { path: join(DATA, "mnist"), kind: "idx", valShare: 0 },
    seed: 1,
  });
  const federation = await openFederation({
    dataset,
    modelName,
    partition: { kind: "iid", numClients },
    seed: 1,
    numWorkers: NUM_WORKERS,
    progress: false,
    train: { epochs: 1 },
  });
  process.on("message", async ({ numRounds, fraction = 0.1 }) => {
    const strategy = createStrategy("fedavg", { selection: { kind: "fraction", fraction } });
    const startedAt = performance.now();
    let samples = 0;
    for await (const { type, data } of federation.train({ numRounds, evaluates: false, strategy }).run()) {
      if (type === "error") throw new Error(data.error);
      if (type === "client_complete") samples += data.numSamples;
    }
    const seconds = (performance.now() - startedAt) / 1e3;
    process.send({ perSample: seconds / samples, highest: highestResidentBytes() });
  });
  process.send({});
}

function highestResidentBytes() {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) * 1024;
}

async function measure() {
  console.log(describeMachine());
  const rows = [
    ["model", "1,000 x 60, µs a sample", "10 x 6,000, µs a sample", "beside training", "highest, MB"],
  ];
  const results = [];
  for (const { modelName, ...turns } of models) {
    const { many, few, highest } = await measureModel(modelName, turns);
    const outside = 1 - median(few) / median(many);
    results.push({ modelName, outside, megabytes: highest / 1e6 });
    rows.push([
      modelName,
      spread(many, 1),
      spread(few, 1),
      `${(outside * 100).toFixed(1)} %`,
      (highest / 1e6).toFixed(0),
    ]);
  }
  console.log(`\nMedians with lowest and highest; ${loadNow()}`);
  printTable(rows);
  for (const { modelName, outside, megabytes } of results) {
    const value = `${(outside * 100).toFixed(1)} %`;
    check(`${modelName}: beside training`, { value, limit: "< 10 %", isGood: outside < 0.1 });
    check(`${modelName}: highest resident set`, {
      value: `${megabytes.toFixed(0)} MB`,
      limit: "< 400 MB",
      isGood: megabytes < 400,
    });
  }
}

async function measureModel(modelName, turns) {
  const start = async (name) => {
    const child = own(fork(fileURLToPath(import.meta.url), [name, modelName]));
    await ask(child);
    return child;
  };
  const children = [await start("many"), await start("few")];
  const figures = { many: [], few: [], highest: 0 };
  for (let turn = 0; turn < (isQuick ? 2 : 6); turn++) {
    const [many, few] = children;
    const manyRounds = await ask(many, turns.many);
    const fewRounds = await ask(few, turns.few);
    figures.highest = manyRounds.highest;
    // The first turn warms up.
    if (turn === 0) continue;
    figures.many.push(manyRounds.perSample * 1e6);
    figures.few.push(fewRounds.perSample * 1e6);
  }
  for (const child of children) child.kill();
  return figures;
}
