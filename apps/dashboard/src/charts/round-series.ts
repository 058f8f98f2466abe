import { validation } from "../live/run-progress.js";
import type { RoundView } from "../live/run-view.js";
import type { ChartSeries } from "./chart-series.js";

type Reading = (round: RoundView) => number | undefined;

/** Loss on each split, one value per round; splits without any value are left out. */
export function lossSeries(rounds: readonly RoundView[]): ChartSeries[] {
  return [
    series(
      { label: "Training", colour: "train", dashed: true },
      rounds,
      ({ fit }) => fit.train_loss ?? fit.loss,
    ),
    series({ label: "Validation", colour: "validation" }, rounds, (round) => validation(round, "loss")),
    series({ label: "Test", colour: "test" }, rounds, ({ metrics }) => metrics.test_loss),
  ].filter(hasValues);
}

/** AUC (solid) and accuracy (dashed) on each split, one value per round. */
export function scoreSeries(rounds: readonly RoundView[]): ChartSeries[] {
  return [
    series({ label: "AUC, validation", colour: "validation" }, rounds, (round) => validation(round, "auroc")),
    series({ label: "AUC, test", colour: "test" }, rounds, ({ metrics }) => metrics.test_auroc),
    series({ label: "Accuracy, validation", colour: "validation", dashed: true }, rounds, (round) =>
      validation(round, "accuracy"),
    ),
    series(
      { label: "Accuracy, test", colour: "test", dashed: true },
      rounds,
      ({ metrics }) => metrics.test_accuracy,
    ),
  ].filter(hasValues);
}

function series(look: Omit<ChartSeries, "values">, rounds: readonly RoundView[], read: Reading): ChartSeries {
  const values = rounds.map((round) => {
    const value = read(round);
    return value !== undefined && Number.isFinite(value) ? value : null;
  });
  return { ...look, values };
}

function hasValues({ values }: ChartSeries): boolean {
  return values.some((value) => value !== null);
}
