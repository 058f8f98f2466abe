import type { CheckpointKind, CheckpointStore } from "../checkpoint/checkpoint-store.js";
import { TrainerError } from "../errors.js";
import type { SavedCheckpoint, TrainerCallback } from "./trainer-callback.js";

export interface CheckpointingOptions {
  readonly store: CheckpointStore;
  /**
   * Keeps `last` after every so many rounds or epochs, and after the last one; default 1. Clients keep their own states
   * (SCAFFOLD's, private tensors) of two rounds only: with more than 1 they may have lost those of an older checkpoint.
   */
  readonly every?: number;
  /** Whether to keep `best` too; default true. */
  readonly best?: boolean;
}

/**
 * Keeps checkpoints, from which a run goes on as if it had never stopped: `last`, and `best` whenever there is a new
 * one. A store that is full costs an `error` event, and no training.
 * @throws TrainerError `invalid_option` without a store, and for an `every` that is no integer from 1.
 */
export function checkpointing(options: CheckpointingOptions): TrainerCallback<null> {
  const { store, every = 1, best = true } = options;
  if (typeof store?.save !== "function") {
    throw new TrainerError("invalid_option", "store: expected a CheckpointStore, got none");
  }
  if (!Number.isSafeInteger(every) || every < 1) {
    throw new TrainerError("invalid_option", `every: expected an integer >= 1, got ${every}`);
  }
  return {
    name: "checkpointing",
    async onStepClosed(step) {
      const saved: SavedCheckpoint[] = [];
      const keepsBest = best && step.isBest;
      const keepsLast = step.step % every === 0 || step.isLast;
      if (!keepsBest && !keepsLast) return saved;
      const bytes = step.checkpoint();
      const save = async (kind: CheckpointKind) => {
        const place = await store.save(kind, bytes, step.step);
        saved.push({ ...place, bytes: bytes.length, isBest: kind === "best" });
      };
      // The best first: a run that is killed in between goes on from the step before, and finds it again.
      if (keepsBest) await save("best");
      if (keepsLast) await save("last");
      return saved;
    },
  };
}
