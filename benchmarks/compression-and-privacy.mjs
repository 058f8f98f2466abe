// What compression, noise and accounting cost. There is no limit here: the figures are for choosing.
//
// Method: `compress` and `decompress` of updates of 1e6 and 4e6 normal values, with their checks, beside a memory copy of
// the same bytes, into memory that is there already and into fresh memory (which the results of both need); speeds are
// bytes of float32 a second. Noise comes from the cryptographic source and is added in place.
// Everything is bound to one core, turns as in aggregate.mjs; CPU seconds, median with the lowest and the highest.
import {
  compress,
  createGaussianNoise,
  createLedger,
  decompress,
  noiseMultiplierFor,
  randomStream,
  recordRound,
  roundsWithin,
  spent,
} from "@fedloom/fl-strategy";
import { vectorKernels } from "@fedloom/kernels";
import { normalVectors } from "./load/update-vectors.mjs";
import { median } from "./process-figures.mjs";
import { here, loadNow, milliseconds, pinToOneCore, printTable, takeTurns } from "./side-by-side.mjs";

const isQuick = process.argv.includes("--quick");
const METHODS = [
  ["int8", { kind: "int8" }],
  ["float16", { kind: "float16" }],
  ["top 1 %", { kind: "topk", fraction: 0.01 }],
  ["QSGD", { kind: "qsgd" }],
];

async function compareCompression(size) {
  console.log(`\nCompression of ${size.toLocaleString("en")} parameters, ${loadNow()}`);
  const updates = normalVectors(8, { size, sigma: 0.01 });
  const target = new Float32Array(size);
  const random = randomStream(1, "benchmark");
  const contestants = {
    "copy, one target": here((i) => target.set(updates[i % 8])),
    "copy, fresh target": here((i) => updates[i % 8].slice()),
  };
  for (const [label, method] of METHODS) {
    const travelling = updates.map((values) => compress(values, method, { random }));
    contestants[`${label} encode`] = here((i) => compress(updates[i % 8], method, { random }));
    contestants[`${label} decode`] = here((i) => decompress(travelling[i % 8], size));
  }
  const figures = await takeTurns(contestants);
  const speed = (name) => (4 * size) / median(figures[name]);
  printTable([
    ["", "ms", "GB/s", "of a copy, fresh target"],
    ...Object.keys(contestants).map((name) => [
      name,
      milliseconds(figures[name]),
      (speed(name) / 1e9).toFixed(2),
      (speed(name) / speed("copy, fresh target")).toFixed(2),
    ]),
  ]);
}

async function compareNoise() {
  console.log(`\nNoise on 1,000,000 elements of a float64 sum, ${loadNow()}`);
  const noise = createGaussianNoise();
  const sum = new Float64Array(1_000_000);
  const bytes = new Uint8Array(65_536);
  // Pairs of elements take 16 bytes a try, and pi / 4 of the tries succeed.
  const pieces = Math.ceil((8 * sum.length) / (Math.PI / 4) / bytes.length);
  const figures = await takeTurns({
    "Gaussian noise, added": here(() => noise.fill(sum, 1)),
    "the random bytes for it, alone": here(() => {
      for (let piece = 0; piece < pieces; piece++) crypto.getRandomValues(bytes);
    }),
  });
  printTable([["", "ms"], ...Object.keys(figures).map((name) => [name, milliseconds(figures[name])])]);
}

async function compareAccounting() {
  const rounds = 10_000;
  const round = { samplingRate: 0.01, noiseMultiplier: 1 };
  const record = (count) => {
    let ledger = createLedger({ sampling: "poisson", population: 10_000 });
    for (let i = 0; i < count; i++) ledger = recordRound(ledger, round);
    return ledger;
  };
  const ledger = record(rounds);
  // A clip norm or a share of clients that changes makes entries of their own.
  let mixed = createLedger({ sampling: "poisson", population: 10_000 });
  for (let i = 0; i < 200; i++) mixed = recordRound(mixed, { ...round, noiseMultiplier: 1 + i / 1_000 });
  const delta = 1e-5;
  const ask = {
    [`record ${rounds} rounds`]: () => record(rounds),
    "spent, rdp": () => spent(ledger, { delta }),
    "spent, pld": () => spent(ledger, { delta, method: "pld" }),
    "spent, rdp, 200 different rounds": () => spent(mixed, { delta }),
    "rounds left, rdp": () => roundsWithin(ledger, { ...round, delta, targetEpsilon: 20 }),
    "rounds left, pld": () => roundsWithin(ledger, { ...round, delta, targetEpsilon: 20, method: "pld" }),
    "noise for epsilon 8, rdp": () =>
      noiseMultiplierFor({ samplingRate: 0.01, rounds, delta, targetEpsilon: 8 }),
  };
  console.log(
    `\nAccountant, ${rounds} rounds, sampling rate ${round.samplingRate}, noise multiplier ${round.noiseMultiplier}, delta ${delta}, ${loadNow()}`,
  );
  const figures = await takeTurns(
    Object.fromEntries(Object.entries(ask).map(([name, run]) => [name, here(run)])),
    { rounds: isQuick ? 1 : 5, least: 0.02 },
  );
  const show = (value) => {
    if (typeof value === "number") return value.toPrecision(5);
    if ("epsilon" in value) return `epsilon ${value.epsilon.toPrecision?.(5) ?? value.epsilon}`;
    return "rounds" in value ? `${value.rounds} rounds` : "";
  };
  printTable([
    ["", "ms", "answer"],
    ...Object.entries(ask).map(([name, run]) => [name, milliseconds(figures[name]), show(run())]),
  ]);
}

console.log(
  `${pinToOneCore()}, kernels in ${vectorKernels().kind}, ${new Date().toISOString().slice(0, 16)}`,
);
for (const size of isQuick ? [1_000_000] : [1_000_000, 4_000_000]) await compareCompression(size);
await compareNoise();
await compareAccounting();
