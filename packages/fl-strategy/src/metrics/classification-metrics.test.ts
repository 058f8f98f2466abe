import { describe, expect, it } from "vitest";
import { binaryMetrics, multiclassMetrics, perClassMetrics } from "./classification-metrics.js";
import { confusionMatrix } from "./confusion.js";

const { NaN: none } = Number;

describe("binaryMetrics", () => {
  it("gives the hand-checked ratios", () => {
    const metrics = binaryMetrics({
      truePositives: 6,
      falsePositives: 2,
      trueNegatives: 9,
      falseNegatives: 3,
    });
    expect(metrics).toEqual({ accuracy: 0.75, precision: 0.75, recall: 6 / 9, f1: 12 / 17 });
  });

  it("says NaN, not 0 or 1, for a ratio without cases", () => {
    const only = { truePositives: 0, falsePositives: 0, trueNegatives: 5, falseNegatives: 0 };
    expect(binaryMetrics(only)).toEqual({ accuracy: 1, precision: none, recall: none, f1: none });
    const empty = { ...only, trueNegatives: 0 };
    expect(binaryMetrics(empty)).toEqual({ accuracy: none, precision: none, recall: none, f1: none });
    // Nothing predicted positive: precision has no cases, recall and F1 have and are 0.
    const missed = { ...only, falseNegatives: 2 };
    expect(binaryMetrics(missed)).toMatchObject({ precision: none, recall: 0, f1: 0 });
  });
});

describe("multiclassMetrics", () => {
  // The example of scikit-learn's classification_report.
  const matrix = confusionMatrix([0, 0, 2, 1, 0, 2], [0, 1, 2, 0, 1, 2], 3);

  it("gives the values of each class", () => {
    expect(perClassMetrics(matrix)).toEqual([
      { accuracy: 3 / 6, precision: 1 / 3, recall: 1 / 2, f1: 2 / 5 },
      { accuracy: 3 / 6, precision: 0, recall: 0, f1: 0 },
      { accuracy: 1, precision: 1, recall: 1, f1: 1 },
    ]);
  });

  it("averages over the classes, or over the samples", () => {
    expect(multiclassMetrics(matrix)).toEqual({
      accuracy: 0.5,
      precision: expect.closeTo(4 / 9, 12),
      recall: 0.5,
      f1: expect.closeTo(7 / 15, 12),
    });
    expect(multiclassMetrics(matrix, "micro")).toEqual({
      accuracy: 0.5,
      precision: 0.5,
      recall: 0.5,
      f1: 0.5,
    });
  });

  it("leaves classes without a ratio out of the mean, and says NaN when there is none", () => {
    const absent = confusionMatrix([0, 1, 1], [0, 1, 0], 3);
    expect(multiclassMetrics(absent)).toMatchObject({ precision: 0.75, recall: 0.75, f1: 2 / 3 });
    const empty = confusionMatrix([], [], 3);
    expect(multiclassMetrics(empty)).toEqual({ accuracy: none, precision: none, recall: none, f1: none });
    expect(multiclassMetrics(empty, "micro").f1).toBeNaN();
  });
});
