import { expect, it } from "vitest";
import type { ChartLine } from "./chart-props.js";
import { plotData } from "./plot-data.js";

const line = (key: string, x: number[], y: (number | null)[]): ChartLine => ({
  key,
  label: key,
  colour: "train",
  x,
  y,
});
const numbers = (length: number) => Array.from({ length }, (_, index) => index);
const whole = { bands: [], range: [0, 100] as const, width: 20, isLog: false };

it("draws every point while there is room, with gaps for what is not a number", () => {
  const { sheet, numDrawn, numPoints } = plotData({
    ...whole,
    lines: [line("a", [1, 2, 3, 4], [1, Number.NaN, Number.POSITIVE_INFINITY, null])],
  });
  expect(sheet).toEqual({ x: [1, 2, 3, 4], columns: [[1, null, null, null]] });
  expect([numDrawn, numPoints]).toEqual([4, 4]);
});

it("draws a choice of too many points, and each of them once the range is small", () => {
  const lines = [line("a", numbers(101), numbers(101))];
  const thinned = plotData({ ...whole, lines, width: 10 });
  expect(thinned.numDrawn).toBeLessThan(50);
  expect(thinned.numPoints).toBe(101);
  const close = plotData({ ...whole, lines, width: 10, range: [50, 60] });
  expect(close.sheet.x).toEqual(
    [49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61].slice(0, close.sheet.x.length),
  );
  expect([close.numDrawn, close.numPoints]).toEqual([11, 11]);
});

it("says how many points there are where the server chose", () => {
  const chosen = { ...line("a", [1, 2], [3, 4]), numPoints: 5_000 };
  expect(plotData({ ...whole, lines: [chosen] })).toMatchObject({ numDrawn: 2, numPoints: 5_000 });
});

it("leaves out of a logarithmic scale what has no place on it", () => {
  const { sheet } = plotData({ ...whole, isLog: true, lines: [line("a", [1, 2, 3], [1, 0, -1])] });
  expect(sheet.columns).toEqual([[1, null, null]]);
});

it("has the edges of bands before the lines", () => {
  const x = [1, 2];
  const band = { key: "b", label: "clients", colour: "train" as const, x, low: [0, 1], high: [5, 6] };
  const { sheet } = plotData({ ...whole, bands: [band], lines: [line("a", [2, 3], [7, 8])] });
  expect(sheet).toEqual({
    x: [1, 2, 3],
    columns: [
      [0, 1, undefined],
      [5, 6, undefined],
      [undefined, 7, 8],
    ],
  });
});
