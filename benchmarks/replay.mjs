// Claim: 1,000,000 spooled events are replayed at 50,000 events a second or more, in memory that does not grow.
//
// Method: a sender without a relay fills a spool file; then another process reads it back and sends it (`syncSpool`) to
// a relay in a process of its own, until that has acknowledged everything. The wall clock over the whole call is taken,
// with the scan of the file before the first event. Memory is the replaying process' resident set, sampled every
// 100 ms: its growth between the first second and the end is printed.
// Noise: sender and relay share the machine; each takes about one core.
import { fork } from "node:child_process";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createMetricsSender } from "@fedloom/sender/node";
import { ask, own, residentBytes } from "./process-figures.mjs";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const EVENTS = process.argv.includes("--quick") ? 100_000 : 1_000_000;
const LIMITS = { perSecond: 50_000, growthMb: 50 };

const directory = await mkdtemp(join(tmpdir(), "fedloom-bench-"));
const sender = createMetricsSender({ url: "ws://127.0.0.1:9", progressFile: { directory } });
for (let step = 1; step <= EVENTS; step++) {
  sender.sendMetrics({
    step,
    phase: "train",
    metrics: { loss: 1 / step, accuracy: 0.93, precision: 0.9, recall: 0.92, f1: 0.91 },
  });
  if (step % 1_000 === 0) await new Promise((resolve) => setImmediate(resolve));
}
await sender.close(0);
const [name] = (await readdir(directory)).filter((each) => each.endsWith(".jsonl"));
const path = join(directory, name);
const { size } = await stat(path);

const relay = own(fork("servers/relay-process.mjs", { cwd: FOLDER }));
const { port } = await ask(relay);
const replayer = own(fork("load/replayer.mjs", [path, `ws://127.0.0.1:${port}`], { cwd: FOLDER }));
await ask(replayer);
const memory = [];
const sampling = setInterval(() => memory.push(residentBytes(replayer.pid)), 100);
const { result, seconds } = await ask(replayer, "go");
clearInterval(sampling);
const { accepted, duplicates } = await ask(relay, "count");

const perSecond = EVENTS / seconds;
const growthMb = (Math.max(...memory.slice(10)) - (memory[10] ?? memory[0])) / 1e6;
console.log(
  `${EVENTS} events, ${(size / 1e6).toFixed(0)} MB: ${seconds.toFixed(1)} s, ${perSecond.toFixed(0)} events/s, ${accepted} accepted, ${duplicates} twice, ${result.rejected} refused`,
);
const checks = [
  ["all accepted once", `${accepted}`, `${EVENTS}`, accepted === EVENTS && duplicates === 0],
  ["events a second", perSecond.toFixed(0), LIMITS.perSecond, perSecond >= LIMITS.perSecond],
  [
    "growth of memory",
    `${growthMb.toFixed(0)} MB, to ${(Math.max(...memory) / 1e6).toFixed(0)} MB`,
    `${LIMITS.growthMb} MB`,
    growthMb < LIMITS.growthMb,
  ],
];
for (const [what, value, limit, isGood] of checks)
  console.log(`  ${isGood ? "ok    " : "MISSED"} ${what}: ${value} (limit ${limit})`);
for (const child of [relay, replayer]) child.kill("SIGKILL");
await rm(directory, { recursive: true, force: true });
process.exit(checks.every(([, , , isGood]) => isGood) ? 0 : 1);
