import type { RunView } from "../live/run-view.js";
import { byName } from "./by-name.js";

const MAX_ROUNDS = 60;
const MAX_CLIENTS = 40;

export interface TimelineWindow {
  /** The newest rounds that fit. */
  rounds: number[];
  /** Rounds that have not begun, as far as there is room left. */
  coming: number[];
  clientIds: string[];
  /** How many clients there are, also those that do not fit. */
  numClients: number;
  /** Longest training time in the window, in ms. */
  longestMs: number;
}

/** What the timeline has room for. */
export function timelineWindow(clients: RunView["clients"], lastRound: number): TimelineWindow {
  const rounds = [...clients.keys()].slice(-MAX_ROUNDS);
  const names = new Map<string, { clientId: string }>();
  let longestMs = 0;
  for (const round of rounds) {
    for (const client of clients.get(round)?.values() ?? []) {
      names.set(client.clientId, client);
      longestMs = Math.max(longestMs, client.durationMs ?? 0);
    }
  }
  const clientIds = [...names.values()].sort(byName).map(({ clientId }) => clientId);
  const newest = rounds.at(-1) ?? 0;
  const numComing = Math.max(0, Math.min(MAX_ROUNDS - rounds.length, lastRound - newest));
  return {
    rounds,
    coming: Array.from({ length: numComing }, (_, index) => newest + index + 1),
    clientIds: clientIds.slice(0, MAX_CLIENTS),
    numClients: clientIds.length,
    longestMs,
  };
}
