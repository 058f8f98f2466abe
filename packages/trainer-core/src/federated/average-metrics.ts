import type { UpdateSummary } from "@fedloom/fl-strategy";

/**
 * Means of the clients' metrics, weighted by sample count over the clients that reported a finite value: sum n m /
 * sum n. Only for quantities that do average (loss, accuracy), never for precision, F1 or AUROC.
 */
export function averageMetrics(
  updates: readonly Pick<UpdateSummary, "numSamples" | "metrics">[],
): Record<string, number> {
  const sums = new Map<string, { total: number; weight: number }>();
  for (const { numSamples, metrics } of updates) {
    for (const [name, value] of Object.entries(metrics)) {
      if (!Number.isFinite(value)) continue;
      const sum = sums.get(name) ?? { total: 0, weight: 0 };
      sums.set(name, { total: sum.total + numSamples * value, weight: sum.weight + numSamples });
    }
  }
  return Object.fromEntries([...sums].map(([name, { total, weight }]) => [name, total / weight]));
}
