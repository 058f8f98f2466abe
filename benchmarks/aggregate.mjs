// Claims: the mean family folds updates at 60 % of the speed of a plain memory copy of the same bytes or more (models of
// 1e6 parameters and above, one core), at least five times as fast as numpy's "scale each, then reduce" (Flower's legacy
// `aggregate`) for 100 clients x 1e6; in memory that does not depend on the number of clients; 1,000 clients at 10,000.2
// give 10,000.2 to float32.
//
// Method: updates of one tensor, all different, more bytes than the caches hold. Ours from nothing to the mean, three
// ways: `createExactSum` over plain Float32Arrays (a) and over vectors in kernel memory (b), and a whole round of fedAvg
// with its default checks, opened, fed and closed (c). Peers run in a Python process beside it. Everything is bound to
// one core; contestants take turns, seven rounds after one or two to warm up, more where the spread is above 30 %. Figures are
// CPU seconds of the whole process, user and system, so that what else the machine does falls out of them, except for
// what it does to the caches and to the memory; the median is printed with the lowest and the highest.
// A copy into one target leaves it in the cache; a copy into distinct targets writes to memory. The limit is held against
// the faster of the two.
// Noise: the ratio to the copy depends on the machine's caches and on what shares its memory; compare within a run.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { fedAvg } from "@fedloom/fl-strategy";
import { vectorKernels } from "@fedloom/kernels";
import { playLargeRound } from "./load/play-round.mjs";
import { normalVectors } from "./load/update-vectors.mjs";
import { ask, median, own } from "./process-figures.mjs";
import {
  check,
  here,
  loadNow,
  milliseconds,
  openPeer,
  pinToOneCore,
  printTable,
  takeTurns,
  there,
} from "./side-by-side.mjs";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const isQuick = process.argv.includes("--quick");
const LIMITS = { ofCopy: 0.6, toLegacy: 5, growthMb: 12 };
const LOADS = [
  { size: 100_000, clients: 10 },
  { size: 100_000, clients: 100 },
  { size: 1_000_000, clients: 10 },
  { size: 1_000_000, clients: 100 },
  { size: 4_000_000, clients: 10 },
  // A hundred would take 1.6 GB here and 3.2 GB in numpy.
  { size: 4_000_000, clients: 25 },
];
/** Bytes from which vectors, used in turn, are not found in the cache any more: three times its size here. */
const BEYOND_CACHE = 100e6;
const WAYS = [
  ["a", "(a) kernels, update copied in"],
  ["b", "(b) kernels, update in place"],
  ["placed", "(c) whole round, differences, update in place"],
  ["delta", "(c) whole round, differences"],
  ["weights", "(c) whole round, weights"],
];
const COPIES = [
  ["one", "copy into one target"],
  ["many", "copy into distinct targets"],
];
const PEERS = [
  ["legacy", "numpy, Flower legacy aggregate"],
  ["in-place", "numpy a += u * w, Flower today"],
  ["average", "np.average(np.stack(updates))"],
];

const kernels = vectorKernels();

function copyAll(updates, targets) {
  for (const [i, values] of updates.entries()) targets[i % targets.length].set(values);
}

/** Each update has its `values`; those in kernel memory are to be fetched anew each time. */
function sumUp(updates, counts) {
  const sum = kernels.createExactSum({ size: updates[0].values.length, maxAddends: updates.length });
  for (const [i, { values }] of updates.entries()) sum.add(values, counts[i]);
  const total = sum.total();
  sum.release();
  const weight = counts.reduce((a, b) => a + b, 0);
  for (let i = 0; i < total.length; i++) total[i] /= weight;
  return total;
}

/** Vectors that stand for `updates`, as many as the caches cannot hold, each used several times if there are more. */
function inKernelMemory(updates) {
  const distinct = Math.min(updates.length, Math.ceil(BEYOND_CACHE / updates[0].byteLength));
  const vectors = updates.slice(0, distinct).map((values) => {
    const vector = kernels.createVector(values.length);
    vector.values.set(values);
    return vector;
  });
  const release = () => {
    for (const vector of vectors) vector.release();
  };
  return { updates: updates.map((_, i) => vectors[i % distinct]), release };
}

async function measure({ size, clients }, peer) {
  const globalWeights = normalVectors(1, { size, sigma: 0.05 })[0];
  const updates = normalVectors(clients, { size, sigma: 0.01 });
  const counts = updates.map((_, i) => 100 + i);
  const plain = updates.map((values) => ({ values }));
  const placed = inKernelMemory(updates);
  const targets = Array.from(
    { length: Math.min(clients, Math.ceil(BEYOND_CACHE / (4 * size))) },
    () => new Float32Array(size),
  );
  const round = (form) =>
    here(() => playLargeRound(fedAvg(), { updates: plain, counts, globalWeights, form }));
  await peer?.ask({ prepare: { size, clients } });
  const figures = await takeTurns({
    one: here(() => copyAll(updates, targets.slice(0, 1))),
    many: here(() => copyAll(updates, targets)),
    a: here(() => sumUp(plain, counts)),
    b: here(() => sumUp(placed.updates, counts)),
    placed: here(() => playLargeRound(fedAvg(), { updates: placed.updates, counts, globalWeights })),
    delta: round("delta"),
    // Differences serve as weights here: the arithmetic is the same.
    weights: round("weights"),
    ...(peer ? Object.fromEntries(PEERS.map(([name]) => [name, there(peer, name)])) : {}),
  });
  placed.release();
  return figures;
}

async function compare(load, peer) {
  const { size, clients } = load;
  const bytes = 4 * size * clients;
  console.log(
    `\n${size.toLocaleString("en")} parameters, ${clients} clients, ${(bytes / 1e6).toFixed(0)} MB of updates, ${loadNow()}`,
  );
  const figures = await measure(load, peer);
  const speed = (name) => bytes / median(figures[name]);
  const copy = Math.max(speed("one"), speed("many"));
  const rows = [...COPIES, ...WAYS, ...(peer ? PEERS : [])].map(([name, label]) => [
    label,
    milliseconds(figures[name]),
    (speed(name) / 1e9).toFixed(1),
    (speed(name) / copy).toFixed(2),
    peer ? (speed(name) / speed("legacy")).toFixed(1) : "",
  ]);
  printTable([["", "ms for all (lowest to highest)", "GB/s", "of copy", peer ? "x legacy" : ""], ...rows]);
  for (const [name, label] of WAYS) {
    const [ofCopy, toLegacy] = [speed(name) / copy, peer ? speed(name) / speed("legacy") : undefined];
    if (size >= 1_000_000) {
      check(`${label}, of a copy`, {
        value: ofCopy.toFixed(2),
        limit: LIMITS.ofCopy,
        isGood: ofCopy >= LIMITS.ofCopy,
      });
    }
    if (toLegacy !== undefined && size === 1_000_000 && clients === 100) {
      check(`${label}, to Flower's legacy aggregate`, {
        value: `${toLegacy.toFixed(1)}x`,
        limit: `${LIMITS.toLegacy}x`,
        isGood: toLegacy >= LIMITS.toLegacy,
      });
    }
  }
}

async function compareMemory() {
  console.log(`\nMemory of a round, 1,000,000 parameters, updates made one at a time, ${loadNow()}`);
  const rows = [];
  for (const clients of isQuick ? [10, 100] : [10, 100, 1_000]) {
    const child = own(
      fork("load/mean-memory.mjs", [`${clients}`], {
        cwd: FOLDER,
        execArgv: ["--expose-gc", "--single-threaded-gc"],
      }),
    );
    rows.push({ clients, ...(await ask(child)) });
  }
  const mb = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;
  printTable([
    ["clients", "most resident memory beyond that before the round", "kernel memory"],
    ...rows.map(({ clients, residentBytes, kernelBytes }) => [
      `${clients}`,
      mb(residentBytes),
      mb(kernelBytes),
    ]),
  ]);
  const grown = (name) => (Math.max(...rows.map((row) => row[name])) - rows[0][name]) / 1e6;
  for (const [name, label] of [
    ["residentBytes", "growth of resident memory with the clients"],
    ["kernelBytes", "growth of kernel memory with the clients"],
  ]) {
    const value = grown(name);
    const limit = `${LIMITS.growthMb} MB, three updates`;
    check(label, { value: `${value.toFixed(1)} MB`, limit, isGood: value < LIMITS.growthMb });
  }
}

async function compareAccuracy(peer) {
  const clients = 1_000;
  console.log(`\nAccuracy: ${clients} clients at 10,000.2, which is ${Math.fround(10_000.2)} in float32`);
  const values = new Float32Array(8).fill(10_000.2);
  const updates = Array.from({ length: clients }, () => ({ values }));
  const results = [
    ["whole round, differences", playLargeRound(fedAvg(), { updates })[0]],
    ["whole round, weights", playLargeRound(fedAvg(), { updates, form: "weights" })[0]],
  ];
  if (peer) {
    await peer.ask({ prepare: { size: 8, clients, value: 10_000.2 } });
    for (const [name, label] of PEERS) {
      const { result } = await peer.ask({ method: name, result: true });
      results.push([label, result[0]]);
    }
  }
  printTable([
    ["", "mean", "off by"],
    ...results.map(([label, value]) => [label, `${value}`, (value - Math.fround(10_000.2)).toExponential(1)]),
  ]);
  for (const [label, value] of results.slice(0, 2)) {
    check(label, {
      value,
      limit: Math.fround(10_000.2),
      isGood: value === Math.fround(10_000.2),
    });
  }
}

console.log(`${pinToOneCore()}, kernels in ${kernels.kind}, ${new Date().toISOString().slice(0, 16)}`);
const peer = await openPeer("numpy_mean.py");
for (const load of isQuick ? LOADS.slice(0, 4) : LOADS) await compare(load, peer);
await compareAccuracy(peer);
peer?.end();
await compareMemory();
