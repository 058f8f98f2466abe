import type { RoundSpread } from "@fedloom/protocol";
import type { ChartBand } from "../../charts/chart-props.js";
import type { RoundView } from "../../live/run-view.js";

/** How a metric lies among clients, round by round: what came live wins over what was stored. */
export function spreadByRound(
  rounds: readonly RoundView[],
  name: string,
  stored: readonly RoundSpread[] = [],
): readonly RoundSpread[] {
  const byRound = new Map(stored.map((spread) => [spread.round, spread]));
  for (const { round, spread } of rounds) {
    const own = spread.get(name);
    // Of a round that goes on the page may have heard more clients than were stored, and the other way round.
    if (own && own.numClients >= (byRound.get(round)?.numClients ?? 0)) byRound.set(round, own);
  }
  return [...byRound.values()].sort((one, other) => one.round - other.round);
}

/** Where clients lie behind the line of their mean; none where no round has two of them. */
export function spreadBands(spread: readonly RoundSpread[]): readonly ChartBand[] {
  if (!spread.some(({ numClients }) => numClients > 1)) return [];
  const x = spread.map(({ round }) => round);
  const band = (key: string, label: string, low: keyof RoundSpread, high: keyof RoundSpread): ChartBand => ({
    key,
    label,
    colour: "train",
    x,
    low: spread.map((entry) => entry[low] as number),
    high: spread.map((entry) => entry[high] as number),
  });
  return [band("all", "all clients", "min", "max"), band("most", "middle 80 %", "p10", "p90")];
}

/** The newest ended rounds whose clients this page has not heard, of which storage must be asked. */
export function isSpreadMissing(rounds: readonly RoundView[], name: string): boolean {
  return rounds.some(
    ({ endedAt, spread, numOk = 0 }) => endedAt !== undefined && numOk > 0 && !spread.has(name),
  );
}
