// Claim: reads of a run with 1,000 rounds x 100 clients take less than 20 ms at the 99th percentile while another run trains
// and 1,000 viewers watch; the main thread is never held long: event-loop delay p99 under 20 ms.
//
// Method: the built server with its own PostgreSQL, in processes of their own. The large run is published by a sender and
// stored; then a run trains (the server's default model, made-up X-rays, more rounds than there is time for), 1,000 raw
// sockets watch everything on the relay's port, and a reader asks at a fixed rate (default 50 a second, `--rate`), in turns,
// for ten parts of the run at random places. A read counts from when it was due until its last byte. The
// server's own loop delay is read from /health. `--seconds` says for how long (60).
// Noise: training, viewers, reader, server and PostgreSQL share the cores of the machine (with two of them, training alone
// takes both), so the figures are upper bounds. The same reads without training and viewers are shown beside.
import { fork } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { fillRun } from "./load/fill-run.mjs";
import { dataFolder, getJson, removeFolders, serveBuilt, startRun, waitFor } from "./load/serve-built.mjs";
import { ask, own, percentile, residentBytes } from "./process-figures.mjs";
import { check, describeMachine, isQuick, loadNow, printTable } from "./side-by-side.mjs";

const { values: flags } = parseArgs({
  options: { rate: { type: "string" }, seconds: { type: "string" }, quick: { type: "boolean" } },
});
const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const SECONDS = Number(flags.seconds ?? (isQuick ? 8 : 60));
const RATE = Number(flags.rate ?? 50);
const [ROUNDS, CLIENTS, VIEWERS] = isQuick ? [100, 100, 200] : [1_000, 100, 1_000];
const LIMIT_MS = 20;

console.log(`${describeMachine()}, ${loadNow()}`);
const folder = await dataFolder();
const server = await serveBuilt(folder);
const filledAt = performance.now();
const { runId, numEvents } = await fillRun({
  relayUrl: server.relayUrl,
  rounds: ROUNDS,
  clients: CLIENTS,
  directory: `${folder}/filled`,
});
const fillSeconds = (performance.now() - filledAt) / 1_000;
console.log(
  `${numEvents} events of ${ROUNDS} rounds x ${CLIENTS} clients stored in ${fillSeconds.toFixed(1)} s`,
);

const readerArgs = [server.url, runId, RATE, ROUNDS, CLIENTS].map(String);
const reader = own(fork("load/readers.mjs", readerArgs, { cwd: FOLDER }));
await ask(reader);

async function measure(title) {
  await delay(2_000);
  await ask(reader, "reset");
  await delay(SECONDS * 1_000);
  const { latencies, failures } = await ask(reader, "reset");
  const { parts } = await getJson(`${server.url}/health`);
  const all = latencies.flatMap(([, values]) => values);
  console.log(`\n${title}: ${all.length} reads in ${SECONDS} s, ${loadNow()}`);
  const row = (name, values) => [
    name,
    ...[0.5, 0.99].map((share) => percentile(values, share).toFixed(1)),
    Math.max(...values).toFixed(1),
  ];
  const rows = latencies.map(([name, values]) => row(name, values));
  printTable([["ms", "p50", "p99", "max"], ...rows, row("all", all)]);
  for (const [what, count] of failures) console.log(`  ${count} x ${what}`);
  const { delay_p99_ms: loopP99, delay_max_ms: loopMax } = parts.event_loop.figures;
  console.log(
    `  event loop held: p99 ${loopP99} ms, max ${loopMax} ms; resident ${(residentBytes(server.pid) / 1e6).toFixed(0)} MB`,
  );
  return { p99: percentile(all, 0.99), loopP99, numFailures: failures.length };
}

await measure("nothing else");
const trainingId = await startRun(server.url, { experiment_name: "trains meanwhile", num_rounds: 10_000 });
await waitFor(async () => (await getJson(`${server.url}/api/runs/${trainingId}`)).step >= 1, {
  what: "its first round",
});
const viewers = own(
  fork("load/viewers.mjs", ["fedloom", new URL(server.relayUrl).port, String(VIEWERS)], { cwd: FOLDER }),
);
await ask(viewers);
const before = (await ask(viewers, "reset")).delivered;
const { p99, loopP99, numFailures } = await measure(`while a run trains and ${VIEWERS} viewers watch`);
const { delivered } = await ask(viewers, "");
const { step, state } = await getJson(`${server.url}/api/runs/${trainingId}`);
console.log(`  ${delivered - before} events delivered meanwhile; the run is ${state} in round ${step}\n`);
check("reads at the 99th percentile", {
  value: `${p99.toFixed(1)} ms`,
  limit: `${LIMIT_MS} ms`,
  isGood: p99 < LIMIT_MS,
});
check("event loop held, 99th percentile", {
  value: `${loopP99} ms`,
  limit: `${LIMIT_MS} ms`,
  isGood: loopP99 < LIMIT_MS,
});
check("reads that failed", { value: numFailures, limit: 0, isGood: numFailures === 0 });
await server.stop();
await removeFolders();
process.exit();
