import { expect, it } from "vitest";
import { readOut, stepFrom } from "./read-out.js";

const lines = [
  { x: [1, 2, 3], y: [10, 20, 30] },
  { x: [1, 10], y: [5, null] },
];

it("tells the values at the point that is closest", () => {
  expect(readOut(lines, 2.2, 0.4)).toEqual({ x: 2, values: [20, undefined] });
  expect(readOut(lines, 0, 0.4)).toEqual({ x: 1, values: [10, 5] });
  expect(readOut(lines, 8, 0.4)).toEqual({ x: 10, values: [undefined, null] });
});

it("tells nothing of no lines", () => {
  expect(readOut([], 1, 1)).toBeUndefined();
});

it("goes from point to point of all lines, and stops at the ends", () => {
  expect(stepFrom(lines, 3, 1)).toBe(10);
  expect(stepFrom(lines, 10, -2)).toBe(2);
  expect(stepFrom(lines, 2, 50)).toBe(10);
  expect(stepFrom(lines, Number.NEGATIVE_INFINITY, 1)).toBe(1);
});
