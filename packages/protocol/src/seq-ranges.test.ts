import { describe, expect, it } from "vitest";
import { addSeq, hasSeq, type SeqRanges } from "./seq-ranges.js";

const from = (numbers: number[]) => numbers.reduce<SeqRanges>(addSeq, []);

describe("sequence ranges", () => {
  it("joins neighbours in any order", () => {
    expect(from([1, 2, 3])).toEqual([[1, 3]]);
    expect(from([3, 1, 2])).toEqual([[1, 3]]);
    expect(from([1, 2, 7, 5])).toEqual([
      [1, 2],
      [5, 5],
      [7, 7],
    ]);
    expect(from([1, 2, 7, 5, 6])).toEqual([
      [1, 2],
      [5, 7],
    ]);
  });

  it("gives back the same set for a number that is in it", () => {
    const ranges = from([4, 5]);
    expect(addSeq(ranges, 5)).toBe(ranges);
    expect(hasSeq(ranges, 6)).toBe(false);
  });

  it("stays bounded, and then takes the lowest gap as seen", () => {
    const ranges = from(Array.from({ length: 2_000 }, (_, index) => index * 2));
    expect(ranges.length).toBe(512);
    expect(hasSeq(ranges, 1)).toBe(true);
    expect(hasSeq(ranges, 3_997)).toBe(false);
  });
});
