import { expect, it } from "vitest";
import { thinColumns } from "./thin-columns.js";

const numbers = (length: number) => Array.from({ length }, (_, index) => index);
const flat = { range: [0, 1_000] as const, parts: 10, above: Number.NEGATIVE_INFINITY };

it("keeps the smallest, the largest and the last value of each part", () => {
  const x = numbers(1_000);
  const y = x.map((value) => (value === 537 ? 99 : value === 541 ? -99 : 1));
  const { x: rows, columns } = thinColumns([{ x, y }], flat);
  const inPart = rows.flatMap((at, row) => (at >= 500 && at < 600 ? [columns[0]?.[row]] : []));
  expect(inPart).toEqual([99, -99, 1]);
});

it("puts columns of different x over one, none further than a part from its place", () => {
  const slow = { x: [0, 250, 1_000], y: [1, 2, 3] };
  const fast = { x: numbers(1_001), y: numbers(1_001) };
  const { x, columns } = thinColumns([slow, fast], flat);
  for (const [own, column] of [slow, fast].map((line, index) => [line, columns[index] ?? []] as const)) {
    expect(column).toHaveLength(x.length);
    column.forEach((value, row) => {
      const at = own.x[own.y.indexOf(value as number)];
      if (value !== undefined && at !== undefined)
        expect(Math.abs(at - (x[row] as number))).toBeLessThanOrEqual(100);
    });
  }
  expect(columns[0]?.filter((value) => value !== undefined)).toEqual([1, 2, 3]);
});

it("leaves a gap where a part has nothing that can be drawn", () => {
  const x = numbers(1_000);
  const y = x.map((value) => (value >= 300 && value < 500 ? Number.NaN : value < 700 ? -1 : 5));
  const [all] = thinColumns([{ x, y }], flat).columns;
  expect(all?.filter((value) => value === null)).toHaveLength(2);
  const [logarithmic] = thinColumns([{ x, y }], { ...flat, above: 0 }).columns;
  expect(logarithmic?.filter((value) => value === null)).toHaveLength(7);
});

it("reaches the edges of a range that lies between points", () => {
  const { columns } = thinColumns([{ x: [0, 100], y: [0, 10] }], { ...flat, range: [25, 75] });
  expect([columns[0]?.[0], columns[0]?.at(-1)]).toEqual([2.5, 7.5]);
});
