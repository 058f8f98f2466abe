import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Database, openDatabase } from "@fedloom/db";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { RunCommand } from "../src/runs/run-messages.js";
import { PNEUMONIA_MNIST } from "./start-built-server.js";
import { createTemporaryFolder, type TemporaryFolder } from "./temporary-folder.js";

const RUN_PROCESS = fileURLToPath(new URL("../dist/run-process.js", import.meta.url));
const RELAY_PROCESS = fileURLToPath(new URL("relay-process.mjs", import.meta.url));
/** What differs between equal runs: times, and what they are called. */
const OWN = ["duration_ms", "duration_seconds", "training_duration", "experiment_name", "run_id", "id"];

let folder: TemporaryFolder;
let database: Database;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await createTemporaryFolder();
  database = await openDatabase({ dataDir: join(folder.path, "postgres") });
}, 60_000);

afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await database?.close();
  await folder[Symbol.asyncDispose]();
});

async function startRelayProcess(): Promise<{ relay: ChildProcess; url: string }> {
  const relay = spawn(process.execPath, [RELAY_PROCESS], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(relay);
  const [port] = (await once(relay.stdout, "data")) as [Buffer];
  return { relay, url: `ws://127.0.0.1:${port.toString().trim()}` };
}

/** Starts a run's process as the server does. */
async function startRun(name: string, relayUrl: string): Promise<ChildProcess> {
  const runId = `01JD00000000000000000000${name === "alone" ? "01" : "02"}`;
  const config = { experiment_name: name, data_path: PNEUMONIA_MNIST, num_rounds: 3, engine: "wasm" };
  await database.runs.create({
    runId,
    project: "default",
    experimentName: name,
    mode: "federated",
    config,
    seed: 1,
    tags: [],
    notes: "",
    totalSteps: 3,
  });
  // Without the flags of the test runner, which would make it load sources instead of what was built.
  const child = fork(RUN_PROCESS, { execArgv: [], stdio: ["ignore", "ignore", "inherit", "ipc"] });
  children.push(child);
  child.send({
    type: "start",
    runId,
    leaseOwner: `test/${name}`,
    database: { dataDir: join(folder.path, "postgres") },
    relayUrl,
    progressDirectory: folder.path,
  } satisfies RunCommand);
  return child;
}

/** Resolves with the exit code of a run's process that is over and has nobody to tell. */
async function exitCode(child: ChildProcess, name: string): Promise<number | null> {
  const exited = once(child, "exit") as Promise<[number | null]>;
  await expect
    .poll(() => progress(name).catch(() => []), { timeout: 60_000 })
    .toContainEqual(expect.objectContaining({ type: "training_end" }));
  // It would wait a minute for a relay.
  child.kill("SIGTERM");
  return (await exited)[0];
}

/**
 * Every event of a run as its progress file has it, without what differs between equal runs: times, and which of two
 * workers is done first.
 */
async function progress(name: string): Promise<{ type: string; data: Record<string, unknown> }[]> {
  const files = await readdir(folder.path);
  const file = files.find((each) => each.startsWith(`${name}_`) && each.endsWith(".jsonl")) ?? "";
  const lines = await readFile(join(folder.path, file), "utf8");
  return lines
    .trimEnd()
    .split("\n")
    .map((line) => {
      const { type, data } = JSON.parse(line);
      for (const field of OWN) delete data[field];
      // In it is how long the run took.
      if (type === "checkpoint") delete data.bytes;
      for (const name of Object.keys(data.metrics ?? {})) if (name.endsWith("_ms")) delete data.metrics[name];
      return { type, data };
    })
    .sort((a, b) => placeOf(a.data).localeCompare(placeOf(b.data)));
}

function placeOf({ round = 0, client_id: client = "" }: Record<string, unknown>): string {
  return `${round} ${client}`;
}

describe("a run without its relay", () => {
  it("ends the same when the relay is killed in mid-run and when there never was one", async () => {
    const alone = await startRun("alone", "ws://127.0.0.1:9");
    expect(await exitCode(alone, "alone")).toBe(0);

    const { relay, url } = await startRelayProcess();
    const viewer = new WebSocket(url);
    const firstRound = new Promise<void>((resolve) => {
      viewer.on("message", (frame) => JSON.parse(frame.toString()).type === "round_metrics" && resolve());
    });
    viewer.on("error", () => {});
    await once(viewer, "open");
    const bereft = await startRun("bereft", url);

    await firstRound;
    relay.kill("SIGKILL");
    expect(await exitCode(bereft, "bereft")).toBe(0);

    const [expected, actual] = [await progress("alone"), await progress("bereft")];
    expect(actual).toEqual(expected);
    const ends = actual.filter(({ type }) => type === "training_end");
    expect(ends).toMatchObject([{ data: { status: "completed" } }]);
  });
});
