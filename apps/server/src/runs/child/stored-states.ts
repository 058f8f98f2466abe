import type { CheckpointRepository, RunLease } from "@fedloom/db";
import type { ClientState, ClientStates } from "@fedloom/trainer-core";
import { decodeClientState, encodeClientState } from "@fedloom/trainer-core/node";
import { retrying } from "./retrying.js";

export interface StoredStatesOptions {
  readonly checkpoints: Pick<CheckpointRepository, "loadState" | "saveState">;
  readonly lease: RunLease;
  /** How long the database is asked for a state, in ms; 60,000. */
  readonly limitMs?: number;
  readonly signal: AbortSignal;
}

export interface StoredStates extends ClientStates {
  /** Stores what could not be stored so far: before a checkpoint that counts on it. */
  settle(): Promise<void>;
}

const LIMIT_MS = 60_000;

/** Keeps clients' states in the database; what it does not take for a while is kept in memory, so that training goes on. */
export function createStoredStates({
  checkpoints,
  lease,
  limitMs = LIMIT_MS,
  signal,
}: StoredStatesOptions): StoredStates {
  /** The newest of each client that is not in the database. */
  const unsaved = new Map<string, { round: number; state: ClientState }>();

  async function save(clientId: string): Promise<void> {
    const kept = unsaved.get(clientId);
    if (!kept) return;
    const bytes = encodeClientState({ clientId, ...kept });
    await checkpoints.saveState(lease, { clientId, round: kept.round, bytes });
    if (unsaved.get(clientId) === kept) unsaved.delete(clientId);
  }

  return {
    async get(clientId, round) {
      const kept = unsaved.get(clientId);
      if (kept && kept.round < round) return kept.state;
      const load = () => checkpoints.loadState(lease.runId, clientId, round);
      const bytes = await retrying(load, { limitMs, signal });
      return bytes && decodeClientState(bytes, `of ${clientId} before round ${round}`).state;
    },
    async set(clientId, round, state) {
      unsaved.set(clientId, { round, state });
      await save(clientId).catch(() => undefined);
    },
    async settle() {
      for (const clientId of [...unsaved.keys()]) await save(clientId);
    },
  };
}
