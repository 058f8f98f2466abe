import { expect, it } from "vitest";
import { listWindow } from "./list-window.js";

const LAYOUT = { numRows: 1_000, rowHeight: 10, open: [], openHeight: 100 };

it("shows what can be seen, and a little around it", () => {
  expect(listWindow(LAYOUT, { top: 0, height: 100 })).toEqual({ first: 0, end: 19, top: 0, height: 10_000 });
  expect(listWindow(LAYOUT, { top: 5_000, height: 100 })).toEqual({
    first: 492,
    end: 519,
    top: 4_920,
    height: 10_000,
  });
  expect(listWindow(LAYOUT, { top: 99_000, height: 100 }).end).toBe(1_000);
});

it("leaves room for rows that are open", () => {
  const layout = { ...LAYOUT, open: [2, 20] };
  expect(listWindow(layout, { top: 0, height: 100 })).toMatchObject({ first: 0, end: 11, height: 10_200 });
  const below = listWindow(layout, { top: 500, height: 100 });
  expect(below).toMatchObject({ first: 22, end: 49, top: 22 * 10 + 200 });
  expect(listWindow(layout, { top: 125, height: 10 }).first).toBe(0);
});
