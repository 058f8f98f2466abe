import { type CheckpointRepository, DbError, type RunLease } from "@fedloom/db";
import { type Checkpoint, decodeCheckpoint, TrainerError } from "@fedloom/trainer-core";
import { reasonOf, retrying } from "./retrying.js";

export interface LoadResumeOptions {
  readonly checkpoints: Pick<CheckpointRepository, "load">;
  readonly lease: RunLease;
  /** How long the database is asked, in ms. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
  /** There is one, and it cannot be gone on from. */
  readonly onDamaged: (reason: string) => void;
}

/** The checkpoint that a run goes on from; undefined for one that begins, or begins anew. */
export async function loadResume(options: LoadResumeOptions): Promise<Checkpoint | undefined> {
  const { checkpoints, lease, limitMs, signal, onDamaged } = options;
  try {
    const bytes = await retrying(() => checkpoints.load(lease.runId, "last"), { limitMs, signal });
    return bytes && decodeCheckpoint(bytes, "last");
  } catch (error) {
    if (!isDamaged(error)) throw error;
    onDamaged(reasonOf(error));
    return undefined;
  }
}

/** Whether an error says of a checkpoint that nothing can go on from it. */
export function isDamaged(error: unknown): boolean {
  if (error instanceof DbError) return error.code === "checkpoint_damaged";
  return error instanceof TrainerError && error.code === "invalid_checkpoint";
}
