import { expect, it } from "vitest";
import { summarizePart } from "./summarize-part.js";
import { testingPart } from "./testing-part.js";

it("tells of all samples together, by hand", () => {
  const summary = summarizePart(testingPart([0.9, 1], [0.2, 1], [0.6, 0], [0.1, 0]));
  expect(summary).toMatchObject({
    numSamples: 4,
    numMistakes: 2,
    accuracy: 0.5,
    auroc: 0.75,
    confusion: [
      [1, 1],
      [1, 1],
    ],
    roc: [
      { falsePositiveRate: 0, truePositiveRate: 0 },
      { falsePositiveRate: 0, truePositiveRate: 0.5 },
      { falsePositiveRate: 0.5, truePositiveRate: 0.5 },
      { falsePositiveRate: 0.5, truePositiveRate: 1 },
      { falsePositiveRate: 1, truePositiveRate: 1 },
    ],
  });
  expect(summary.loss).toBeCloseTo(-(2 * Math.log(0.9) + Math.log(0.2) + Math.log(0.4)) / 4, 6);
});

it("has no curve of one class, of a diverged model, and of no samples", () => {
  expect(summarizePart(testingPart([0.9, 1])).roc).toBeNull();
  expect(summarizePart(testingPart([Number.NaN, 1], [0.5, 0]))).toMatchObject({
    roc: null,
    loss: Number.NaN,
  });
  expect(summarizePart(testingPart())).toMatchObject({ numSamples: 0, numMistakes: 0, roc: null });
});
