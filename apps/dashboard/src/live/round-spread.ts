import type { RoundSpread } from "@fedloom/protocol";
import { MAX_SPREAD_METRICS } from "./bounds.js";
import type { ClientRound } from "./run-view.js";

/** How each metric lies among the clients of a round; `train_loss` first, at most eight metrics. */
export function spreadOf(round: number, clients: Iterable<ClientRound>): Map<string, RoundSpread> {
  const values = new Map<string, Told[]>();
  for (const { clientId, metrics = {} } of clients) {
    for (const name of Object.keys(metrics)) {
      const ofMetric = values.get(name) ?? [];
      ofMetric.push([metrics[name] as number, clientId]);
      if (ofMetric.length === 1) values.set(name, ofMetric);
    }
  }
  const spread = new Map<string, RoundSpread>();
  const names = [...values.keys()].sort((one, other) => rank(one) - rank(other));
  for (const name of names.slice(0, MAX_SPREAD_METRICS)) {
    const found = spreadOfValues(round, values.get(name) ?? []);
    if (found) spread.set(name, found);
  }
  return spread;
}

type Told = readonly [value: number, clientId: string];

/** Equal values by name, so that the order in which clients end plays no part. */
function byValue([value, clientId]: Told, [otherValue, otherId]: Told): number {
  return value - otherValue || (clientId < otherId ? -1 : 1);
}

function rank(name: string): number {
  return name === "train_loss" ? 0 : 1;
}

function spreadOfValues(round: number, values: readonly Told[]): RoundSpread | undefined {
  const sorted = values.filter(([value]) => Number.isFinite(value)).sort(byValue);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (!first || !last) return undefined;
  // As the server does it: the first value that so many of all are not above.
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1]?.[0] ?? first[0];
  return {
    round,
    numClients: sorted.length,
    numNotFinite: values.length - sorted.length,
    min: first[0],
    p10: at(0.1),
    median: at(0.5),
    p90: at(0.9),
    max: last[0],
    minClientId: first[1],
    maxClientId: last[1],
  };
}
