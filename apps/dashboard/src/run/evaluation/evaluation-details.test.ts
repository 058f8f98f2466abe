import { expect, it } from "vitest";
import { classScoresOf, confusionOf, rocOf } from "./evaluation-details.js";

const details = {
  "confusion/0/0": 10,
  "confusion/0/1": 2,
  "confusion/1/0": 3,
  "confusion/1/1": 20,
  "recall/class_0": 0.83,
  "recall/class_1": 0.87,
  "precision/class_1": 0.91,
};

it("reads the confusion matrix by true class", () => {
  expect(confusionOf(details)).toEqual([
    [10, 2],
    [3, 20],
  ]);
});

it("has no matrix with a hole in it, nor one that was never told", () => {
  expect(confusionOf({ ...details, "confusion/2/2": 1 })).toBeUndefined();
  expect(confusionOf({ auroc: 1, "confusion/0/0": 1 })).toBeUndefined();
});

it("reads the curve from left to right, whatever the order of names", () => {
  expect(rocOf({ "roc/1": 1, "roc/0.05": 0.6, "roc/0": 0.2, "roc/0.1": Number.NaN })).toEqual([
    { falsePositiveRate: 0, truePositiveRate: 0.2 },
    { falsePositiveRate: 0.05, truePositiveRate: 0.6 },
    { falsePositiveRate: 1, truePositiveRate: 1 },
  ]);
  expect(rocOf({ "roc/0": Number.NaN, "roc/1": Number.NaN })).toBeUndefined();
});

it("scores each class, with how many samples it has", () => {
  expect(classScoresOf(details)).toEqual([
    { index: 0, recall: 0.83, support: 12 },
    { index: 1, precision: 0.91, recall: 0.87, support: 23 },
  ]);
});
