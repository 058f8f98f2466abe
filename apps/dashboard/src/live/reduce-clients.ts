import { MAX_CLIENT_ENTRIES, MAX_CLIENT_ROUNDS } from "./bounds.js";
import type { ClientRound, ClientsOfRound, RunView } from "./run-view.js";
import type { ViewDraft } from "./view-draft.js";

type Progress = Required<Pick<ClientRound, "localEpoch" | "totalLocalEpochs" | "trainLoss">>;

/** Adds the clients that a round begins with; what is already known of them stays. */
export function selectClients(draft: ViewDraft, round: number, clientIds: readonly string[]): void {
  if (clientIds.length === 0) return;
  const clients = draft.clientsOf(round);
  for (const clientId of clientIds) {
    if (!clients?.has(clientId)) clients?.set(clientId, { clientId, status: "selected" });
  }
}

/** Takes in what a client says while it trains; what comes after its result does not undo that. */
export function progressClient(draft: ViewDraft, round: number, clientId: string, progress: Progress): void {
  const clients = draft.clientsOf(round);
  const before = clients?.get(clientId) ?? { clientId, status: "selected" };
  if (progress.localEpoch < (before.localEpoch ?? 0)) return;
  clients?.set(clientId, withProgress(before, progress));
}

/** At the end of a run: whoever is still at work in the newest round will not be heard of. */
export function stopWaiting(draft: ViewDraft): void {
  const newest = Math.max(0, ...draft.view.clients.keys());
  if (newest === 0) return;
  const clients = draft.clientsOf(newest);
  for (const [clientId, client] of clients ?? []) {
    if (isAtWork(client)) clients?.set(clientId, { ...client, status: "unfinished" });
  }
}

export function isAtWork({ status }: ClientRound): boolean {
  return status === "selected" || status === "training";
}

/** The clients rising by round, without those of the oldest rounds where there are too many. */
export function boundedClients(view: RunView): Pick<RunView, "clients" | "clientsSince"> {
  const clients: Map<number, ClientsOfRound> = isRising(view.clients.keys())
    ? new Map(view.clients)
    : new Map([...view.clients].sort(([one], [other]) => one - other));
  let since = view.clientsSince;
  let numEntries = 0;
  for (const ofRound of clients.values()) numEntries += ofRound.size;
  for (const [oldest, ofRound] of clients) {
    const fits = clients.size <= MAX_CLIENT_ROUNDS && numEntries <= MAX_CLIENT_ENTRIES;
    if (fits || clients.size === 1) break;
    clients.delete(oldest);
    numEntries -= ofRound.size;
    since = oldest + 1;
  }
  return { clients, ...(since !== undefined && { clientsSince: since }) };
}

function withProgress(before: ClientRound, progress: Progress): ClientRound {
  if (isAtWork(before)) return { ...before, ...progress, status: "training" };
  const { localEpoch, totalLocalEpochs, trainLoss } = progress;
  return { ...before, localEpoch, totalLocalEpochs, trainLoss: before.trainLoss ?? trainLoss };
}

function isRising(numbers: Iterable<number>): boolean {
  let before = 0;
  for (const number of numbers) {
    if (number < before) return false;
    before = number;
  }
  return true;
}
