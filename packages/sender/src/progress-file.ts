import { createWriteStream, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { WireEvent } from "@fedloom/protocol";
import type { EventSink } from "./metrics-sender.js";

export interface ProgressFileOptions {
  /** Folder for the files; made when missing; `logs/progress`. */
  directory?: string;
  experimentName: string;
  runId: string;
}

export interface ProgressFile extends EventSink {
  /** The events, one a line. */
  readonly path: string;
  /** The newest state, replaced atomically, for programs that poll. */
  readonly snapshotPath: string;
  /** Why writing stopped, such as a full disk; the run goes on without the file. */
  readonly failure: string | undefined;
}

const SNAPSHOT_INTERVAL_MS = 500;

/** Writes a run's events to `<experiment>_<run_id>.jsonl` and its newest state to a `.json` beside it. */
export function openProgressFile({
  directory = "logs/progress",
  experimentName,
  runId,
}: ProgressFileOptions): ProgressFile {
  const base = join(directory, `${fileName(experimentName)}_${fileName(runId)}`);
  const [path, snapshotPath] = [`${base}.jsonl`, `${base}.json`];
  let failure: string | undefined;
  const fail = (error: unknown) => {
    failure ??= error instanceof Error ? error.message : String(error);
  };
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    fail(error);
  }
  const lines = failure === undefined ? createWriteStream(path, { flags: "a" }).on("error", fail) : undefined;

  const snapshot: Record<string, unknown> = { run_id: runId, experiment_name: experimentName };
  let snapshotTimer: NodeJS.Timeout | undefined;
  const writeSnapshot = () => {
    clearTimeout(snapshotTimer);
    snapshotTimer = undefined;
    try {
      writeFileSync(`${snapshotPath}.tmp`, `${JSON.stringify(snapshot)}\n`);
      renameSync(`${snapshotPath}.tmp`, snapshotPath);
    } catch (error) {
      fail(error);
    }
  };

  return {
    path,
    snapshotPath,
    get failure() {
      return failure;
    },
    write(event, frame) {
      if (failure !== undefined) return;
      lines?.write(`${frame}\n`);
      summarise(snapshot, event);
      snapshotTimer ??= setTimeout(writeSnapshot, SNAPSHOT_INTERVAL_MS).unref();
    },
    async close() {
      if (snapshotTimer) writeSnapshot();
      await new Promise<void>((resolve) => {
        if (!lines || failure !== undefined) return resolve();
        lines.once("error", () => resolve());
        lines.end(resolve);
      });
    },
  };
}

/** Keeps the newest value of every field that a poller asks for. */
function summarise(snapshot: Record<string, unknown>, { type, timestamp, data }: WireEvent): void {
  snapshot.updated_at = timestamp;
  snapshot.last_event = type;
  for (const field of [
    "round",
    "total_rounds",
    "epoch",
    "total_epochs",
    "status",
    "metrics",
    "final_metrics",
  ]) {
    if (type !== "client_complete" && type !== "client_progress" && data[field] !== undefined) {
      snapshot[field] = data[field];
    }
  }
}

/** A name is a label, never a path. */
function fileName(name: string): string {
  return name.replace(/[^A-Za-z0-9-]+/g, "-").slice(0, 64) || "run";
}
