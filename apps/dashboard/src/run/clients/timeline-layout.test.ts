import { expect, it } from "vitest";
import { hit, layoutOf, numberStep, scrollTo, xOf, yOf } from "./timeline-layout.js";

const box = { width: 1_168, height: 400, scrollLeft: 0, scrollTop: 0, maxRounds: 8_000, nameLength: 60 };

it("fits all rounds into the width", () => {
  const layout = layoutOf({ ...box, numRounds: 2_000, numLanes: 3, zoom: 0 });
  expect(layout).toMatchObject({ cellWidth: 0.5, fullWidth: 1_168, from: 1, to: 2_000, endLane: 3 });
  expect(layoutOf({ ...box, numRounds: 4, numLanes: 3, zoom: 0 }).cellWidth).toBe(28);
});

it("shows no more rounds at once than are kept", () => {
  const layout = layoutOf({ ...box, numRounds: 2_000, numLanes: 3, zoom: 0, maxRounds: 500 });
  expect(layout.cellWidth).toBe(2);
  expect(layout.to).toBe(500);
  expect(layout.fullWidth).toBe(4_168);
});

it("draws only what is seen of a large run", () => {
  const layout = layoutOf({
    ...box,
    numRounds: 1_000,
    numLanes: 1_000,
    zoom: 16,
    scrollLeft: 1_600,
    scrollTop: 1_800,
  });
  expect(layout).toMatchObject({ from: 101, to: 163, firstLane: 100, endLane: 121 });
  expect([layout.fullWidth, layout.fullHeight]).toEqual([16_168, 18_022]);
});

it("finds the cell under a point, and none beside the cells", () => {
  const layout = layoutOf({ ...box, numRounds: 100, numLanes: 50, zoom: 16, scrollLeft: 40, scrollTop: 90 });
  expect(hit(layout, xOf(7, layout) + 1, yOf(9, layout) + 1)).toEqual({ round: 7, place: 9 });
  expect(hit(layout, 20, yOf(9, layout) + 1)).toEqual({ round: undefined, place: 9 });
  expect(hit(layout, xOf(7, layout) + 1, 5)).toEqual({ round: 7, place: undefined });
});

it("scrolls no further than it must", () => {
  const layout = layoutOf({ ...box, numRounds: 1_000, numLanes: 1_000, zoom: 16 });
  expect(scrollTo(layout, 3, 2)).toEqual({ left: 0, top: 0 });
  expect(scrollTo(layout, 100, 100)).toEqual({ left: 1_600 - 1_000, top: 101 * 18 - 378 });
  const scrolled = layoutOf({ ...layout, scrollLeft: 5_000, scrollTop: 5_000 });
  expect(scrollTo(scrolled, 3, 2)).toEqual({ left: 32, top: 36 });
});

it.each([
  [28, 12, 1],
  [16, 1_000, 5],
  [8, 1_000, 5],
  [1, 1_000, 50],
  [0.1, 10_000, 500],
])("with cells of %f px and %i rounds numbers every %i", (cellWidth, numRounds, step) => {
  expect(numberStep({ cellWidth, numRounds })).toBe(step);
});
