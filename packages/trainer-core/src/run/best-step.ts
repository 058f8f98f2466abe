import type { MetricMode } from "@fedloom/fl-strategy";

/** By which metric a run's best round or epoch is chosen. */
export interface BestBy {
  /** As callbacks see it, such as `val_auroc`. */
  readonly metric: string;
  readonly mode: MetricMode;
}

/** A round or an epoch, and what was found of its weights. */
export interface EvaluatedStep {
  /** Counted from 1. */
  readonly step: number;
  /** As callbacks see them. */
  readonly metrics: Readonly<Record<string, number>>;
  /** For `training_end`: test data too. */
  readonly final: Readonly<Record<string, number>>;
}

/** What a run goes by unless told otherwise: the first of these that its evaluation has. */
const usual: readonly BestBy[] = [
  { metric: "val_auroc", mode: "max" },
  { metric: "val_accuracy", mode: "max" },
  { metric: "val_r2", mode: "max" },
  { metric: "val_loss", mode: "min" },
  { metric: "pooled_val_auroc", mode: "max" },
  { metric: "pooled_val_accuracy", mode: "max" },
  { metric: "pooled_val_loss", mode: "min" },
];

/** The metric by which these are judged; undefined if nothing was evaluated. */
export function bestByOf(metrics: Readonly<Record<string, number>>, asked?: BestBy): BestBy | undefined {
  return asked ?? usual.find(({ metric }) => metrics[metric] !== undefined);
}

/**
 * Whether `next` is better than the best so far, by validation data alone; the earlier of equals stays, and NaN is never
 * better. Test data takes no part, or its metrics would no longer tell how the model does on data it was not chosen for.
 */
export function isBetter(best: EvaluatedStep | undefined, next: EvaluatedStep, asked?: BestBy): boolean {
  const by = bestByOf(next.metrics, asked);
  if (!by || next.metrics[by.metric] === undefined) return false;
  return best === undefined || score(next, by) > score(best, by);
}

function score({ metrics }: EvaluatedStep, { metric, mode }: BestBy): number {
  const value = metrics[metric] ?? Number.NaN;
  if (Number.isNaN(value)) return Number.NEGATIVE_INFINITY;
  return mode === "max" ? value : -value;
}
