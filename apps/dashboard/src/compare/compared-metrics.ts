import type { ThinnedSeries } from "@fedloom/protocol";
import type { Phase } from "./compare-query.js";

export interface ComparedMetric {
  name: string;
  label: string;
  isLowerBetter: boolean;
  /** Whether its values never leave 0 to 1. */
  isShare: boolean;
}

/** Metrics that runs have in common. */
export const METRICS: readonly ComparedMetric[] = [
  { name: "auroc", label: "AUC", isLowerBetter: false, isShare: true },
  { name: "accuracy", label: "Accuracy", isLowerBetter: false, isShare: true },
  { name: "loss", label: "Loss", isLowerBetter: true, isShare: false },
  { name: "precision", label: "Precision", isLowerBetter: false, isShare: true },
  { name: "recall", label: "Recall", isLowerBetter: false, isShare: true },
  { name: "f1", label: "F1", isLowerBetter: false, isShare: true },
];

/** What the server is asked for: federated runs tell of training as `train_loss`, centralized ones as `loss`. */
export function namesIn(phase: Phase): string[] {
  const names = METRICS.map(({ name }) => name);
  return phase === "test" ? names : [...names, ...names.map((name) => `${phase}_${name}`)];
}

/** A run's line of a metric, by whichever of its names has values. */
export function lineOf(
  lines: readonly ThinnedSeries[],
  metric: string,
  phase: Phase,
): ThinnedSeries | undefined {
  const find = (name: string) =>
    lines.find((line) => line.name === name && line.phase === phase && line.points.length > 0);
  return find(metric) ?? find(`${phase}_${metric}`);
}
