import { expect, it } from "vitest";
import { lossSeries, scoreSeries } from "./round-series.js";

const round = (number: number, metrics: Record<string, number>) => ({
  round: number,
  fit: { train_loss: 0.5 / number },
  evaluation: { val_accuracy: 0.7 },
  metrics,
});

it("has a line for each split that has values, with gaps where there are none", () => {
  const rounds = [round(1, { loss: 0.4 }), round(2, { loss: Number.NaN, test_loss: 0.6 })];
  expect(lossSeries(rounds).map(({ label, values }) => [label, values])).toEqual([
    ["Training", [0.5, 0.25]],
    ["Validation", [0.4, null]],
    ["Test", [null, 0.6]],
  ]);
});

it("takes from the round's end what the evaluation does not say", () => {
  expect(scoreSeries([round(1, { auroc: 0.9 })]).map(({ label, values }) => [label, values])).toEqual([
    ["AUC, validation", [0.9]],
    ["Accuracy, validation", [0.7]],
  ]);
});
