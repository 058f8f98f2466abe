import { createHash } from "node:crypto";
import { and, eq, isNull, sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { DbError } from "../errors.js";
import { checkpoints } from "../schema/checkpoints.js";
import { runs } from "../schema/runs.js";
import type { NewCheckpoint } from "./checkpoints.js";
import type { RunLease } from "./runs.js";

type Transaction = Parameters<Parameters<PostgresJsDatabase["transaction"]>[0]>[0];
/** A checkpoint with its own name, and that of its file where it has one. */
export type SavedCheckpoint = NewCheckpoint & { readonly checkpointId: string; readonly path: string | null };

/**
 * Puts a checkpoint in the place of the one before, together with the run's step if it is the last one.
 * @throws DbError `lease_lost`
 */
export async function replaceCheckpoint(
  transaction: Transaction,
  lease: RunLease,
  saved: SavedCheckpoint,
): Promise<void> {
  const { kind, step, bytes, checkpointId, path } = saved;
  const { runId, attempt } = lease;
  await requireLease(transaction, lease);
  if (kind === "last")
    await transaction.update(runs).set({ step, numDeaths: 0 }).where(eq(runs.runId, runId));
  const content = {
    checkpointId,
    attempt,
    step,
    bytes: path === null ? bytes : null,
    path,
    numBytes: bytes.byteLength,
    sha256: sha256Of(bytes),
    createdAt: sql`now()`,
  };
  await transaction
    .insert(checkpoints)
    .values({ runId, kind, ...content })
    .onConflictDoUpdate({ target: [checkpoints.runId, checkpoints.kind], set: content });
}

/**
 * Holds the run's row to the end of the transaction, so that nobody claims it meanwhile.
 * @throws DbError `lease_lost`
 */
export async function requireLease(
  transaction: Transaction,
  { runId, attempt, owner }: RunLease,
): Promise<{ step: number }> {
  const [row] = await transaction
    .select({ step: runs.step })
    .from(runs)
    .where(
      and(
        eq(runs.runId, runId),
        eq(runs.attempt, attempt),
        eq(runs.leaseOwner, owner),
        isNull(runs.deletedAt),
      ),
    )
    .for("update");
  if (row) return row;
  throw new DbError("lease_lost", `run ${runId} is no longer attempt ${attempt}'s of ${owner}`);
}

/** In hexadecimal. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
