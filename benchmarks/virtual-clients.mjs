// Claims: 1,000 virtual clients of 60 samples, 100 of them a round, cost less than 10 % beside training, in a process of
// less than 400 MB.
//
// Method: MNIST's 60,000 training images dealt out at random, 2NN, one epoch, batch 32, two workers, 20 rounds without
// evaluation. What is beside training is the workers' time that the same samples do not need when ten clients have them: the
// time of a round here, against a tenth of the time of a round of 10 clients x 6,000, in turns. Memory is the resident
// set of a process that does nothing else, and its highest, from /proc.
// Noise: whatever else uses the cores; the spread is printed.
import { fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createStrategy } from "@fedloom/fl-strategy";
import { openDataset } from "@fedloom/trainer-core/node";
import { DATA, openFederation } from "./load/open-federation.mjs";
import { ask, endAll, median, own, spread } from "./process-figures.mjs";
import { check, describeMachine, isQuick, loadNow, printTable } from "./side-by-side.mjs";

const NUM_WORKERS = 2;
const cases = {
  many: { numClients: 1_000, fraction: 0.1 },
  few: { numClients: 10, fraction: 1 },
};

if (process.send) await serve(cases[process.argv[2]]);
else await measure();

/** A process of its own for one case: answers each message with the seconds of a round. */
async function serve({ numClients, fraction }) {
  const dataset = await openDataset({
    source: { path: join(DATA, "mnist"), kind: "idx", valShare: 0 },
    seed: 1,
  });
  const federation = await openFederation({
    dataset,
    modelName: "mnist-2nn",
    partition: { kind: "iid", numClients },
    seed: 1,
    numWorkers: NUM_WORKERS,
    progress: false,
  });
  process.on("message", async ({ numRounds }) => {
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
  const start = async (name) => {
    const child = own(fork(fileURLToPath(import.meta.url), [name]));
    await ask(child);
    return child;
  };
  const [many, few] = [await start("many"), await start("few")];
  const figures = { many: [], few: [] };
  let highest = 0;
  for (let turn = 0; turn < (isQuick ? 2 : 8); turn++) {
    const manyRounds = await ask(many, { numRounds: isQuick ? 5 : 20 });
    const fewRounds = await ask(few, { numRounds: 2 });
    highest = manyRounds.highest;
    if (turn === 0) continue;
    figures.many.push(manyRounds.perSample * 1e6);
    figures.few.push(fewRounds.perSample * 1e6);
  }
  endAll();
  const outside = 1 - median(figures.few) / median(figures.many);
  console.log(`\nMicroseconds a sample, medians with lowest and highest; ${loadNow()}`);
  printTable([
    ["", "µs a sample"],
    ["1,000 clients x 60, 100 a round", spread(figures.many, 2)],
    ["10 clients x 6,000, all", spread(figures.few, 2)],
  ]);
  check("beside training", {
    value: `${(outside * 100).toFixed(1)} %`,
    limit: "< 10 %",
    isGood: outside < 0.1,
  });
  const megabytes = highest / 1e6;
  check("highest resident set", {
    value: `${megabytes.toFixed(0)} MB`,
    limit: "< 400 MB",
    isGood: megabytes < 400,
  });
}
