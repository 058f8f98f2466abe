import { join } from "node:path";
import { type Database, openDatabase } from "@fedloom/db";
import type { FedloomEvent } from "@fedloom/protocol";
import { openViewer } from "@fedloom/viewer/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { backendOf, freePort, killNow, postmasterOf, processOfOwner } from "./start-again.js";
import { type BuiltServer, startBuiltServer, untilState } from "./start-built-server.js";
import { SHORT_RUN, startRun } from "./start-run.js";
import { createTemporaryFolder, type TemporaryFolder } from "./temporary-folder.js";
import { type ToldRun, tellRun } from "./told-run.js";

type Victim = "server" | "run" | "database" | "backend" | "all";
type Phase = keyof typeof PHASES;

/** When each phase has come, by an event that a viewer sees. */
const PHASES = {
  "before its first event": undefined,
  "while clients train": (event: FedloomEvent) => event.type === "round_start" && event.data.round === 2,
  "after the first client": (event: FedloomEvent) =>
    event.type === "client_complete" && event.data.round === 2,
  "while it aggregates and evaluates": nthClient(SHORT_RUN.num_clients),
  "while the checkpoint is written": (event: FedloomEvent) =>
    event.type === "round_metrics" && event.data.round === 2,
  "between rounds": (event: FedloomEvent) => event.type === "checkpoint" && event.data.round === 2,
  "at its end": (event: FedloomEvent) => event.type === "training_end",
} as const;

const CASES: readonly (readonly [Victim, readonly Phase[]])[] = [
  ["server", Object.keys(PHASES) as Phase[]],
  ["run", Object.keys(PHASES) as Phase[]],
  [
    "database",
    ["before its first event", "while clients train", "while the checkpoint is written", "at its end"],
  ],
  ["backend", ["after the first client", "while the checkpoint is written"]],
  ["all", ["while clients train", "while the checkpoint is written", "at its end"]],
];

let folder: TemporaryFolder;
let database: Database;
let server: BuiltServer;
let ports: string[];
let undisturbed: ToldRun;

beforeAll(async () => {
  folder = await createTemporaryFolder();
  ports = ["--port", String(await freePort()), "--relay-port", String(await freePort()), "--no-run"];
  server = await startBuiltServer(folder.path, ports);
  database = await openDatabase({ dataDir: join(folder.path, "postgres") });
  const runId = await startRun(server);
  await untilState(server, runId, "completed");
  undisturbed = await tellRun(database, runId);
}, 60_000);

afterAll(async () => {
  await database?.close();
  await server?.stop();
  await folder?.[Symbol.asyncDispose]();
});

/** Whether so many clients of the second round are done. */
function nthClient(n: number): (event: FedloomEvent) => boolean {
  let round = 0;
  let numClients = 0;
  return (event) => {
    if (event.type === "round_start") [round, numClients] = [event.data.round, 0];
    if (event.type !== "client_complete") return false;
    numClients += 1;
    return round === 2 && numClients === n;
  };
}

/** Resolves when an event tells that the phase has come, or when the run has a process and has said nothing yet. */
async function untilPhase(runId: string, phase: Phase): Promise<void> {
  const isReached = PHASES[phase];
  if (!isReached) {
    await expect.poll(() => ownerOf(runId), { timeout: 20_000, interval: 10 }).toBeDefined();
    return;
  }
  await new Promise<void>((resolve) => {
    const viewer = openViewer({
      url: server.relayUrl,
      runId,
      from: "start",
      onEvent: (event) => {
        if (!isReached(event)) return;
        void viewer.close();
        resolve();
      },
    });
  });
}

async function ownerOf(runId: string): Promise<string | undefined> {
  const [run] = await database.runs.listUnfinished({ runId });
  return run?.leaseOwner;
}

/** Kills, and starts again what nobody else does. */
async function kill(victim: Victim, runProcess: number | undefined): Promise<void> {
  const postmaster = postmasterOf(folder.path);
  if (victim === "run" || victim === "all") killNow(runProcess);
  if (victim === "database" || victim === "all") killNow(postmaster);
  if (victim === "backend" && postmaster !== undefined) killNow(backendOf(postmaster));
  if (victim !== "server" && victim !== "all") return;
  await server.stop("SIGKILL");
  server = await startBuiltServer(folder.path, ports);
}

/** Whether a process was killed that was in the second of several rounds. */
function isSurelyHit(victim: Victim, phase: Phase): boolean {
  if (victim !== "run" && victim !== "all") return false;
  return phase !== "before its first event" && phase !== "at its end";
}

describe.each(CASES)("kill -9 of %s", (victim, phases) => {
  it.each(phases)("%s changes nothing of the result", { timeout: 60_000 }, async (phase) => {
    const runId = await startRun(server);
    const owner = expect.poll(() => ownerOf(runId), { timeout: 20_000, interval: 10 });
    const reached = untilPhase(runId, phase);
    await owner.toMatch(/\/\d+\.\d*\/\d+$/);
    const runProcess = processOfOwner(await ownerOf(runId));
    await reached;
    await kill(victim, runProcess);
    await untilState(server, runId, "completed");
    // The last events may still be on their way to the database.
    await expect
      .poll(() => tellRun(database, runId).catch(() => undefined), { timeout: 10_000 })
      .toMatchObject({
        weights: undisturbed.weights,
        metrics: undisturbed.metrics,
        rounds: undisturbed.rounds,
      });
    const { seqs, step, attempt } = await tellRun(database, runId);
    expect(step).toBe(SHORT_RUN.num_rounds);
    // Who loses only its server or its database goes on by itself; in the middle of a run another process has to.
    if (victim === "server") expect(attempt).toBe(1);
    if (isSurelyHit(victim, phase)) expect(attempt).toBe(2);
    for (const [source, counters] of Object.entries(seqs)) {
      expect([source, counters]).toEqual([source, counters.map((_, index) => index + 1)]);
    }
  });
});
