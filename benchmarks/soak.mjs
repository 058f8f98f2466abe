// Claim: through 30 minutes of training, viewers, reads, kills and outages the server's main process stays under 250 MB, its
// thread is never held long (event-loop delay p99 under 20 ms), it leaks no handles, and every event gets into the database.
//
// Method: the built server with its own PostgreSQL. Runs are queued one after the other (the default model, 12 rounds); a
// program of its own publishes 50 values a second; 20 viewers follow everything and come back when they are cut; a reader asks
// for 10 parts of a run a second. Every 15 to 45 s something happens by chance: the run's process or the database is
// killed (SIGKILL) or stands still (SIGSTOP) for some seconds, viewers are cut. `--seed` repeats the order (its times depend
// on the machine), `--minutes` is the length (30). Once a second the main process' resident memory and open
// files are taken, every ten seconds what /health says.
// At the end: no more runs, what is queued is trained to its end, and everything that was published has to be stored.
// Noise: everything shares the machine. Memory of the first minute, in which code is compiled and pools fill, is
// left out of the trend.
import { fork } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createMetricsSender } from "@fedloom/sender/node";
import { openViewer } from "@fedloom/viewer/node";
import { faultsOf, openFiles, randomFrom } from "./load/faults.mjs";
import { fillRun } from "./load/fill-run.mjs";
import { dataFolder, getJson, removeFolders, serveBuilt, startRun, waitFor } from "./load/serve-built.mjs";
import { ask, median, own, residentBytes } from "./process-figures.mjs";
import { check, describeMachine, loadNow } from "./side-by-side.mjs";

const { values: flags } = parseArgs({
  options: { minutes: { type: "string" }, seed: { type: "string" }, quick: { type: "boolean" } },
});
const MINUTES = Number(flags.minutes ?? (flags.quick ? 1 : 30));
const SEED = Number(flags.seed ?? Date.now() % 1_000_000);
const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const LIMITS = { residentMb: 250, loopMs: 20, moreFiles: 30, growthMb: 30 };
const OVER = ["completed", "stopped", "failed"];
const ROUNDS = 12;
const WARM_MS = Math.min(60_000, MINUTES * 15_000);

const random = randomFrom(SEED);
console.log(`${describeMachine()}, ${loadNow()}; ${MINUTES} min, --seed ${SEED}`);
const folder = await dataFolder();
const server = await serveBuilt(folder);
const { url, relayUrl } = server;
const startedAt = performance.now();
const elapsed = () => performance.now() - startedAt;
const clock = () =>
  `${String(Math.floor(elapsed() / 60_000)).padStart(3)}:${String(Math.floor(elapsed() / 1_000) % 60).padStart(2, "0")}`;

const { runId: readRunId } = await fillRun({
  relayUrl,
  rounds: 50,
  clients: 100,
  directory: `${folder}/filled`,
});
const readerArgs = [url, readRunId, "10", "50", "100"];
const reader = own(fork("load/readers.mjs", readerArgs, { cwd: FOLDER }));
await ask(reader);

const sender = createMetricsSender({ url: relayUrl, progressFile: { directory: `${folder}/program` } });
let numPublished = 0;
const publishing = setInterval(() => {
  numPublished += 1;
  sender.sendMetrics({ step: numPublished, phase: "train", metrics: { loss: random(), accuracy: random() } });
}, 20);

const viewers = [];
const openOne = () => openViewer({ url: relayUrl, from: "latest", random, onEvent: () => {} });
for (let index = 0; index < 20; index++) viewers.push(openOne());
/** They come back as a page that was loaded again would. */
function cutViewers() {
  const count = 1 + Math.floor(random() * viewers.length);
  for (let index = 0; index < count; index++) {
    viewers[index].close();
    viewers[index] = openOne();
  }
  return count;
}

const runIds = [];
let isEnding = false;
const stateOf = async (runId) => (await getJson(`${url}/api/runs/${runId}`)).state;
/** Keeps one run in training and one behind it. */
async function keepTraining() {
  while (!isEnding) {
    try {
      const states = await Promise.all(runIds.slice(-2).map(stateOf));
      if (states.filter((state) => !OVER.includes(state)).length < 2) {
        const config = {
          experiment_name: `soak ${runIds.length + 1}`,
          num_rounds: ROUNDS,
          seed: runIds.length + 1,
        };
        runIds.push(await startRun(url, config));
      }
    } catch {
      // The database is away.
    }
    await delay(1_000);
  }
}

const samples = [];
const health = [];
const sampling = setInterval(() => {
  samples.push({ at: elapsed(), resident: residentBytes(server.pid), files: openFiles(server.pid) });
}, 1_000);
const looking = setInterval(async () => {
  const report = await getJson(`${url}/health`).catch(() => undefined);
  if (report) health.push(report.parts);
}, 10_000);

const faults = faultsOf({ server, folder, cutViewers, random });
const names = Object.keys(faults);
const counts = Object.fromEntries(names.map((name) => [name, 0]));
async function makeFaults() {
  while (!isEnding) {
    await delay(15_000 + random() * 30_000);
    if (isEnding) return;
    const name = names[Math.floor(random() * names.length)];
    counts[name] += 1;
    console.log(`  ${clock()} ${name}: ${await faults[name]()}`);
  }
}

const work = Promise.all([keepTraining(), makeFaults()]);
await delay(MINUTES * 60_000);
isEnding = true;
await work;
clearInterval(publishing);
const isStored = await sender.close(60_000);
const unfinished = async () => {
  const states = await Promise.all(runIds.map(stateOf)).catch(() => ["unknown"]);
  return states.every((state) => OVER.includes(state)) && states;
};
const states = await waitFor(unfinished, { ms: 300_000, every: 1_000, what: "the end of all runs" });
const settled = await waitFor(
  async () => {
    const report = await getJson(`${url}/health`).catch(() => undefined);
    return report?.parts.events.figures.waiting === 0 && report.parts;
  },
  { what: "nothing waiting for the database" },
);
clearInterval(sampling);
clearInterval(looking);
health.push(settled);

async function countEvents(runId, type) {
  let [total, after] = [0, 0];
  while (after !== null) {
    const page = await getJson(`${url}/api/runs/${runId}/events?type=${type}&limit=1000&after=${after}`);
    total += page.events.length;
    after = page.next;
  }
  return total;
}

let numRoundsMissing = 0;
for (const [index, runId] of runIds.entries()) {
  if (states[index] !== "completed") continue;
  const { rounds } = await getJson(`${url}/api/runs/${runId}/rounds?limit=1000`);
  numRoundsMissing += ROUNDS - rounds.length;
}
const numStored = await countEvents(sender.runId, "metrics");
const { failures } = await ask(reader, "reset");

const warm = samples.filter(({ at }) => at > WARM_MS);
const quarter = Math.ceil(warm.length / 4);
const middle = (list, name) => median(list.map((sample) => sample[name]));
const growthMb =
  (middle(warm.slice(-quarter), "resident") - middle(warm.slice(0, quarter), "resident")) / 1e6;
const moreFiles = middle(warm.slice(-quarter), "files") - middle(warm.slice(0, quarter), "files");
const residentMb = Math.max(...samples.map(({ resident }) => resident)) / 1e6;
const loop = health.map((parts) => parts.event_loop.figures.delay_p99_ms);
const failed = states.filter((state) => state === "failed").length;
console.log(
  `\n${runIds.length} runs, ${states.filter((state) => state === "completed").length} completed, ${failed} failed`,
);
for (const [name, count] of Object.entries(counts)) console.log(`  ${count} x ${name}`);
const refused = failures.map(([what, count]) => `${count} x ${what}`).join("; ");
console.log(`  reads refused meanwhile: ${refused || "none"}`);
console.log(
  `  resident ${(middle(warm, "resident") / 1e6).toFixed(0)} MB in the median; ${middle(warm, "files")} open files; ${loadNow()}\n`,
);
check("resident memory, highest", {
  value: `${residentMb.toFixed(0)} MB`,
  limit: `${LIMITS.residentMb} MB`,
  isGood: residentMb < LIMITS.residentMb,
});
check("... last quarter beside the first", {
  value: `${growthMb.toFixed(0)} MB`,
  limit: `${LIMITS.growthMb} MB`,
  isGood: growthMb < LIMITS.growthMb,
});
check("open files, last quarter beside the first", {
  value: moreFiles,
  limit: LIMITS.moreFiles,
  isGood: moreFiles < LIMITS.moreFiles,
});
check("event loop held, p99 of each minute, highest", {
  value: `${Math.max(...loop)} ms`,
  limit: `${LIMITS.loopMs} ms`,
  isGood: Math.max(...loop) < LIMITS.loopMs,
});
check("events of the program stored, once", {
  value: `${numStored} of ${numPublished}`,
  limit: "all",
  isGood: isStored && numStored === numPublished,
});
check("events that did not get into the database", {
  value: settled.events.figures.missed,
  limit: 0,
  isGood: settled.events.figures.missed === 0,
});
check("runs that did not complete", {
  value: states.length - states.filter((state) => state === "completed").length,
  limit: 0,
  isGood: states.every((state) => state === "completed"),
});
check("rounds missing from completed runs", {
  value: numRoundsMissing,
  limit: 0,
  isGood: numRoundsMissing === 0,
});
for (const viewer of viewers) viewer.close();
const code = await server.stop();
check("exit code", { value: code, limit: 0, isGood: code === 0 });
await removeFolders();
process.exit();
