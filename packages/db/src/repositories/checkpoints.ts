import { randomUUID } from "node:crypto";
import { and, desc, eq, gt, inArray, lt, sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { type CheckpointFiles, openCheckpointFiles } from "../checkpoints/checkpoint-files.js";
import { DbError } from "../errors.js";
import { checkpoints, clientStates } from "../schema/checkpoints.js";
import { storableText } from "../storable.js";
import type { RunLease } from "./runs.js";
import { replaceCheckpoint, requireLease, sha256Of } from "./save-checkpoint.js";

export interface CheckpointRecord {
  readonly checkpointId: string;
  readonly kind: "last" | "best";
  readonly attempt: number;
  readonly step: number;
  readonly numBytes: number;
  readonly sha256: string;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** A checkpoint to keep. */
export interface NewCheckpoint {
  readonly kind: "last" | "best";
  /** The round or epoch that it closes. */
  readonly step: number;
  readonly bytes: Uint8Array;
}

/** A client's state after a round, as bytes. */
export interface StoredClientState {
  readonly clientId: string;
  readonly round: number;
  readonly bytes: Uint8Array;
}

export interface CheckpointRepository {
  list(runId: string): Promise<CheckpointRecord[]>;
  /**
   * The bytes as they were saved, checked against their hash; undefined if there are none.
   * @throws DbError `checkpoint_damaged`
   */
  load(runId: string, kind: "last" | "best"): Promise<Uint8Array | undefined>;
  /**
   * Takes the place of the one before in one transaction, together with the run's step if it is the last one: a run that
   * closes a step is no longer one that dies.
   * @throws DbError `lease_lost` if the run is another process's by now: nothing is written then.
   */
  save(lease: RunLease, checkpoint: NewCheckpoint): Promise<{ checkpointId: string }>;
  /** The newest state that a client had before a round. */
  loadState(runId: string, clientId: string, beforeRound: number): Promise<Uint8Array | undefined>;
  /**
   * Keeps a state; of each client those stay that the last checkpoint, or a later one, may need.
   * @throws DbError `lease_lost`
   */
  saveState(lease: RunLease, state: StoredClientState): Promise<void>;
  /**
   * Removes states of later rounds, which an attempt that was not to last has left.
   * @throws DbError `lease_lost`
   */
  dropStates(lease: RunLease, afterRound: number): Promise<void>;
  /** Removes what checkpoints of deleted runs and killed processes have left in files; answers how many. */
  removeLeftovers(): Promise<number>;
}

export interface CheckpointLimits {
  /** Most bytes in a row; what is larger goes to a file; 32 MiB. */
  readonly maxRowBytes?: number;
  /** How old a file must be before it may be taken for left behind, in ms; an hour. */
  readonly leftoverAgeMs?: number;
}

const MAX_ROW_BYTES = 32 * 2 ** 20;
const LEFTOVER_AGE_MS = 3_600_000;
/** How often a file is looked for again, where a newer checkpoint has taken its place meanwhile. */
const READ_TRIES = 3;

/** Keeps large checkpoints in a folder; all of them in rows if there is none. */
export function createCheckpointRepository(
  queries: PostgresJsDatabase,
  folder?: string,
  limits: CheckpointLimits = {},
): CheckpointRepository {
  const { maxRowBytes = MAX_ROW_BYTES, leftoverAgeMs = LEFTOVER_AGE_MS } = limits;
  const files = folder === undefined ? undefined : openCheckpointFiles(folder);
  return {
    async list(runId) {
      const { bytes: _, path: __, runId: ___, ...columns } = COLUMNS;
      const rows = await queries.select(columns).from(checkpoints).where(eq(checkpoints.runId, runId));
      return rows.map(({ createdAt, ...row }) => ({ ...row, createdAt: createdAt.toISOString() }));
    },

    async load(runId, kind) {
      for (let i = 0; i < READ_TRIES; i++) {
        const [row] = await queries
          .select()
          .from(checkpoints)
          .where(and(eq(checkpoints.runId, runId), eq(checkpoints.kind, kind)));
        if (!row) return undefined;
        const bytes = row.bytes ?? (row.path === null ? undefined : await files?.read(row.path));
        if (bytes) return requireWhole(bytes, row);
      }
      throw damaged(runId, kind, "its file is not there");
    },

    async save(lease, checkpoint) {
      const saved = { ...checkpoint, checkpointId: randomUUID() };
      const isLarge = files !== undefined && checkpoint.bytes.byteLength > maxRowBytes;
      const path = isLarge ? await files.write({ ...saved, runId: lease.runId }, saved.bytes) : null;
      try {
        await queries.transaction((transaction) => replaceCheckpoint(transaction, lease, { ...saved, path }));
      } catch (error) {
        // Any other error may have come after the commit: then the file is the checkpoint.
        if (path !== null && error instanceof DbError) await files?.remove(path);
        throw error;
      }
      if (files) await removeOlder(queries, files, { runId: lease.runId, kind: saved.kind });
      return { checkpointId: saved.checkpointId };
    },

    async loadState(runId, clientId, beforeRound) {
      const isBefore = lt(clientStates.round, beforeRound);
      const [row] = await queries
        .select({ bytes: clientStates.bytes })
        .from(clientStates)
        .where(
          and(eq(clientStates.runId, runId), eq(clientStates.clientId, storableText(clientId)), isBefore),
        )
        .orderBy(desc(clientStates.round))
        .limit(1);
      return row?.bytes;
    },

    async saveState(lease, { clientId: givenId, round, bytes }) {
      const [runId, clientId] = [lease.runId, storableText(givenId)];
      await queries.transaction(async (transaction) => {
        const { step } = await requireLease(transaction, lease);
        await transaction
          .insert(clientStates)
          .values({ runId, clientId, round, bytes })
          .onConflictDoUpdate({
            target: [clientStates.runId, clientStates.clientId, clientStates.round],
            set: { bytes },
          });
        await transaction.execute(sql`
          delete from client_states where run_id = ${runId} and client_id = ${clientId} and round < (
            select max(round) from client_states
            where run_id = ${runId} and client_id = ${clientId} and round <= ${step}
          )`);
      });
    },

    async dropStates(lease, afterRound) {
      await queries.transaction(async (transaction) => {
        await requireLease(transaction, lease);
        const isLater = gt(clientStates.round, afterRound);
        await transaction.delete(clientStates).where(and(eq(clientStates.runId, lease.runId), isLater));
      });
    },

    async removeLeftovers() {
      if (!files) return 0;
      const old = await files.listOld(leftoverAgeMs);
      return removeUnnamed(queries, files, old);
    },
  };
}

const COLUMNS = {
  runId: checkpoints.runId,
  kind: checkpoints.kind,
  checkpointId: checkpoints.checkpointId,
  attempt: checkpoints.attempt,
  step: checkpoints.step,
  bytes: checkpoints.bytes,
  path: checkpoints.path,
  numBytes: checkpoints.numBytes,
  sha256: checkpoints.sha256,
  createdAt: checkpoints.createdAt,
};

/** Only who has the lease writes files of a run and kind: what else there is was replaced, or left by a killed process. */
async function removeOlder(
  queries: PostgresJsDatabase,
  files: CheckpointFiles,
  owner: { runId: string; kind: "last" | "best" },
): Promise<void> {
  // The checkpoint is saved by now; what cannot be removed goes next time.
  await files
    .listOf(owner)
    .then((names) => removeUnnamed(queries, files, names))
    .catch(() => undefined);
}

async function removeUnnamed(
  queries: PostgresJsDatabase,
  files: CheckpointFiles,
  names: readonly string[],
): Promise<number> {
  if (names.length === 0) return 0;
  const rows = await queries
    .select({ path: checkpoints.path })
    .from(checkpoints)
    .where(inArray(checkpoints.path, [...names]));
  const used = new Set(rows.map(({ path }) => path));
  const left = names.filter((name) => !used.has(name));
  for (const name of left) await files.remove(name);
  return left.length;
}

function requireWhole(
  bytes: Uint8Array,
  { runId, kind, numBytes, sha256 }: { runId: string; kind: string; numBytes: number; sha256: string },
): Uint8Array {
  if (bytes.byteLength !== numBytes) {
    throw damaged(runId, kind, `expected ${numBytes} bytes, received ${bytes.byteLength}`);
  }
  const received = sha256Of(bytes);
  if (received !== sha256) throw damaged(runId, kind, `expected sha256 ${sha256}, received ${received}`);
  return bytes;
}

function damaged(runId: string, kind: string, reason: string): DbError {
  return new DbError("checkpoint_damaged", `checkpoint ${kind} of run ${runId} is damaged: ${reason}`);
}
