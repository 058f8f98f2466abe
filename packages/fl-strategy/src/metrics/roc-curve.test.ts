import { expect, it } from "vitest";
import { exactRocCurve, sortedScores } from "./auroc.js";
import { type RocPoint, rocCurve } from "./roc-curve.js";
import { histogramRocCurve, scoreHistogram } from "./score-histogram.js";

const scores = [0.1, 0.4, 0.35, 0.8, 0.4];
const labels = [0, 0, 1, 1, 1];
const rates = (points: RocPoint[]) =>
  points.map((point) => [point.threshold, point.falsePositiveRate, point.truePositiveRate]);

it("goes through one point per score that occurs, ties together", () => {
  expect(rates(exactRocCurve([sortedScores(scores, labels)]))).toEqual([
    [Infinity, 0, 0],
    [0.8, 0, 1 / 3],
    [0.4, 0.5, 2 / 3],
    [0.35, 0.5, 1],
    [0.1, 1, 1],
  ]);
});

it("is the same from several clients, in any order", () => {
  const split = [
    sortedScores(scores.slice(3), labels.slice(3)),
    sortedScores(scores.slice(0, 3), labels.slice(0, 3)),
  ];
  expect(exactRocCurve(split)).toEqual(exactRocCurve([sortedScores(scores, labels)]));
});

it("goes through the lower edge of each bin that holds samples", () => {
  expect(rates(histogramRocCurve(scoreHistogram(scores, labels, 4)))).toEqual([
    [Infinity, 0, 0],
    [0.75, 0, 1 / 3],
    [0.25, 0.5, 1],
    [0, 1, 1],
  ]);
});

it("is empty without samples of both classes", () => {
  expect(exactRocCurve([])).toEqual([]);
  expect(exactRocCurve([sortedScores([1, 2], [1, 1])])).toEqual([]);
  expect(histogramRocCurve(scoreHistogram([0.3], [0]))).toEqual([]);
  expect(rocCurve([{ threshold: 1, numPositives: 0, numNegatives: 0 }])).toEqual([]);
});
