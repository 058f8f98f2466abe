import type { ClientRound, ClientStatus } from "../../live/run-view.js";

export interface Cause {
  status: ClientStatus;
  error: string;
  numClients: number;
}

/** What clients say went wrong, the most frequent first. */
export function causesOf(clients: Iterable<ClientRound>): Cause[] {
  const causes = new Map<string, Cause>();
  for (const { status, error } of clients) {
    if (error === undefined) continue;
    const key = `${status} ${error}`;
    const known = causes.get(key) ?? { status, error, numClients: 0 };
    causes.set(key, { ...known, numClients: known.numClients + 1 });
  }
  return [...causes.values()].sort((one, other) => other.numClients - one.numClients);
}
