import type { CheckpointStore } from "@fedloom/trainer-core";
import { type ClientStates, createMemoryStates, TrainerError } from "@fedloom/trainer-core";

export interface KeptStates {
  readonly states: ClientStates;
  /** The same store, which takes no checkpoint whose clients' states are not kept with it. */
  readonly store: CheckpointStore;
}

/**
 * Keeps clients' states beside the checkpoints. Once one cannot be written, all later ones are kept in memory, so that
 * training goes on; the last checkpoint then stays the one of the round before, whose states are all there.
 */
export function createKeptStates(written: ClientStates, checkpoints: CheckpointStore): KeptStates {
  const memory = createMemoryStates();
  let fault: unknown;
  return {
    states: {
      async get(clientId, round) {
        return (await memory.get(clientId, round)) ?? (await written.get(clientId, round));
      },
      async set(clientId, round, state) {
        if (fault === undefined) {
          try {
            return await written.set(clientId, round, state);
          } catch (cause) {
            fault = cause;
          }
        }
        await memory.set(clientId, round, state);
      },
    },
    store: {
      load: (kind) => checkpoints.load(kind),
      async save(kind, bytes, step) {
        if (fault === undefined) return await checkpoints.save(kind, bytes, step);
        const reason = fault instanceof Error ? fault.message : String(fault);
        throw new TrainerError("checkpoint_failed", `the clients' states could not be written: ${reason}`, {
          cause: fault,
        });
      },
    },
  };
}
