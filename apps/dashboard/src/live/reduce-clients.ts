import { MAX_CLIENT_ENTRIES, MAX_CLIENT_ROUNDS } from "./bounds.js";
import type { ClientRound, ClientsOfRound, RunView } from "./run-view.js";

type Clients = RunView["clients"];
type Progress = Required<Pick<ClientRound, "localEpoch" | "totalLocalEpochs" | "trainLoss">>;

/** Adds the clients that a round begins with; what is already known of them stays. */
export function withClients(clients: Clients, round: number, clientIds: readonly string[]): Clients {
  if (clientIds.length === 0) return clients;
  const selected: [string, ClientRound][] = clientIds.map((clientId) => [
    clientId,
    { clientId, status: "selected" },
  ]);
  return putRound(clients, round, new Map([...selected, ...(clients.get(round) ?? [])]));
}

/** Takes in what a client says while it trains, or its result, which progress that comes late does not undo. */
export function updateClient(
  clients: Clients,
  change: { round: number; clientId: string; progress?: Progress; result?: Partial<ClientRound> },
): Clients {
  const { round, clientId, progress, result } = change;
  const ofRound = clients.get(round);
  const before = ofRound?.get(clientId) ?? { clientId, status: "selected" as const };
  if (progress && progress.localEpoch < (before.localEpoch ?? 0)) return clients;
  const after: ClientRound = progress ? withProgress(before, progress) : { ...before, ...result };
  return putRound(clients, round, new Map(ofRound).set(clientId, after));
}

function withProgress(before: ClientRound, progress: Progress): ClientRound {
  if (isAtWork(before)) return { ...before, ...progress, status: "training" };
  const { localEpoch, totalLocalEpochs, trainLoss } = progress;
  return { ...before, localEpoch, totalLocalEpochs, trainLoss: before.trainLoss ?? trainLoss };
}

/** At the end of a run: whoever is still at work in the newest round will not be heard of. */
export function withoutWaiting(clients: Clients): Clients {
  const newest = [...clients].at(-1);
  if (!newest) return clients;
  const [round, before] = newest;
  const after = new Map(before);
  for (const [clientId, client] of before) {
    if (isAtWork(client)) after.set(clientId, { ...client, status: "unfinished" });
  }
  return new Map(clients).set(round, after);
}

function isAtWork({ status }: ClientRound): boolean {
  return status === "selected" || status === "training";
}

function putRound(clients: Clients, round: number, ofRound: ClientsOfRound): Clients {
  const next = new Map(clients).set(round, ofRound);
  if (clients.has(round)) return next;
  const isNewest = ![...clients.keys()].some((other) => other > round);
  return withinBounds(isNewest ? next : new Map([...next].sort(([one], [other]) => one - other)));
}

function withinBounds(clients: Map<number, ClientsOfRound>): Clients {
  let numEntries = 0;
  for (const ofRound of clients.values()) numEntries += ofRound.size;
  for (const [oldest, ofRound] of clients) {
    const fits = clients.size <= MAX_CLIENT_ROUNDS && numEntries <= MAX_CLIENT_ENTRIES;
    if (fits || clients.size === 1) break;
    clients.delete(oldest);
    numEntries -= ofRound.size;
  }
  return clients;
}
