import { describe, expect, it } from "vitest";
import { standardizeImage } from "./standardize-image.js";

function standardized(values: number[]): number[] {
  const image = Float32Array.from(values);
  standardizeImage(image);
  return [...image];
}

describe("standardizeImage", () => {
  it("gives mean 0 and deviation 1", () => {
    expect(standardized([0, 0, 1, 1])).toEqual([-1, -1, 1, 1].map((value) => expect.closeTo(value, 2)));
  });

  it("makes exposure and contrast irrelevant", () => {
    const image = [0.1, 0.4, 0.2, 0.8, 0.6];
    const other = standardized(image.map((value) => 0.5 * value + 0.3));
    for (const [i, value] of standardized(image).entries()) expect(other[i]).toBeCloseTo(value, 1);
  });

  it("leaves an image of one colour at 0", () => {
    expect(standardized([0.5, 0.5, 0.5])).toEqual([0, 0, 0]);
  });
});
