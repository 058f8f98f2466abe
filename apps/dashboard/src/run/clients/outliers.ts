import type { ClientRound } from "../../live/run-view.js";

/** How many times the usual distance from the median is far out (Iglewicz and Hoaglin 1993). */
const FAR_OUT = 3.5;
/** Makes the median distance of normally spread values their standard deviation. */
const SCALE = 1.4826;
/** Fewer values than this say nothing of what is usual. */
const MIN_VALUES = 5;

/** What a client may be far out in. */
export const outlierKinds = { trainLoss: "loss", durationMs: "time", numSamples: "samples" } as const;
type Kind = keyof typeof outlierKinds;

/** Clients of a round that are far out from the others, with what in; a loss that is not finite is. */
export function outliersOf(clients: Iterable<ClientRound>): Map<string, string[]> {
  const all = [...clients];
  const outliers = new Map<string, string[]>();
  for (const kind of Object.keys(outlierKinds) as Kind[]) {
    const isFar = farOut(all.flatMap((client) => client[kind] ?? []));
    for (const client of all) {
      const value = client[kind];
      if (value === undefined || !isFar(value)) continue;
      outliers.set(client.clientId, [...(outliers.get(client.clientId) ?? []), outlierKinds[kind]]);
    }
  }
  return outliers;
}

function farOut(values: readonly number[]): (value: number) => boolean {
  const finite = Float64Array.from(values.filter(Number.isFinite)).sort();
  if (finite.length < MIN_VALUES) return (value) => !Number.isFinite(value);
  const middle = median(finite);
  const distance = median(finite.map((value) => Math.abs(value - middle)).sort());
  // Where more than half are equal, the others would all be far out.
  const limit = FAR_OUT * SCALE * distance || FAR_OUT * meanDistance(finite, middle);
  return (value) => !Number.isFinite(value) || Math.abs(value - middle) > limit;
}

function meanDistance(values: Float64Array, middle: number): number {
  return values.reduce((sum, value) => sum + Math.abs(value - middle), 0) / values.length;
}

function median(sorted: Float64Array): number {
  const half = sorted.length >> 1;
  const upper = sorted[half] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] as number) + upper) / 2;
}
