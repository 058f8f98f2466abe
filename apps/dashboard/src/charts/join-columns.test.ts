import { expect, it } from "vitest";
import { joinColumns } from "./join-columns.js";

it("leaves lines over the same x as they are, whichever array it is in", () => {
  const [one, other] = [
    [1, 2],
    [3, null],
  ];
  const joined = joinColumns([
    { x: [1, 2], y: one },
    { x: [1, 2], y: other },
  ]);
  expect(joined).toEqual({ x: [1, 2], columns: [one, other] });
  expect(joined.columns[0]).toBe(one);
});

it("tells a gap of a line from an x that only another line has", () => {
  expect(
    joinColumns([
      { x: [1, 3], y: [10, null] },
      { x: [2, 3, 4], y: [20, 30, 40] },
      { x: [1, 3], y: [11, 33] },
    ]),
  ).toEqual({
    x: [1, 2, 3, 4],
    columns: [
      [10, undefined, null, undefined],
      [undefined, 20, 30, 40],
      [11, undefined, 33, undefined],
    ],
  });
});

it("has nothing of no lines", () => {
  expect(joinColumns([])).toEqual({ x: [], columns: [] });
});
