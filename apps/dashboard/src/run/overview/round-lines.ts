import type { ChartLine } from "../../charts/chart-props.js";
import { validation } from "../../live/run-progress.js";
import type { Metrics, RoundView } from "../../live/run-view.js";

type Reading = (round: RoundView) => number | undefined;
type Look = Omit<ChartLine, "x" | "y">;

/** What was measured on test data at one step alone, by names such as `test_auroc`. */
export interface TestedOnce {
  step: number;
  metrics: Metrics;
}

/** A metric on each split, with a point for each round that has one; splits without any are left out. */
export function metricLines(rounds: readonly RoundView[], metric: string, tested?: TestedOnce): ChartLine[] {
  const test = lineOf(rounds, { key: "test", label: "Test", colour: "test" }, ({ metrics, evaluation }) => {
    return metrics[`test_${metric}`] ?? evaluation[`test_${metric}`];
  });
  return [
    lineOf(rounds, { key: "train", label: "Training", colour: "train", dashed: true }, ({ fit }) => {
      return fit[`train_${metric}`] ?? fit[metric];
    }),
    lineOf(rounds, { key: "val", label: "Validation", colour: "validation" }, (round) =>
      validation(round, metric),
    ),
    test.x.length > 0 ? test : { ...test, ...onePoint(metric, tested) },
    lineOf(
      rounds,
      { key: "pooled", label: "Validation at clients", colour: "series-4", dashed: true },
      (round) => {
        return round.metrics[`pooled_${metric}`] ?? round.evaluation[`pooled_val_${metric}`];
      },
    ),
  ].filter(({ x }) => x.length > 0);
}

/** A line with a point for each round that says something. */
export function lineOf(rounds: readonly RoundView[], look: Look, read: Reading): ChartLine {
  const x: number[] = [];
  const y: number[] = [];
  for (const round of rounds) {
    const value = read(round);
    if (value === undefined) continue;
    x.push(round.round);
    y.push(value);
  }
  return { ...look, x, y };
}

/** Training in one place looks at test data for its best epoch alone. */
function onePoint(metric: string, tested: TestedOnce | undefined): Pick<ChartLine, "x" | "y"> {
  const value = tested?.metrics[`test_${metric}`];
  return tested && value !== undefined ? { x: [tested.step], y: [value] } : { x: [], y: [] };
}
