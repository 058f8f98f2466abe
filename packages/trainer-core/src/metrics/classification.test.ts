import { describe, expect, it } from "vitest";
import { classificationMetrics } from "./classification.js";

/** Two-class probabilities from those of the positive class. */
const twoClass = (positive: number[]) => Float32Array.from(positive.flatMap((p) => [1 - p, p]));

describe("classificationMetrics", () => {
  it("gives the hand-checked values of a two-class case", () => {
    const labels = Uint8Array.of(1, 1, 1, 0, 0);
    const probabilities = twoClass([0.9, 0.8, 0.3, 0.6, 0.1]);
    const metrics = classificationMetrics({ probabilities, labels, numClasses: 2 });
    expect(metrics.accuracy).toBe(3 / 5);
    expect(metrics.precision).toBeCloseTo(2 / 3, 12);
    expect(metrics.recall).toBeCloseTo(2 / 3, 12);
    expect(metrics.f1).toBeCloseTo(2 / 3, 12);
    expect(metrics.auroc).toBeCloseTo(5 / 6, 12);
    const loss = -(Math.log(0.9) + Math.log(0.8) + Math.log(0.3) + Math.log(0.4) + Math.log(0.9)) / 5;
    expect(metrics.loss).toBeCloseTo(loss, 6);
  });

  it("says NaN, not 0 or 1, for a ratio without cases", () => {
    const metrics = classificationMetrics({
      probabilities: twoClass([0.1, 0.2]),
      labels: Uint8Array.of(0, 0),
      numClasses: 2,
    });
    expect(metrics).toMatchObject({ accuracy: 1, precision: Number.NaN, recall: Number.NaN, f1: Number.NaN });
  });

  it("keeps the loss finite for a certain and wrong answer, and NaN for NaN", () => {
    const of = (positive: number) =>
      classificationMetrics({ probabilities: twoClass([positive]), labels: Uint8Array.of(1), numClasses: 2 });
    expect(of(0).loss).toBeCloseTo(-Math.log(1e-7), 6);
    expect(of(Number.NaN).loss).toBeNaN();
    expect(of(Number.NaN).auroc).toBeNaN();
  });

  it("gives loss and accuracy for more classes", () => {
    const probabilities = Float32Array.of(0.2, 0.5, 0.3, 0.6, 0.3, 0.1);
    const metrics = classificationMetrics({ probabilities, labels: Uint8Array.of(1, 2), numClasses: 3 });
    expect(metrics).toEqual({ accuracy: 0.5, loss: expect.closeTo(-(Math.log(0.5) + Math.log(0.1)) / 2, 6) });
  });
});
