import { type ChildProcess, fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Database, openDatabase } from "@fedloom/db";
import { type RunConfigInput, runConfig, type WireEvent } from "@fedloom/protocol";
import { type Relay, startRelay } from "@fedloom/relay";
import { type Checkpoint, decodeCheckpoint } from "@fedloom/trainer-core";
import { ulid } from "ulid";
import { expect } from "vitest";
import type { RunCommand } from "../src/runs/run-messages.js";

const RUN_PROCESS = fileURLToPath(new URL("../dist/run-process.js", import.meta.url));

/** The process that trains a run, without its server. */
export interface RunProcess {
  readonly child: ChildProcess;
  /** The code that it ended with; null if it was killed. */
  readonly ended: Promise<number | null>;
  /** What it has printed to stderr. */
  output(): string;
}

/** A database, a relay, and runs' processes between them. */
export interface RunBench extends AsyncDisposable {
  readonly database: Database;
  readonly relay: Relay;
  readonly dataDir: string;
  readonly progressDirectory: string;
  /** Puts a run into the database, to be started. */
  create(config: RunConfigInput & Record<string, unknown>): Promise<string>;
  start(runId: string, more?: Partial<RunCommand>): RunProcess;
  /** Everything that the relay has heard of a run. */
  eventsOf(runId: string): WireEvent[];
  /** The newest checkpoint of a run. */
  last(runId: string): Promise<Checkpoint>;
}

export async function openRunBench(): Promise<RunBench> {
  const folder = await mkdtemp(join(tmpdir(), "fedloom-run-"));
  // The database may run as another user than the tests.
  await chmod(folder, 0o755);
  const dataDir = join(folder, "postgres");
  const progressDirectory = join(folder, "progress");
  const database = await openDatabase({ dataDir });
  const { relay, address } = await startRelay({ port: 0, flushMs: 1 });
  const started: RunProcess[] = [];
  return {
    database,
    relay,
    dataDir,
    progressDirectory,
    async create(input) {
      const decoded = runConfig.decode(input);
      if (!decoded.ok) throw decoded.error;
      const config = decoded.value;
      const runId = ulid();
      const { mode, experimentName, project, seed, tags, notes } = config;
      const totalSteps = mode === "federated" ? config.numRounds : config.numEpochs;
      const wire = runConfig.toWire(config);
      await database.runs.create({
        runId,
        mode,
        experimentName,
        project,
        seed,
        tags,
        notes,
        totalSteps,
        config: wire,
      });
      return runId;
    },
    start(runId, more = {}) {
      const child = fork(RUN_PROCESS, { stdio: ["ignore", "ignore", "pipe", "ipc"], execArgv: [] });
      let output = "";
      child.stderr?.on("data", (chunk: Buffer) => {
        output += chunk.toString();
      });
      const ended = once(child, "exit").then(([code]) => code as number | null);
      const command: RunCommand = {
        type: "start",
        runId,
        leaseOwner: "bench",
        database: { dataDir },
        relayUrl: `ws://127.0.0.1:${address.port}`,
        progressDirectory,
        ...more,
      };
      child.send(command);
      const run = { child, ended, output: () => output };
      started.push(run);
      return run;
    },
    eventsOf: (runId) => (relay.streams.get(runId)?.after(0) ?? []).map(({ event }) => event),
    async last(runId) {
      const bytes = await database.checkpoints.load(runId, "last");
      expect(bytes).toBeDefined();
      return decodeCheckpoint(bytes as Uint8Array, runId);
    },
    async [Symbol.asyncDispose]() {
      for (const { child } of started) child.kill("SIGKILL");
      await Promise.all(started.map(({ ended }) => ended));
      await relay.close();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What two equal runs have in common at the end: bits, not values. */
export function fingerprintOf(checkpoint: Checkpoint): Record<string, unknown> {
  const { weights, state, callbacks, progress, step } = checkpoint;
  const sha256 = createHash("sha256").update(weights).digest("hex");
  return { sha256, state, callbacks, step, best: progress.best, bytes: progress.bytes };
}
