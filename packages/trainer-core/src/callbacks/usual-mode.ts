import type { MetricMode } from "@fedloom/fl-strategy";

const METRIC =
  /^((train|val|pooled_val)_(loss|accuracy|precision|recall|f1|auroc|exact_match|mse|mae|r2)|learning_rate)$/;

/** What `isRunMetric` takes, in words. */
export const runMetricNames =
  "train_, val_ or pooled_val_ with loss, accuracy, precision, recall, f1, auroc, mse, mae or r2";

/** Whether runs can have a metric of this name: another one would only be missed after the first round or epoch. */
export function isRunMetric(name: string): boolean {
  return METRIC.test(name);
}

/** Which values of a run's metric are good, going by its name: small ones of losses and errors. */
export function usualMode(metric: string): MetricMode {
  return /loss|error|mse|mae/.test(metric) ? "min" : "max";
}
