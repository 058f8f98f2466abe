// Claims: of 100 clients x 1e6 parameters, on one core, the coordinate median and the trimmed mean are made at least eight
// times as fast as numpy makes them for Flower, and Krum at least twice as fast.
//
// Method: whole rounds, `createStrategy` and `openRound` with the default checks, every update received and the round
// closed, beside what Flower does with numpy once it has the updates as arrays. Updates are weights of one tensor, normal
// about a common centre; f is a fifth of the clients, for Bulyan and ten clients a tenth. Krum stands beside two ways of
// Flower: the loop over pairs of its older code, and the expansion |x|^2 + |y|^2 - 2 x.y in float32, centred, of the newer
// one, whose speed is that of numpy's BLAS (`FEDLOOM_PYTHON` names a Python with another one). Bulyan stands beside one
// that picks all updates at once and not, as ours, one after another. The geometric median has no peer in Flower, and
// MultiKrum is Krum and a mean.
// Everything is bound to one core; contestants take turns, five rounds after one or two to warm up, more where the spread is
// above 30 %. Figures are CPU seconds of the whole process, the median with the lowest and the highest.
// Noise: as in aggregate.mjs. Ours and numpy's hold their own copies: 1.5 GB for 100 clients x 1e6.
import { createStrategy } from "@fedloom/fl-strategy";
import { vectorKernels } from "@fedloom/kernels";
import { playLargeRound } from "./load/play-round.mjs";
import { normalVectors } from "./load/update-vectors.mjs";
import { median } from "./process-figures.mjs";
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

const isQuick = process.argv.includes("--quick");
const LOADS = [
  { size: 100_000, clients: 10 },
  { size: 1_000_000, clients: 10 },
  { size: 100_000, clients: 100 },
  { size: 1_000_000, clients: 100 },
];
/** Our strategies, the peers' methods beside each, and the limit that holds for 100 clients x 1e6. */
const RULES = [
  { label: "median", name: "median", peers: ["median"], limit: 8 },
  {
    label: "trimmed mean 10 %",
    name: "trimmed-mean",
    options: { beta: 0.1 },
    peers: ["trimmed-10"],
    limit: 8,
  },
  {
    label: "trimmed mean 20 %",
    name: "trimmed-mean",
    options: { beta: 0.2 },
    peers: ["trimmed-20"],
    limit: 8,
  },
  { label: "Krum", name: "krum", f: true, peers: ["krum-loop", "krum-centred"], limit: 2 },
  { label: "MultiKrum", name: "multi-krum", f: true, peers: [] },
  { label: "Bulyan", name: "bulyan", f: true, peers: ["bulyan"] },
  { label: "geometric median", name: "geometric-median", peers: [] },
];

function attackers({ name }, clients) {
  return name === "bulyan" && clients < 20 ? Math.floor(clients / 10) : Math.floor(clients / 5);
}

async function measure(rule, { updates, globalWeights, peer }) {
  const f = attackers(rule, updates.length);
  const options = { ...rule.options, ...(rule.f ? { f } : {}) };
  const play = () =>
    playLargeRound(createStrategy(rule.name, options), { updates, globalWeights, form: "weights" });
  const peers = peer ? rule.peers : [];
  return takeTurns(
    { ours: here(play), ...Object.fromEntries(peers.map((name) => [name, there(peer, name, { f })])) },
    { rounds: isQuick ? 1 : 5 },
  );
}

async function compare(load, peer) {
  const { size, clients } = load;
  console.log(`\n${size.toLocaleString("en")} parameters, ${clients} clients, ${loadNow()}`);
  const globalWeights = normalVectors(1, { size, sigma: 0.05 })[0];
  const updates = normalVectors(clients, { size, sigma: 0.01, around: globalWeights }).map((values) => ({
    values,
  }));
  await peer?.ask({ prepare: { size, clients } });
  const rows = [["", "ms, ours (lowest to highest)", "numpy", "ms", "ratio"]];
  const checks = [];
  for (const rule of RULES) {
    const figures = await measure(rule, { updates, globalWeights, peer });
    const ours = milliseconds(figures.ours);
    if (!peer || rule.peers.length === 0) rows.push([rule.label, ours, "none", "", ""]);
    for (const name of peer ? rule.peers : []) {
      const ratio = median(figures[name]) / median(figures.ours);
      rows.push([rule.label, ours, name, milliseconds(figures[name]), ratio.toFixed(1)]);
      if (rule.limit && clients === 100 && size === 1_000_000) {
        checks.push([`${rule.label} to ${name}`, ratio, rule.limit]);
      }
    }
  }
  printTable(rows);
  for (const [label, ratio, limit] of checks) {
    check(label, { value: `${ratio.toFixed(1)}x`, limit: `${limit}x`, isGood: ratio >= limit });
  }
}

console.log(
  `${pinToOneCore()}, kernels in ${vectorKernels().kind}, ${new Date().toISOString().slice(0, 16)}`,
);
const peer = await openPeer("numpy_robust.py");
for (const load of isQuick ? LOADS.slice(0, 3) : LOADS) await compare(load, peer);
peer?.end();
