import { expect, it } from "vitest";
import { inspectLines } from "./inspect-lines.js";

const line = (...y: (number | null)[]) => ({
  key: "a",
  label: "a",
  colour: "train" as const,
  x: y.map((_, i) => i),
  y,
});

it("counts what is not a number, which a gap is not", () => {
  const lines = [line(1, Number.NaN, null), line(Number.POSITIVE_INFINITY, 2)];
  expect(inspectLines(lines)).toEqual({ numNotFinite: 2, isPositive: true });
});

it("knows whether a logarithmic scale can show all values", () => {
  expect(inspectLines([line(0, 1)]).isPositive).toBe(false);
  expect(inspectLines([line(null)]).isPositive).toBe(false);
});
