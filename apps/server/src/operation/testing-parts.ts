import type { OperationParts } from "./operation-parts.js";

/** Parts of a server with nothing wrong, for tests. */
export function wellParts(more: Partial<OperationParts> = {}): OperationParts {
  return {
    database: { ping: async () => {} },
    relayPort: () => ({ url: "ws://127.0.0.1:8765" }),
    events: () => ({ failure: undefined, numWaiting: 0, numSpilled: 0, numStored: 12, numMissed: 0 }),
    runs: () => ({ numRunning: 1, numQueued: 2, numWaiting: 0 }),
    alerts: () => ({ numFiring: 1, failure: undefined }),
    system: () => ({ numHosts: 1, failure: undefined }),
    folder: import.meta.dirname,
    ...more,
  };
}
