import { expect, it } from "vitest";
import { FIRST_SHADE, looksOfLane, NUM_SHADES, roundsOfPixels } from "./cell-looks.js";
import { cellState } from "./cell-state.js";
import type { CellColumn } from "./cell-store.js";

const column = (state: number, value = 0) => ({
  states: Uint8Array.of(state),
  values: Float32Array.of(value),
});
const { ok, failed, rejected, timeout, unknown, absent } = cellState;
const looks = (columns: (CellColumn | undefined)[], numPixels: number, lane = 0) => {
  const into = { columns, longestMs: 10, looks: new Uint8Array(numPixels) };
  looksOfLane(lane, roundsOfPixels(0, columns.length / numPixels, numPixels), into);
  return [...into.looks];
};
const longest = FIRST_SHADE + NUM_SHADES - 1;

it("shows a single problem among many rounds, the worst of several", () => {
  const fine = Array.from({ length: 50 }, () => column(ok, 10));
  expect(looks([...fine, ...fine], 2)).toEqual([longest, longest]);
  const one = [...fine, ...fine].with(70, column(rejected)).with(71, column(timeout));
  expect(looks(one, 2)).toEqual([longest, rejected]);
  expect(looks(one.with(99, column(failed)), 2)).toEqual([longest, failed]);
});

it("shows the longest of rounds that went well", () => {
  expect(looks([column(ok, 0), column(ok, 10), column(ok, 0), column(ok, 0)], 2)).toEqual([
    longest,
    FIRST_SHADE,
  ]);
});

it("gives a wide round all its pixels", () => {
  expect(looks([column(failed), column(ok, 0)], 6)).toEqual([
    failed,
    failed,
    failed,
    FIRST_SHADE,
    FIRST_SHADE,
    FIRST_SHADE,
  ]);
});

it("knows what is not read from what was not done", () => {
  expect(looks([undefined, column(absent)], 2)).toEqual([unknown, absent]);
  expect(looks([column(ok)], 1, 3)).toEqual([absent]);
});
