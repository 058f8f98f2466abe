import { expect, it } from "vitest";
import type { RoundView } from "../../live/run-view.js";
import { metricLines } from "./round-lines.js";

const round = (number: number, metrics: Record<string, number>): RoundView => ({
  round: number,
  fit: { train_loss: 0.5 / number },
  evaluation: { val_accuracy: 0.7 },
  metrics,
  about: {},
  spread: new Map(),
});

it("has a line for each split that has values, with points where it has them", () => {
  const rounds = [round(1, { loss: 0.4 }), round(2, { loss: Number.NaN, test_loss: 0.6 })];
  expect(metricLines(rounds, "loss").map(({ label, x, y }) => [label, x, y])).toEqual([
    ["Training", [1, 2], [0.5, 0.25]],
    ["Validation", [1, 2], [0.4, Number.NaN]],
    ["Test", [2], [0.6]],
  ]);
});

it("takes from the round's end what the evaluation does not say", () => {
  expect(metricLines([round(1, { auroc: 0.9 })], "accuracy").map(({ label, y }) => [label, y])).toEqual([
    ["Validation", [0.7]],
  ]);
});

it("has a point for the epoch that was tested at last", () => {
  const tested = { step: 1, metrics: { test_auroc: 0.8 } };
  const rounds = [round(1, { auroc: 0.9 }), round(2, { auroc: 0.7 })];
  expect(metricLines(rounds, "auroc", tested).map(({ label, x, y }) => [label, x, y])).toEqual([
    ["Validation", [1, 2], [0.9, 0.7]],
    ["Test", [1], [0.8]],
  ]);
});
