// Claims, samples/s of one core at batch 32: conv8-pool-conv16-pool-dense64-dense10 on 28x28x1 at 1.4 times PyTorch's or more,
// MLP 784-128-10 at PyTorch's or more, and a CNN of CIFAR's size (32x32x3, conv 32-32-pool-64-pool-dense128) at 0.6 of it
// or more, since a WebAssembly core multiplies and adds at 0.4 of the native speed at most.
//
// Method: an epoch of plain SGD with softmax cross entropy over random float32 samples, shuffled and gathered anew, loss
// and accuracy kept; ours by `createLocalTrainer` on the WASM engine, PyTorch in a Python process with one thread and
// OpenBLAS (with the reference BLAS it is several times slower, and no peer). Everything is bound to one core and takes
// turns: seven, more where the spread is above 30 %. Figures are CPU seconds of the whole process, garbage collection and
// compiling included.
// Relaxed SIMD (fused multiply-add) is there from Node 22 on, and on Node 20 with --experimental-wasm-relaxed-simd.
// Noise: below 10 % on a quiet machine; the spread is printed.

import { randomStream } from "@fedloom/fl-strategy";
import { createLocalTrainer } from "@fedloom/trainer-core";
import { endAll, median } from "./process-figures.mjs";
import { check, loadNow, openPeer, pinToOneCore, printTable, takeTurns, there } from "./side-by-side.mjs";

const conv = (filters) => ({
  type: "conv2d",
  filters,
  kernelSize: 3,
  padding: "same",
  activation: "relu",
});
const pool = { type: "maxPooling2d" };
const dense = (units, activation) => ({ type: "dense", units, ...(activation && { activation }) });

const workloads = [
  {
    name: "mlp",
    title: "MLP 784-128-10",
    numSamples: 6_400,
    model: { inputShape: [784], layers: [dense(128, "relu"), dense(10)] },
    limit: 1,
  },
  {
    name: "cnn",
    title: "CNN 28x28x1",
    numSamples: 1_600,
    model: {
      inputShape: [28, 28, 1],
      layers: [conv(8), pool, conv(16), pool, { type: "flatten" }, dense(64, "relu"), dense(10)],
    },
    limit: 1.4,
  },
  {
    name: "cifar",
    title: "CNN 32x32x3",
    numSamples: 160,
    model: {
      inputShape: [32, 32, 3],
      layers: [conv(32), conv(32), pool, conv(64), pool, { type: "flatten" }, dense(128, "relu"), dense(10)],
    },
    limit: 0.6,
  },
];

console.log(pinToOneCore());
const peer = await openPeer("torch_training.py");
const rows = [["", "ours, samples/s", "PyTorch", "ratio"]];
const results = [];
for (const { name, title, numSamples, model, limit } of workloads) {
  const { trainer, engine } = await createLocalTrainer({ model, engine: "wasm" });
  if (rows.length === 1) console.log(`${engine.name}: ${engine.reason}; ${trainer.engine}`);
  const ours = localEpochs(trainer, randomSamples(numSamples, model.inputShape));
  const contestants = { ours };
  if (peer) {
    await peer.ask({ prepare: { model: name, samples: numSamples } });
    contestants.torch = there(peer, "epoch", { batch: 32 });
  }
  const seconds = await takeTurns(contestants, { least: 0.2 });
  trainer[Symbol.dispose]();
  const rates = (values) => values.map((value) => numSamples / value);
  const ratio = peer ? median(seconds.torch) / median(seconds.ours) : Number.NaN;
  rows.push([
    title,
    withSpread(rates(seconds.ours)),
    peer ? withSpread(rates(seconds.torch)) : "not installed",
    peer ? `${ratio.toFixed(2)}x` : "",
  ]);
  if (peer) results.push({ title, ratio, limit });
}
console.log(`\nSamples trained a second, medians with lowest and highest; ${loadNow()}`);
printTable(rows);
for (const { title, ratio, limit } of results) {
  check(`${title} against PyTorch`, {
    value: `${ratio.toFixed(2)}x`,
    limit: `>= ${limit}x`,
    isGood: ratio >= limit,
  });
}
peer?.end();
endAll();

/** A contestant that trains one epoch at a time, always from the same weights. */
function localEpochs(trainer, samples) {
  const weights = trainer.initialWeights(1);
  const { signal } = new AbortController();
  return async (repeats) => {
    const [before, startedAt] = [process.cpuUsage(), performance.now()];
    for (let i = 0; i < repeats; i++) {
      await trainer.train(weights, samples, {
        epochs: 1,
        batchSize: 32,
        learningRate: 0.05,
        randomFor: (purpose) => randomStream(i, purpose),
        signal,
      });
    }
    const { user, system } = process.cpuUsage(before);
    return { cpu: (user + system) / 1e6, wall: (performance.now() - startedAt) / 1e3 };
  };
}

function randomSamples(numSamples, inputShape) {
  const random = randomStream(1, "benchmark");
  const size = inputShape.reduce((product, axis) => product * axis, 1);
  return {
    numSamples,
    features: Float32Array.from({ length: numSamples * size }, () => random.uniform()),
    labels: Uint8Array.from({ length: numSamples }, () => random.integer(10)),
  };
}

function withSpread(values) {
  const show = (value) => Math.round(value).toLocaleString("en");
  return `${show(median(values))} (${show(Math.min(...values))} to ${show(Math.max(...values))})`;
}
