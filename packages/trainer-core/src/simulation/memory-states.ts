import type { ClientState, ClientStates } from "../federated/client-states.js";

/** Keeps clients' states in memory: gone with the process, and as much of it as all clients' states take. */
export function createMemoryStates(): ClientStates {
  const kept = new Map<string, { round: number; state: ClientState }[]>();
  return {
    async get(clientId, round) {
      return kept.get(clientId)?.findLast((entry) => entry.round < round)?.state;
    },
    async set(clientId, round, state) {
      // A run that has gone back to an earlier round makes what came after it void.
      const earlier = (kept.get(clientId) ?? []).filter((entry) => entry.round < round);
      kept.set(clientId, [...earlier.slice(-1), { round, state }]);
    },
  };
}
