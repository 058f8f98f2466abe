import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Database, openDatabase } from "@fedloom/db";
import { createEvent, runConfig, type WireEvent } from "@fedloom/protocol";
import { HOST_STREAM, Relay } from "@fedloom/relay";
import { createMetricsSender } from "@fedloom/sender/node";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { RunManager } from "./run-manager.js";
import type { RunManagerOptions } from "./run-manager-options.js";

let folder: string;
let database: Database;
let relay: Relay;
let relayUrl: string;
const events: WireEvent[] = [];
const managers: RunManager[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fedloom-manager-"));
  database = await openDatabase({ dataDir: join(folder, "postgres") });
  relay = new Relay({ ackLevel: "accepted" });
  relay.onEvent((stream, { event }) => {
    if (stream.key !== HOST_STREAM) events.push(event);
  });
  const { host, port } = await relay.listen({ host: "127.0.0.1", port: 0 });
  relayUrl = `ws://${host}:${port}`;
}, 60_000);

afterEach(async () => {
  for (const manager of managers.splice(0)) await manager.close();
  for (const { runId, state } of await database.runs.listUnfinished()) {
    if (state !== "lost") await database.runs.delete(runId);
  }
  events.length = 0;
});

afterAll(async () => {
  await relay?.close();
  await database?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A manager whose runs are trained by a program that does as `code` says. */
async function manage(code: string, options: Partial<RunManagerOptions> = {}): Promise<RunManager> {
  const program = join(folder, `program-${Math.random()}.mjs`);
  await writeFile(program, code);
  const manager = new RunManager({
    database,
    databaseOptions: { dataDir: join(folder, "postgres") },
    relay,
    relayUrl: () => relayUrl,
    progressDirectory: join(folder, "progress"),
    dataDirectory: folder,
    program,
    lookMs: 20,
    retryMs: 1,
    ...options,
  });
  managers.push(manager);
  await manager.open();
  return manager;
}

function config(input: Record<string, unknown> = {}) {
  const decoded = runConfig.decode(input);
  if (!decoded.ok) throw decoded.error;
  return decoded.value;
}

const ASLEEP = "process.on('message', () => {}); setInterval(() => {}, 1_000);";

function statesOf(runId: string): unknown[] {
  return events
    .filter(({ type, data }) => type === "run_state" && data.run_id === runId)
    .map(({ data }) => data.state);
}

it("a program that dies three times ends its run as failed; what it printed is kept", async () => {
  const manager = await manage(`
    process.once("message", ({ runId }) => {
      console.log("begins", runId.length);
      console.error("\\u001b[31mno such luck\\u001b[0m");
      process.exit(7);
    });`);
  const runId = await manager.start(config());
  const reason = "the training process ended with code 7: no such luck";
  await expect
    .poll(() => events.at(-1), { timeout: 10_000 })
    .toMatchObject({ type: "training_end", data: { run_id: runId, status: "failed" } });
  expect(await database.runs.get(runId)).toMatchObject({ state: "failed", error: reason, attempt: 0 });
  expect(statesOf(runId)).toEqual(["queued", "queued"]);
  const texts = events.filter(({ type }) => type === "log").map(({ data }) => [data.level, data.message]);
  expect(texts.filter(([level]) => level === "info")).toEqual(Array(3).fill(["info", "begins 26"]));
  expect(texts.filter(([level]) => level === "warning")).toEqual(Array(3).fill(["warning", "no such luck"]));
  expect(events.at(-2)).toMatchObject({ type: "error", data: { error: reason, fatal: true } });
  const [first] = events;
  expect(first?.meta?.source).toMatch(/^server-\w{26}$/);
  expect(events.map(({ meta }) => meta?.seq)).toEqual(events.map((_, index) => index + 1));
});

it("what users want of runs that wait is done at once, or refused with the state", async () => {
  const manager = await manage(ASLEEP, { maxRunning: 0 });
  const runId = await manager.start(config());
  await expect(manager.resume(runId)).rejects.toMatchObject({ code: "run_not_paused" });
  await manager.pause(runId);
  await expect(manager.pause(runId)).rejects.toThrow(`run ${runId} is paused already`);
  await manager.resume(runId);
  await manager.stop(runId);
  for (const refuse of [() => manager.stop(runId), () => manager.pause(runId)]) {
    await expect(refuse()).rejects.toMatchObject({ code: "run_not_active" });
    await expect(refuse()).rejects.toThrow(`run ${runId} is stopped and cannot be`);
  }
  await expect(manager.resume(runId)).rejects.toThrow(`run ${runId} is stopped and not paused`);
  // Nothing was said of it yet, and its first event is to be training_mode.
  expect(statesOf(runId)).toEqual([]);
  expect(events.at(-1)).toMatchObject({ type: "training_end", data: { status: "stopped" } });
  await manager.delete(runId);
  for (const refuse of [
    () => manager.delete(runId),
    () => manager.stop(runId),
    () => manager.pause("nothing"),
  ]) {
    await expect(refuse()).rejects.toMatchObject({ code: "run_not_found" });
  }
});

it("two servers share a queue; what one gives back, the other takes", async () => {
  const [one, two] = [await manage(ASLEEP, { maxRunning: 2 }), await manage(ASLEEP, { maxRunning: 2 })];
  for (let n = 0; n < 4; n++) await (n % 2 ? one : two).start(config());
  // The limit is the host's.
  await expect.poll(() => one.figures.numRunning + two.figures.numRunning).toBe(2);
  const active = await database.runs.listActive();
  expect(new Set(active.map(({ leaseOwner }) => leaseOwner)).size).toBe(2);
  await one.close();
  await expect.poll(() => [one.figures.numRunning, two.figures.numRunning]).toEqual([0, 2]);
  expect(await database.runs.listActive()).toHaveLength(2);
});

it("a run is deleted with its process; one that is killed goes on in another", async () => {
  const manager = await manage(
    `process.on("message", () => {}); console.log(process.pid); setInterval(() => {}, 1_000);`,
  );
  const runId = await manager.start(config());
  const pids = () => events.filter(({ type }) => type === "log").map(({ data }) => Number(data.message));
  await expect.poll(pids).toHaveLength(1);
  process.kill(pids()[0] ?? 0, "SIGKILL");
  await expect.poll(pids).toHaveLength(2);
  await manager.delete(runId);
  expect(() => process.kill(pids()[1] ?? 0, 0)).toThrow("ESRCH");
  expect(manager.figures.numRunning).toBe(0);
  expect(statesOf(runId).at(-1)).toBe("stopped");
});

it("no run is taken when the queue or the disk is full", async () => {
  const full = await manage(ASLEEP, { minFreeBytes: 2 ** 60 });
  await expect(full.start(config())).rejects.toMatchObject({
    code: "disk_full",
    message: /lower --min-free-mb/,
  });
  const busy = await manage(ASLEEP, { maxRunning: 0, maxQueued: 1 });
  await busy.start(config());
  await expect(busy.start(config())).rejects.toMatchObject({ code: "queue_full" });
  const dataPath = join(folder, "nothing.npz");
  await expect(busy.start(config({ data_path: dataPath }))).rejects.toMatchObject({
    code: "data_unreadable",
  });
});

it("a run of somebody else's program is silent when its publisher is gone, and lost later", async () => {
  const manager = await manage(ASLEEP, { goneMs: 1, lostMs: 1_000 });
  const runId = "01JD00000000000000000000S1";
  const sender = createMetricsSender({
    url: relayUrl,
    runId,
    source: "own",
    progressFile: { directory: folder },
  });
  await expect(manager.stop(runId)).rejects.toMatchObject({ code: "run_not_found" });
  sender.send(createEvent("training_mode", { runId, isFederated: true, numRounds: 1, numClients: 1 }));
  const published = () => events.find((event) => event.type === "training_mode");
  await expect.poll(published).toBeDefined();
  const { type, timestamp, data } = published() as WireEvent;
  const place = { source: "own", seq: 1, offset: 1, streamEpoch: "e" };
  await database.storeEvents([{ runId, ...place, type, timestamp, payload: data }]);
  await expect(manager.stop(runId)).rejects.toThrow("is trained by a program of its own");
  expect(statesOf(runId)).toEqual([]);
  await sender.close();
  await expect.poll(() => statesOf(runId), { timeout: 5_000 }).toEqual(["silent", "lost"]);
  expect(await database.runs.get(runId)).toMatchObject({ state: "lost", isManaged: false });
});
