// Claim: 40,000 events a second or more go from a socket to the embedded database, acknowledged as stored, on two cores,
// and the server's event loop stays free; after an outage of the database everything is stored once.
//
// Method: the whole server in a process of its own, with its own PostgreSQL (synchronous commit and fsync on, all indexes,
// rounds, clients and metric values kept as well). A publisher in another process sends events of 4 runs over 4
// WebSockets at a fixed rate; its events are encoded before the first is sent, because their encoding belongs to
// other machines. All processes are bound to the same two cores. After 3 s of warming up, the acknowledgements of
// 15 s are counted, and then how long the rest takes. What is in the database is counted with SQL.
// The event loop is watched at 5 ms. Outage: every process of PostgreSQL is stopped for 10 s while 10,000 events a
// second come, and goes on; the time until everything is acknowledged is taken.
// Mixture: see load/run-events.mjs, printed below. 354 bytes an event.
// Noise: publisher, server and PostgreSQL share the two cores. The CPU of each is printed, so that a figure from a busy
// machine can be told from a slow program.
import { execFileSync, fork } from "node:child_process";
import { chmod, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { EVENTS_OF_A_ROUND, MIXTURE, POINTS_OF_A_ROUND } from "./load/run-events.mjs";
import { ask, own } from "./process-figures.mjs";
import { check, describeMachine, isQuick, loadNow, printTable } from "./side-by-side.mjs";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const LIMITS = { perSecond: 40_000, loopMs: 20 };
const NUM_RUNS = 4;
const RATE = 42_000;
const SECONDS = isQuick ? { warm: 1, sustained: 4, outage: 2 } : { warm: 3, sustained: 15, outage: 10 };
const OUTAGE_RATE = 10_000;
const numEvents = RATE * (SECONDS.warm + SECONDS.sustained + 1) + OUTAGE_RATE * (SECONDS.outage + 4);
const runIds = Array.from({ length: NUM_RUNS }, (_, i) => `01JD000000000000000000000${i}`);

const folder = await mkdtemp(join(tmpdir(), "fedloom-write-"));
// PostgreSQL may run as another user than this.
await chmod(folder, 0o755);
bindToTwoCores();
const [apiPort, relayPort] = [await freePort(), await freePort()];
const options = {
  "data-dir": folder,
  "progress-dir": join(folder, "progress"),
  port: apiPort,
  "relay-port": relayPort,
};
const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`]);
const server = own(
  fork("servers/whole-server.mjs", ["--no-run", ...args], {
    cwd: FOLDER,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  }),
);
try {
  await untilHealthy();
  const publisher = own(
    fork(
      "load/event-publisher.mjs",
      [`ws://127.0.0.1:${relayPort}`, JSON.stringify(runIds), `${numEvents}`],
      {
        cwd: FOLDER,
      },
    ),
  );
  await ask(publisher);
  console.log(describeMachine(), loadNow());
  console.log(`${NUM_RUNS} runs, ${MIXTURE}: ${POINTS_OF_A_ROUND} values in ${EVENTS_OF_A_ROUND} events`);
  await sustain(publisher);
  await fail(publisher);
  publisher.kill();
} finally {
  server.kill("SIGTERM");
  await new Promise((resolve) => server.once("exit", resolve));
  await rm(folder, { recursive: true, force: true });
}

async function sustain(publisher) {
  await ask(publisher, { rate: RATE });
  await delay(1_000 * SECONDS.warm);
  await ask(server, "reset");
  const [before, cpuBefore, startedAt] = [
    await ask(publisher, {}),
    await cpuOfParts(publisher),
    performance.now(),
  ];
  await delay(1_000 * SECONDS.sustained);
  const [after, cpuAfter, loop] = [
    await ask(publisher, {}),
    await cpuOfParts(publisher),
    await ask(server, "figures"),
  ];
  const seconds = (performance.now() - startedAt) / 1_000;
  const { sent, refused } = await ask(publisher, { rate: 0 });
  const restSeconds = await untilStored(publisher, sent);
  const num = after.stored - before.stored;
  printTable([
    ["", "microseconds of CPU an event"],
    ...Object.keys(cpuAfter).map((part) => [
      part,
      ((1e6 * (cpuAfter[part] - cpuBefore[part])) / num).toFixed(1),
    ]),
  ]);
  const inDatabase = await countEvents();
  check("events a second, acknowledged as stored", {
    value: `${(num / seconds).toFixed(0)} (${((after.sent - before.sent) / seconds).toFixed(0)} sent; the rest took ${restSeconds.toFixed(1)} s)`,
    limit: LIMITS.perSecond,
    isGood: num / seconds >= LIMITS.perSecond,
  });
  check("event loop held, p99", {
    value: `${loop.p99.toFixed(1)} ms (median ${loop.p50.toFixed(1)}, longest ${loop.max.toFixed(0)}); ${(loop.rss / 1e6).toFixed(0)} MB`,
    limit: `${LIMITS.loopMs} ms`,
    isGood: loop.p99 < LIMITS.loopMs,
  });
  check("each event once in the database", {
    value: `${inDatabase.events} events, ${inDatabase.points} values, ${refused} refused`,
    limit: `${sent}`,
    isGood: inDatabase.events === sent && refused === 0,
  });
}

async function fail(publisher) {
  const postgres = await postgresProcesses();
  await ask(publisher, { rate: OUTAGE_RATE });
  await delay(1_000);
  for (const pid of postgres) process.kill(pid, "SIGSTOP");
  await delay(1_000 * SECONDS.outage);
  for (const pid of postgres) process.kill(pid, "SIGCONT");
  const { sent, stored } = await ask(publisher, {});
  const startedAt = performance.now();
  while ((await ask(publisher, {})).stored < sent) await delay(20);
  const seconds = (performance.now() - startedAt) / 1_000;
  const end = await ask(publisher, { rate: 0 });
  await untilStored(publisher, end.sent);
  const { events } = await countEvents();
  check(`after an outage of ${SECONDS.outage} s at ${OUTAGE_RATE} events a second`, {
    value: `${sent - stored} events caught up with in ${seconds.toFixed(1)} s while others came; ${events} of ${end.sent} in the database`,
    limit: "each once",
    isGood: events === end.sent,
  });
}

/** Seconds until everything that was sent is acknowledged as stored. */
async function untilStored(publisher, sent) {
  const startedAt = performance.now();
  while ((await ask(publisher, {})).stored < sent) {
    if (performance.now() - startedAt > 120_000) break;
    await delay(50);
  }
  return (performance.now() - startedAt) / 1_000;
}

async function untilHealthy() {
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${apiPort}/health`).catch(() => undefined);
    if (response?.ok) return;
    await delay(100);
  }
}

async function countEvents() {
  const [, , , port] = (await readFile(join(folder, "postgres", "cluster", "postmaster.pid"), "utf8")).split(
    "\n",
  );
  const password = await readFile(join(folder, "postgres", "cluster", "fedloom.password"), "utf8");
  const require = createRequire(new URL("../packages/db/package.json", import.meta.url));
  const place = { host: "127.0.0.1", port: Number(port), user: "fedloom", password, database: "postgres" };
  const sql = require("postgres")({ ...place, max: 1 });
  const [counts] = await sql`
    select (select count(*) from events)::integer as events, (select count(*) from points)::integer as points`;
  await sql.end();
  return counts;
}

/** Every process of PostgreSQL: the first one and its children. */
async function postgresProcesses() {
  const file = await readFile(join(folder, "postgres", "cluster", "postmaster.pid"), "utf8");
  const first = Number.parseInt(file, 10);
  const all = (await readdir("/proc")).map(Number).filter((pid) => pid > 0);
  const parents = await Promise.all(
    all.map(async (pid) => {
      const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
      return Number(text.split(") ")[1]?.split(" ")[1]);
    }),
  );
  return [first, ...all.filter((_, i) => parents[i] === first)];
}

/** Seconds of CPU so far, all threads. */
async function cpuOfParts(publisher) {
  const postgres = await postgresProcesses();
  const sum = async (pids) => {
    let seconds = 0;
    for (const pid of pids) {
      const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
      for (const task of tasks) {
        const text = await readFile(`/proc/${pid}/task/${task}/schedstat`, "utf8").catch(() => "0");
        seconds += Number(text.split(" ")[0]) / 1e9;
      }
    }
    return seconds;
  };
  return {
    server: await sum([server.pid]),
    PostgreSQL: await sum(postgres),
    publisher: await sum([publisher.pid]),
  };
}

/** What this process starts from now on is bound as well. */
function bindToTwoCores() {
  try {
    execFileSync("taskset", ["-acp", "0,1", `${process.pid}`], { stdio: "ignore" });
  } catch {
    console.log("taskset is not installed: not bound to two cores");
  }
}

function freePort() {
  return new Promise((resolve) => {
    const listener = createServer().listen(0, "127.0.0.1", () => {
      const { port } = listener.address();
      listener.close(() => resolve(port));
    });
  });
}
