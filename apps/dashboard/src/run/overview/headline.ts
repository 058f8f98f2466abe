import { validation } from "../../live/run-progress.js";
import type { RoundView } from "../../live/run-view.js";

/** The score by which a run is told at a glance, and the one beside it; of both, more is better. */
export interface Headline {
  metric: string;
  label: string;
  /** Shown beside it; undefined where there is no other. */
  second: { metric: string; label: string } | undefined;
}

const ACCURACY = { metric: "accuracy", label: "accuracy" };
const HEADLINES: readonly Headline[] = [
  { metric: "auroc", label: "AUC", second: ACCURACY },
  { ...ACCURACY, second: undefined },
  { metric: "r2", label: "R²", second: { metric: "mae", label: "mean absolute error" } },
];

/** The first score that a run measures; AUC while it has measured none. */
export function headlineOf(rounds: readonly RoundView[]): Headline {
  const isMeasured = ({ metric }: Headline) =>
    rounds.some(
      (round) => validation(round, metric) !== undefined || round.metrics[`test_${metric}`] !== undefined,
    );
  return HEADLINES.find(isMeasured) ?? (HEADLINES[0] as Headline);
}

/** The round with the highest validation value of a metric, and that value; NaN is never the highest. */
export function bestValidation(
  rounds: readonly RoundView[],
  metric: string,
): { round: number; value: number } | undefined {
  let best: { round: number; value: number } | undefined;
  for (const entry of rounds) {
    const value = validation(entry, metric);
    if (value === undefined || Number.isNaN(value) || (best && value <= best.value)) continue;
    best = { round: entry.round, value };
  }
  return best;
}
