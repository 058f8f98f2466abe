import type { CheckpointStore } from "./checkpoint-store.js";

/** Keeps a run's checkpoints in memory: for a page that trains, and for tests. */
export function createMemoryCheckpoints(): CheckpointStore {
  const kept = new Map<string, Uint8Array>();
  return {
    async save(kind, bytes) {
      kept.set(kind, bytes);
      return { id: kind };
    },
    load: async (kind) => kept.get(kind),
  };
}
