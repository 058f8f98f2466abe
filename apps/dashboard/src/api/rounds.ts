import { type ClientRound, clientRound, type RoundSummary, roundSummary } from "@fedloom/protocol";
import { request } from "./request.js";
import { runApiPath } from "./run-path.js";
import { take } from "./take.js";

/** Longest page that the server gives. */
const LIMIT = 1_000;

/** Rounds of a run after one of them, page by page, in order. */
export async function* roundsAfter(
  runId: string,
  after: number,
  signal?: AbortSignal,
): AsyncGenerator<RoundSummary[]> {
  for (let next: number | null = after; next !== null; ) {
    const path = `${runApiPath(runId)}/rounds?after=${next}&limit=${LIMIT}`;
    const answer = (await request(path, { signal })) as { rounds?: unknown[]; next?: number | null };
    yield (answer.rounds ?? []).map((round) => take(roundSummary.decode(round)));
    next = answer.next ?? null;
  }
}

/** What clients did in a round: by id, those whose ids come first. */
export async function getClientsOfRound(
  runId: string,
  round: number,
  signal?: AbortSignal,
): Promise<ClientRound[]> {
  const path = `${runApiPath(runId)}/rounds/${round}/clients?limit=${LIMIT}`;
  const answer = (await request(path, { signal })) as { clients?: unknown[] };
  return (answer.clients ?? []).map((client) => take(clientRound.decode(client)));
}
