import {
  type ClientRound,
  type ClientSummary,
  clientRound,
  clientSummary,
  type Decoded,
} from "@fedloom/protocol";
import { request } from "./request.js";
import { runApiPath } from "./run-path.js";
import { take } from "./take.js";

/** Entries of a page: to read more at once would hold up the frames between. */
const LIMIT = 250;

/** Every client of a run, over all its rounds. Throws ApiError. */
export function listClients(runId: string, signal?: AbortSignal): Promise<ClientSummary[]> {
  return allPages(`${runApiPath(runId)}/clients`, clientSummary.decode, signal);
}

/** What every client did in a round. Throws ApiError. */
export function listClientsOfRound(
  runId: string,
  round: number,
  signal?: AbortSignal,
): Promise<ClientRound[]> {
  return allPages(`${runApiPath(runId)}/rounds/${round}/clients`, clientRound.decode, signal);
}

/** What one client did in a round; undefined where it had no part in it. Throws ApiError. */
export async function getClientRound(
  runId: string,
  { clientId, round }: { clientId: string; round: number },
  signal?: AbortSignal,
): Promise<ClientRound | undefined> {
  const path = `${runApiPath(runId)}/clients/${encodeURIComponent(clientId)}/rounds`;
  const answer = (await request(`${path}?after=${round - 1}&limit=1`, { signal })) as { rounds?: unknown[] };
  const first = answer.rounds?.[0];
  const found = first === undefined ? undefined : take(clientRound.decode(first));
  return found?.round === round ? found : undefined;
}

async function allPages<Entry>(
  path: string,
  decode: (input: unknown) => Decoded<Entry>,
  signal?: AbortSignal,
): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let after: string | null = ""; after !== null; ) {
    const search = new URLSearchParams({ after, limit: String(LIMIT) });
    const answer = (await request(`${path}?${search}`, { signal })) as {
      clients?: unknown[];
      next?: string | null;
    };
    for (const client of answer.clients ?? []) entries.push(take(decode(client)));
    const next: string | null = answer.next ?? null;
    // An id that does not rise would be asked for ever.
    after = next !== null && next !== after ? next : null;
  }
  return entries;
}
