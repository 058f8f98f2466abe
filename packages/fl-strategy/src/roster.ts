import { StrategyError } from "./errors.js";
import type { ClientInfo } from "./strategy.js";

/** Who was picked for a round and was heard, and what was kept of each accepted update. */
export interface Roster<Kept> {
  /** Ids of the picked clients, ordered. */
  readonly picks: readonly string[];
  isPicked(clientId: string): boolean;
  /** Whether the client's update was accepted or refused, or the client failed. */
  isSettled(clientId: string): boolean;
  accept(clientId: string, kept: Kept): void;
  /** Says that no update of this client will count. */
  drop(clientId: string): void;
  readonly numAccepted: number;
  /** How many nothing was heard of. */
  readonly numOpen: number;
  /** What was kept, ordered by client id. */
  accepted(): Kept[];
  /** Ids of the clients that nothing was heard of, ordered. */
  open(): string[];
}

/**
 * Opens the roster of a round.
 * @throws StrategyError `wrong_selection` for a pick that is not available or is picked twice.
 */
export function openRoster<Kept>(
  strategyId: string,
  clientIds: readonly string[],
  clients: readonly ClientInfo[],
): Roster<Kept> {
  const picks = [...clientIds].sort(compareIds);
  const known = new Set(clients.map((client) => client.clientId));
  const wrong = picks.find((clientId, i) => !known.has(clientId) || clientId === picks[i - 1]);
  if (wrong !== undefined) {
    throw new StrategyError(
      "wrong_selection",
      `${strategyId}: expected available clients, each once, got "${wrong}"`,
    );
  }
  const places = new Map(picks.map((clientId, place) => [clientId, place]));
  const settled = new Uint8Array(picks.length);
  const kept = new Array<Kept | undefined>(picks.length);
  let numAccepted = 0;
  let numOpen = picks.length;

  function settle(clientId: string): number {
    const place = places.get(clientId) as number;
    if (settled[place] === 0) numOpen -= 1;
    settled[place] = 1;
    return place;
  }

  return {
    picks,
    isPicked: (clientId) => places.has(clientId),
    isSettled: (clientId) => settled[places.get(clientId) ?? -1] === 1,
    accept(clientId, item) {
      kept[settle(clientId)] = item;
      numAccepted += 1;
    },
    drop: settle,
    get numAccepted() {
      return numAccepted;
    },
    get numOpen() {
      return numOpen;
    },
    accepted: () => kept.filter((item) => item !== undefined),
    open: () => picks.filter((_, place) => settled[place] === 0),
  };
}

/** By UTF-16 code units: the same on every machine, unlike a locale's order. */
export function compareIds(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
