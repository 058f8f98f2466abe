import type { CheckpointRepository, RunLease } from "@fedloom/db";
import { type CheckpointStore, TrainerError } from "@fedloom/trainer-core";
import { reasonOf, retrying } from "./retrying.js";

export interface StoredCheckpointsOptions {
  readonly checkpoints: Pick<CheckpointRepository, "load" | "save">;
  readonly lease: RunLease;
  /** Sees to it that nothing is lost on which a checkpoint counts: clients' states, events of the steps before it. */
  readonly settle: () => Promise<void>;
  /** How long training waits for the database to take one, in ms; 30,000. */
  readonly limitMs?: number;
  /** The run is to end at once: nothing is tried again. */
  readonly signal: AbortSignal;
}

const LIMIT_MS = 30_000;

/** Keeps a run's checkpoints in the database, as long as the run is this process's. */
export function createStoredCheckpoints(options: StoredCheckpointsOptions): CheckpointStore {
  const { checkpoints, lease, settle, limitMs = LIMIT_MS, signal } = options;
  return {
    async save(kind, bytes, step) {
      try {
        const { checkpointId } = await retrying(
          async () => {
            await settle();
            return checkpoints.save(lease, { kind, bytes, step });
          },
          { limitMs, signal },
        );
        return { id: checkpointId };
      } catch (cause) {
        const message = `checkpoint: expected to be stored, but ${reasonOf(cause)}`;
        throw new TrainerError("checkpoint_failed", message, { cause });
      }
    },
    load: (kind) => checkpoints.load(lease.runId, kind),
  };
}
