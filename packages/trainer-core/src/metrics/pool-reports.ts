import { addConfusion, type MetricsReport, poolMetrics } from "@fedloom/fl-strategy";
import { type ConfusionMatrix, confusionDetails, matrixOf } from "./classification.js";

/** A client's evaluation, as it came. */
export interface ReceivedReport {
  readonly clientId: string;
  readonly report: MetricsReport;
}

/** Metrics of all clients' samples together; names with a slash are of one class or cell. */
export interface PooledEvaluation {
  readonly metrics: Record<string, number>;
  readonly refused: ReturnType<typeof poolMetrics>["refused"];
}

/**
 * Pools clients' evaluations by their sums and counts, never by means of ratios: see `poolMetrics`. `num_clients` and
 * `num_samples` say what is behind them.
 */
export function poolReports(reports: readonly ReceivedReport[], numClasses: number): PooledEvaluation {
  const pooled = poolMetrics(reports, { numClasses: Math.max(2, numClasses) });
  const refused = new Set(pooled.refused.map(({ clientId }) => clientId));
  const believed = reports.filter(({ clientId }) => !refused.has(clientId));
  const matrices = believed.flatMap(({ report: { confusion } }) => {
    if (!confusion) return [];
    return ["counts" in confusion ? confusion : matrixOf(confusion)];
  });
  const matrix = matrices.reduce<ConfusionMatrix | undefined>(
    (sum, next) => (sum ? addConfusion(sum, next) : next),
    undefined,
  );
  return {
    metrics: {
      ...pooled.metrics,
      num_clients: believed.length,
      num_samples: believed.reduce((sum, { report }) => sum + report.numSamples, 0),
      ...(matrix && confusionDetails(matrix)),
    },
    refused: pooled.refused,
  };
}
