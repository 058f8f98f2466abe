import { type ChildProcess, fork } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Database } from "@fedloom/db";
import { createEvent, type RunConfig, runConfig, type TrainingEvent, toWireEvent } from "@fedloom/protocol";
import type { Relay } from "@fedloom/relay";
import { modelNames } from "@fedloom/trainer-core";
import { ulid } from "ulid";
import { ServerError } from "../errors.js";
import { type RunCommand, SERVER_SOURCE } from "./run-messages.js";
import { strategyOf } from "./strategy-of.js";

export interface RunManagerOptions {
  database: Database;
  relay: Relay;
  /** Where the runs' processes reach the relay; asked for each run. */
  relayUrl: () => string;
  progressDirectory: string;
  /** Most runs at once; the rest wait in order; 1, since one run uses the machine's cores. */
  maxRunning?: number;
}

interface QueuedRun {
  runId: string;
  config: RunConfig;
}

/** How long a run's process may take to stop before it is killed. */
const STOP_MS = 5_000;
const RUN_PROCESS = fileURLToPath(new URL("./run-process.js", import.meta.url));

/** Starts each run in a process of its own, in order, and speaks for those that die without a word. */
export class RunManager implements AsyncDisposable {
  readonly #options: Required<RunManagerOptions>;
  readonly #queue: QueuedRun[] = [];
  readonly #running = new Map<string, ChildProcess>();
  #closed = false;

  constructor(options: RunManagerOptions) {
    this.#options = { maxRunning: 1, ...options };
  }

  get numRunning(): number {
    return this.#running.size;
  }

  get numQueued(): number {
    return this.#queue.length;
  }

  /** Queues a run and answers its id; refuses a config that cannot work. */
  async start(config: RunConfig): Promise<string> {
    strategyOf(config);
    refuseUnknownModel(config);
    if (config.dataPath !== undefined) refuseUnreadable(config.dataPath);
    const runId = ulid();
    await this.#options.database.runs.create({
      runId,
      experimentName: config.experimentName,
      mode: config.mode,
      config: runConfig.toWire(config),
    });
    this.#queue.push({ runId, config });
    this.#startNext();
    return runId;
  }

  /** Asks a run to end after its current step. */
  stop(runId: string, reason: string): void {
    const child = this.#running.get(runId);
    if (child) return this.#send(child, { type: "stop", reason });
    const index = this.#queue.findIndex((run) => run.runId === runId);
    const [queued] = index < 0 ? [] : this.#queue.splice(index, 1);
    if (!queued) throw new ServerError("run_not_active", `run ${runId} is neither running nor queued`);
    this.#publishEnd(queued, "stopped");
  }

  /** Stops every run and waits for their processes to be gone. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const run of this.#queue.splice(0)) this.#publishEnd(run, "stopped");
    const gone = [...this.#running.values()].map(
      (child) => new Promise<void>((resolve) => child.once("exit", () => resolve())),
    );
    for (const child of this.#running.values())
      this.#send(child, { type: "stop", reason: "the server stops" });
    const killer = setTimeout(() => {
      for (const child of this.#running.values()) child.kill("SIGKILL");
    }, STOP_MS);
    await Promise.all(gone);
    clearTimeout(killer);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #startNext(): void {
    if (this.#closed || this.#running.size >= this.#options.maxRunning) return;
    const run = this.#queue.shift();
    if (!run) return;
    const child = fork(RUN_PROCESS, { stdio: ["ignore", "ignore", "pipe", "ipc"] });
    this.#running.set(run.runId, child);
    let lastWords = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      lastWords = (lastWords + chunk.toString()).slice(-2_000);
    });
    child.once("error", (error) => {
      lastWords ||= error.message;
    });
    child.once("exit", (code, signal) => {
      this.#running.delete(run.runId);
      if (!this.#hasEnded(run.runId)) this.#publishDeath(run, code, signal, lastWords);
      this.#startNext();
    });
    this.#send(child, {
      type: "start",
      runId: run.runId,
      config: runConfig.toWire(run.config),
      relayUrl: this.#options.relayUrl(),
      progressDirectory: this.#options.progressDirectory,
    });
  }

  #send(child: ChildProcess, command: RunCommand): void {
    // A process that is already gone is reported by its exit.
    child.send(command, () => {});
  }

  #hasEnded(runId: string): boolean {
    const stream = this.#options.relay.streams.get(runId);
    return stream?.after(0).some(({ type }) => type === "training_end") ?? false;
  }

  #publishDeath(run: QueuedRun, code: number | null, signal: NodeJS.Signals | null, lastWords: string): void {
    const how = signal ? `was killed by ${signal}` : `ended with code ${code}`;
    const lastLine = lastWords.trim().split("\n").at(-1);
    const error = `the training process ${how}${lastLine ? `: ${lastLine}` : ""}`;
    this.#publish(
      1,
      createEvent("error", { runId: run.runId, error, errorType: "process_died", fatal: true }),
    );
    this.#publishEnd(run, "failed", 2);
  }

  #publishEnd({ runId, config }: QueuedRun, status: "stopped" | "failed", seq = 1): void {
    const { experimentName } = config;
    const end = {
      runId,
      status,
      experimentName,
      trainingDuration: "0:00:00",
      durationSeconds: 0,
      finalMetrics: {},
    };
    this.#publish(seq, createEvent("training_end", end));
  }

  #publish(seq: number, event: TrainingEvent): void {
    this.#options.relay.publish({ ...toWireEvent(event), meta: { source: SERVER_SOURCE, seq } });
  }
}

function refuseUnknownModel({ model }: RunConfig): void {
  if (model === undefined || modelNames.includes(model)) return;
  const [expected, received] = [`one of ${modelNames.join(", ")}`, JSON.stringify(model)];
  const message = `model: expected ${expected}, received ${received}`;
  throw new ServerError("model_unknown", message, { field: "model", expected, received });
}

/** What can be told at once; what is wrong inside the file is told by the run. */
function refuseUnreadable(path: string): void {
  const refuse = (expected: string, received: string, cause?: unknown): never => {
    const message = `data_path: expected ${expected}, received ${received}`;
    throw new ServerError("data_unreadable", message, { field: "data_path", expected, received, cause });
  };
  try {
    const status = statSync(path);
    if (!status.isFile() && !status.isDirectory()) refuse("a file or a folder", `${path}, which is neither`);
    accessSync(path, constants.R_OK);
  } catch (error) {
    if (error instanceof ServerError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    refuse(
      "a readable file or folder",
      `${path}, which ${code === "ENOENT" ? "does not exist" : `cannot be read (${code})`}`,
      error,
    );
  }
}
