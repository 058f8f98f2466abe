import { expect, it } from "vitest";
import { operatingPoint, rocPolyline, truePositiveRateAt } from "./roc-points.js";

const points = [
  { falsePositiveRate: 0, truePositiveRate: 0 },
  { falsePositiveRate: 0, truePositiveRate: 0.25 },
  { falsePositiveRate: 0.125, truePositiveRate: 0.75 },
  { falsePositiveRate: 1, truePositiveRate: 1 },
];

it("begins at the lower left and ends at the upper right", () => {
  expect(rocPolyline(points, 100)).toBe("0,100 0,75 12.5,25 100,0");
});

it("reads the curve between its points", () => {
  expect(truePositiveRateAt(points, 0)).toBe(0.25);
  expect(truePositiveRateAt(points, 0.0625)).toBe(0.5);
  expect(truePositiveRateAt(points, 1)).toBe(1);
  expect(truePositiveRateAt(points.slice(0, 3), 0.5)).toBeUndefined();
  expect(truePositiveRateAt([], 0.5)).toBeUndefined();
});

it("finds where the model decides", () => {
  expect(
    operatingPoint([
      [90, 10],
      [5, 15],
    ]),
  ).toEqual({ falsePositiveRate: 0.1, truePositiveRate: 0.75 });
  expect(
    operatingPoint([
      [3, 1],
      [0, 0],
    ]),
  ).toBeUndefined();
  expect(
    operatingPoint([
      [3, 1, 1],
      [1, 3, 1],
      [1, 1, 3],
    ]),
  ).toBeUndefined();
});
