import { byName } from "../by-name.js";

export const laneOrders = ["name", "problems", "slowest"] as const;
export type LaneOrder = (typeof laneOrders)[number];

/** What lanes are ordered by, of one client over the whole run. */
export interface ClientTotals {
  numOk: number;
  numRejected: number;
  numFailed: number;
  numTimeout: number;
  trainingMs: number;
}

/** Rounds in which a client's work was of no use. */
export function numProblems({ numRejected, numFailed, numTimeout }: ClientTotals): number {
  return numRejected + numFailed + numTimeout;
}

/** Mean training time of a round in ms; 0 for a client that has not ended one. */
export function meanMs(totals: ClientTotals): number {
  const numRounds = totals.numOk + numProblems(totals);
  return numRounds === 0 ? 0 : totals.trainingMs / numRounds;
}

/** Lanes by number, in the order in which they are drawn; equal ones by name. */
export function orderLanes(
  clientIds: readonly string[],
  { order, search, totals }: { order: LaneOrder; search: string; totals: ReadonlyMap<string, ClientTotals> },
): Int32Array {
  const wanted = search.trim().toLocaleLowerCase();
  const lanes = clientIds.flatMap((clientId, lane) => {
    if (!clientId.toLocaleLowerCase().includes(wanted)) return [];
    const ofClient = totals.get(clientId);
    const weight =
      !ofClient || order === "name" ? 0 : order === "problems" ? numProblems(ofClient) : meanMs(ofClient);
    return [{ clientId, lane, weight }];
  });
  lanes.sort((one, other) => other.weight - one.weight || byName(one, other));
  return Int32Array.from(lanes, ({ lane }) => lane);
}
