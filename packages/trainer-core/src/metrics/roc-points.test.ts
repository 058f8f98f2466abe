import { exactAuroc, exactRocCurve, randomStream, sortedScores } from "@fedloom/fl-strategy";
import { expect, it } from "vitest";
import { rocPoints, rocRates } from "./roc-points.js";

const points = (scores: number[], labels: number[]) =>
  rocPoints(Float32Array.from(scores), Uint8Array.from(labels));

it("reads the curve at every rate, on the line between its points", () => {
  // Through (0, 0), (0, 1/3), (1/2, 2/3), (1/2, 1), (1, 1).
  const roc = points([0.1, 0.4, 0.35, 0.8, 0.4], [0, 0, 1, 1, 1]);
  expect(Object.keys(roc)).toEqual(rocRates.map((rate) => `roc/${rate}`));
  expect(roc["roc/0"]).toBeCloseTo(1 / 3, 12);
  expect(roc["roc/0.05"]).toBeCloseTo(1 / 3 + 0.1 / 3, 12);
  expect(roc["roc/0.25"]).toBeCloseTo(1 / 2, 12);
  expect(roc["roc/0.5"]).toBe(1);
  expect(roc["roc/1"]).toBe(1);
});

it("says NaN where there is no curve", () => {
  for (const roc of [points([0.1, 0.2], [1, 1]), points([Number.NaN, 0.5], [0, 1]), points([], [])]) {
    expect(Object.values(roc)).toEqual(rocRates.map(() => Number.NaN));
  }
});

it("encloses nearly the same area as the exact curve", () => {
  const random = randomStream(1, "roc");
  const labels = Uint8Array.from({ length: 2_000 }, (_, i) => i % 2);
  const scores = Float32Array.from(labels, (label) => random.normal() + 1.5 * label);
  const roc = rocPoints(scores, labels);
  const area = rocRates.slice(1).reduce((sum, rate, i) => {
    const from = rocRates[i] as number;
    return sum + ((rate - from) * ((roc[`roc/${from}`] as number) + (roc[`roc/${rate}`] as number))) / 2;
  }, 0);
  expect(area).toBeCloseTo(exactAuroc([sortedScores(scores, labels)]), 2);
  const curve = exactRocCurve([sortedScores(scores, labels)]);
  for (const rate of rocRates) {
    const heights = curve.filter(({ falsePositiveRate }) => falsePositiveRate <= rate);
    expect(roc[`roc/${rate}`]).toBeGreaterThanOrEqual(heights.at(-1)?.truePositiveRate ?? 1);
  }
});
