import { type RandomStream, randomStream } from "@fedloom/fl-strategy";
import { describe, expect, it } from "vitest";
import { shiftImage } from "./shift-image.js";

/** A stream whose integers are these, in this order. */
function draws(...values: number[]): RandomStream {
  return { ...randomStream(1), integer: () => values.shift() ?? Number.NaN };
}

function shifted(image: number[], sampleShape: [number, number, number], random: RandomStream, maxShift = 1) {
  const target = new Float32Array(image.length);
  shiftImage(target, Float32Array.from(image), { sampleShape, maxShift, random });
  return [...target];
}

const square = [1, 2, 3, 4, 5, 6, 7, 8, 9];

describe("shiftImage", () => {
  it("moves down, then right, and repeats the edge", () => {
    expect(shifted(square, [3, 3, 1], draws(1, 1))).toEqual(square);
    expect(shifted(square, [3, 3, 1], draws(2, 1))).toEqual([1, 2, 3, 1, 2, 3, 4, 5, 6]);
    expect(shifted(square, [3, 3, 1], draws(1, 0))).toEqual([2, 3, 3, 5, 6, 6, 8, 9, 9]);
  });

  it("moves each channel with its pixel", () => {
    expect(shifted([1, 10, 2, 20], [1, 2, 2], draws(1, 0))).toEqual([2, 20, 2, 20]);
  });

  it("reaches every distance up to the largest, and none at all with 0", () => {
    expect(shifted(square, [3, 3, 1], randomStream(1), 0)).toEqual(square);
    const random = randomStream(1);
    const line = [0, 1, 2, 3, 4, 5, 6, 7, 8];
    const middles = new Set(Array.from({ length: 200 }, () => shifted(line, [1, 9, 1], random, 3)[4]));
    expect([...middles].sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });
});
