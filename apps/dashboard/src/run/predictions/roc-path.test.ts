import { expect, it } from "vitest";
import { operatingPoint, rocPath } from "./roc-path.js";

it("begins at the lower left and ends at the upper right", () => {
  const corners = [
    { falsePositiveRate: 0, truePositiveRate: 0 },
    { falsePositiveRate: 0.125, truePositiveRate: 0.75 },
    { falsePositiveRate: 1, truePositiveRate: 1 },
  ];
  expect(rocPath(corners, 100)).toBe("M0 100L12.5 25L100 0");
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
});
