import type { UpdateSummary } from "../update.js";

/** A mean over clients, and over how many it was taken. */
export interface WeightedMean {
  readonly mean: number;
  /** Clients that reported a finite value. */
  readonly numClients: number;
  /** Their samples. */
  readonly numSamples: number;
}

type Report = Pick<UpdateSummary, "numSamples" | "metrics">;

/**
 * Means of the clients' metrics, weighted by sample count over the clients that reported a finite value: sum n m /
 * sum n. Only for quantities that do average (loss, accuracy), never for precision, F1 or AUROC: those are pooled.
 */
export function weightedMeans(reports: readonly Report[]): Record<string, number> {
  const counted = Object.entries(countedMeans(reports));
  return Object.fromEntries(counted.map(([name, { mean }]) => [name, mean]));
}

/**
 * The same means with the clients and samples behind each. A client whose sample count is not a finite number above 0
 * has no part.
 */
export function countedMeans(reports: readonly Report[]): Record<string, WeightedMean> {
  const sums = new Map<string, { total: number; numClients: number; numSamples: number }>();
  for (const { numSamples, metrics } of reports) {
    if (!(numSamples > 0 && numSamples < Number.POSITIVE_INFINITY)) continue;
    for (const [name, value] of Object.entries(metrics)) {
      if (!Number.isFinite(value)) continue;
      const sum = sums.get(name) ?? { total: 0, numClients: 0, numSamples: 0 };
      sums.set(name, {
        total: sum.total + numSamples * value,
        numClients: sum.numClients + 1,
        numSamples: sum.numSamples + numSamples,
      });
    }
  }
  return Object.fromEntries(
    [...sums].map(([name, { total, numClients, numSamples }]) => [
      name,
      { mean: total / numSamples, numClients, numSamples },
    ]),
  );
}
