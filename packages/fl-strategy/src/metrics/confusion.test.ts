import { describe, expect, it } from "vitest";
import { addConfusion, confusionCounts, confusionMatrix, oneAgainstRest } from "./confusion.js";

const counts = (
  truePositives: number,
  falsePositives: number,
  trueNegatives: number,
  falseNegatives: number,
) => ({
  truePositives,
  falsePositives,
  trueNegatives,
  falseNegatives,
});

describe("confusion", () => {
  it("counts a score at the threshold as positive", () => {
    const labels = Uint8Array.of(1, 0, 1, 0);
    expect(confusionCounts(Float32Array.of(0.5, 0.5, 0.4, 0.4), labels)).toEqual(counts(1, 1, 1, 1));
    expect(confusionCounts([0.5, 0.5, 0.4, 0.4], labels, 0.3)).toEqual(counts(2, 2, 0, 0));
    expect(confusionCounts([Number.NaN], [1])).toEqual(counts(0, 0, 0, 1));
  });

  it("has the true class in the row and the predicted one in the column", () => {
    const matrix = confusionMatrix([0, 1, 2, 2, 2, 0], [0, 0, 2, 2, 1, 2], 3);
    expect(matrix).toEqual({ numClasses: 3, counts: [1, 1, 0, 0, 0, 1, 1, 0, 2] });
    expect(oneAgainstRest(matrix, 0)).toEqual(counts(1, 1, 3, 1));
    expect(oneAgainstRest(matrix, 1)).toEqual(counts(0, 1, 4, 1));
    expect(oneAgainstRest(matrix, 2)).toEqual(counts(2, 1, 2, 1));
    expect(oneAgainstRest(confusionMatrix([1, 1, 0, 0, 1], [1, 0, 0, 0, 1], 2), 1)).toEqual(
      counts(2, 1, 2, 0),
    );
  });

  it("adds clients up to what all samples together give", () => {
    const predicted = Array.from({ length: 90 }, (_, i) => (i * 7) % 4);
    const labels = Array.from({ length: 90 }, (_, i) => (i * i) % 4);
    const part = (from: number, to: number) =>
      confusionMatrix(predicted.slice(from, to), labels.slice(from, to), 4);
    expect(addConfusion(part(0, 13), part(13, 90))).toEqual(confusionMatrix(predicted, labels, 4));
    expect(addConfusion(counts(1, 2, 3, 4), counts(10, 20, 30, 40))).toEqual(counts(11, 22, 33, 44));
  });

  it("refuses labels that fit nothing, and sums of different numbers of classes", () => {
    expect(() => confusionCounts([0.5], [1, 0])).toThrow("labels: expected 1 of them, got 2");
    expect(() => confusionCounts([0.5], [2])).toThrow("labels[0]: expected an integer in [0, 2), got 2");
    expect(() => confusionMatrix([0, 3], [0, 1], 3)).toThrow(
      "predicted[1]: expected an integer in [0, 3), got 3",
    );
    expect(() => confusionMatrix([0], [-1], 3)).toThrow("labels[0]: expected an integer in [0, 3), got -1");
    expect(() => confusionMatrix([0], [0], 1)).toThrow("numClasses: expected an integer >= 2, got 1");
    const [two, three] = [confusionMatrix([0], [0], 2), confusionMatrix([0], [0], 3)];
    expect(() => addConfusion(two, three)).toThrow(
      "confusion: expected a matrix of 2 classes, got a matrix of 3 classes",
    );
    expect(() =>
      addConfusion<typeof two | ReturnType<typeof confusionCounts>>(counts(1, 1, 1, 1), three),
    ).toThrow("confusion: expected two-class counts, got a matrix of 3 classes");
  });
});
