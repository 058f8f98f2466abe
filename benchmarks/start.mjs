// Claim: a server listens within 2 s of being called, with its own PostgreSQL, once there is data in its folder.
//
// Method: the built server is started as a process on a folder; the clock runs from the call to the line that says where it
// listens, and to the first answer of /health/ready. The first start on an empty folder, which creates the database, is
// shown beside; then warm starts on the same folder, each ended by SIGINT, and one after `kill -9` of server and database.
// Noise: the first start of all reads the programs from the disk; the median of the warm ones is held to the limit.
import { dataFolder, postmasterPid, removeFolders, serveBuilt } from "./load/serve-built.mjs";
import { median, spread } from "./process-figures.mjs";
import { check, describeMachine, isQuick, loadNow } from "./side-by-side.mjs";

const STARTS = isQuick ? 2 : 9;
const LIMIT_MS = 2_000;

console.log(`${describeMachine()}, ${loadNow()}`);
const folder = await dataFolder();

async function start() {
  const calledAt = performance.now();
  const server = await serveBuilt(folder);
  const { ok } = await fetch(`${server.url}/health/ready`);
  if (!ok) throw new Error("/health/ready: expected 200");
  return { server, readyMs: performance.now() - calledAt };
}

const first = await start();
console.log(
  `  first start: listens after ${first.server.listeningMs.toFixed(0)} ms, ready after ${first.readyMs.toFixed(0)} ms`,
);
await first.server.stop();
const [listening, ready] = [[], []];
for (let index = 0; index < STARTS; index++) {
  const { server, readyMs } = await start();
  listening.push(server.listeningMs);
  ready.push(readyMs);
  if (index < STARTS - 1) await server.stop();
  else {
    const postmaster = await postmasterPid(folder);
    await server.stop("SIGKILL");
    process.kill(postmaster, "SIGKILL");
  }
}
const killed = await start();
await killed.server.stop();
console.log(`  warm start: listens after ${spread(listening)} ms, ready after ${spread(ready)} ms`);
console.log(
  `  after kill -9 of server and database: listens after ${killed.server.listeningMs.toFixed(0)} ms`,
);
check("warm start to listening", {
  value: `${median(listening).toFixed(0)} ms`,
  limit: `${LIMIT_MS} ms`,
  isGood: median(listening) < LIMIT_MS,
});
await removeFolders();
