import { join } from "node:path";
import { type Database, openDatabase } from "@fedloom/db";
import { afterEach, beforeEach, expect, it } from "vitest";
import { freePort, processOfOwner } from "./start-again.js";
import { type BuiltServer, startBuiltServer, untilState } from "./start-built-server.js";
import { SHORT_RUN, startRun } from "./start-run.js";
import { createTemporaryFolder, type TemporaryFolder } from "./temporary-folder.js";
import { tellRun } from "./told-run.js";

let folder: TemporaryFolder;
let database: Database;
let relayPort: number;
const servers: BuiltServer[] = [];

beforeEach(async () => {
  folder = await createTemporaryFolder();
  database = await openDatabase({ dataDir: join(folder.path, "postgres") });
  relayPort = await freePort();
}, 60_000);

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop("SIGTERM");
  await database?.close();
  await folder?.[Symbol.asyncDispose]();
}, 60_000);

/** Where another server has the relay's port already, this one's is behind its API. */
async function start(): Promise<BuiltServer> {
  const server = await startBuiltServer(folder.path, ["--no-run", "--relay-port", String(relayPort)]);
  servers.push(server);
  return server;
}

async function ownerOf(runId: string): Promise<string | undefined> {
  const [run] = await database.runs.listUnfinished({ runId });
  return run?.state === "running" ? run.leaseOwner : undefined;
}

async function untilStep(runId: string, step: number): Promise<void> {
  await expect
    .poll(async () => (await database.runs.get(runId))?.step, { timeout: 60_000, interval: 20 })
    .toBeGreaterThanOrEqual(step);
}

async function ask(server: BuiltServer, runId: string, what: string): Promise<void> {
  const response = await fetch(`${server.url}/api/runs/${runId}/${what}`, { method: "POST" });
  expect(response.status, await response.text()).toBeLessThan(300);
}

/** Each source's events are all there, once; the run began as often as it should. */
async function expectWhole(runId: string, attempts: readonly string[]): Promise<void> {
  const { seqs } = await tellRun(database, runId);
  for (const [source, counters] of Object.entries(seqs)) {
    expect([source, counters]).toEqual([source, counters.map((_, index) => index + 1)]);
  }
  expect(
    Object.keys(seqs)
      .filter((source) => source.startsWith("trainer"))
      .sort(),
  ).toEqual(attempts);
}

it("a queue survives kill -9 of its server", { timeout: 120_000 }, async () => {
  const server = await start();
  const ids = [await startRun(server), await startRun(server), await startRun(server)];
  await untilStep(ids[0] ?? "", 1);
  await server.stop("SIGKILL");
  const next = await start();
  for (const runId of ids) expect(await untilState(next, runId, "completed")).toMatchObject({ attempt: 1 });
  // The first went on without a server; its events came to the next one at the latest when it was over.
  for (const runId of ids) await expectWhole(runId, ["trainer"]);
});

it("two servers on one folder share the queue, and nothing is trained twice", {
  timeout: 120_000,
}, async () => {
  const [one, two] = [await start(), await start()];
  const ids: string[] = [];
  for (const server of [one, two, one, two]) ids.push(await startRun(server));
  await untilStep(ids[0] ?? "", 1);
  await one.stop("SIGTERM");
  for (const runId of ids) await untilState(two, runId, "completed");
  const attempts = await Promise.all(ids.map(async (runId) => (await database.runs.get(runId))?.attempt));
  // One of them was under way when its server ended, if it was that one's.
  expect(attempts.filter((attempt) => attempt === 1).length).toBeGreaterThanOrEqual(3);
  for (const [index, runId] of ids.entries())
    await expectWhole(runId, attempts[index] === 1 ? ["trainer"] : ["trainer", "trainer-2"]);
});

it("a process whose server was killed obeys the next one: it pauses, goes on, and stops", {
  timeout: 120_000,
}, async () => {
  const server = await start();
  const runId = await startRun(server, { ...SHORT_RUN, num_rounds: 50 });
  await untilStep(runId, 1);
  const orphan = await ownerOf(runId);
  await server.stop("SIGKILL");
  const next = await start();
  await ask(next, runId, "pause");
  expect(await untilState(next, runId, "paused")).toMatchObject({
    attempt: 1,
    state_reason: "paused by the user",
  });
  await ask(next, runId, "resume");
  await expect.poll(() => ownerOf(runId), { timeout: 30_000 }).toBeDefined();
  expect(await ownerOf(runId)).not.toBe(orphan);
  const step = (await database.runs.get(runId))?.step ?? 0;
  await untilStep(runId, step + 1);
  await ask(next, runId, "stop");
  expect(await untilState(next, runId, "stopped")).toMatchObject({ attempt: 2 });
  await expectWhole(runId, ["trainer", "trainer-2"]);
});

it("a process that slept past its lease writes nothing any more", { timeout: 120_000 }, async () => {
  const server = await start();
  const runId = await startRun(server, { ...SHORT_RUN, num_rounds: 6 });
  await untilStep(runId, 1);
  const zombie = processOfOwner(await ownerOf(runId)) ?? 0;
  process.kill(zombie, "SIGSTOP");
  // Its own server would kill it.
  await server.stop("SIGKILL");
  const next = await start();
  await expect.poll(async () => (await database.runs.get(runId))?.attempt, { timeout: 40_000 }).toBe(2);
  process.kill(zombie, "SIGCONT");
  await untilState(next, runId, "completed");
  await expect.poll(() => isThere(zombie), { timeout: 20_000 }).toBe(false);
  await expectWhole(runId, ["trainer", "trainer-2"]);
  const checkpoints = await database.checkpoints.list(runId);
  expect(checkpoints.find(({ kind }) => kind === "last")).toMatchObject({ attempt: 2, step: 6 });
});

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
