import { expect, it } from "vitest";
import { activationImage } from "./activation-image.js";

const of = (map: number[], side: number, to: number) => [
  ...activationImage(Float32Array.from(map), { height: side, width: side }, { height: to, width: to }),
];

it("is the map itself at the map's size, brightest where it is largest, 0 where it is negative", () => {
  expect(of([1, 2, -3, 4], 2, 2)).toEqual([64, 128, 0, 255]);
});

it("is bilinear between the centres of the places, and flat beyond them", () => {
  // Across: 0, 0.25, 0.75, 1 of the way.
  const row = [0, 64, 191, 255];
  expect(of([0, 4, 0, 4], 2, 4)).toEqual([row, row, row, row].flat());
});

it("keeps the order of rows and columns where they are not equally many", () => {
  const image = activationImage(
    Float32Array.of(0, 0, 1, 0, 0, 0),
    { height: 2, width: 3 },
    { height: 4, width: 6 },
  );
  expect(image.indexOf(255)).toBe(5);
  expect(image[23]).toBeLessThan(255);
});

it("is dark where nothing speaks for the class", () => {
  expect(of([-1, -2, 0, -1], 2, 2)).toEqual([0, 0, 0, 0]);
  expect(of([Number.NaN, 1, 1, 1], 2, 2)).toEqual([0, 0, 0, 0]);
});
