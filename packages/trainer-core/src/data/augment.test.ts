import { type RandomStream, randomStream } from "@fedloom/fl-strategy";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AugmentOptions, augmentImage, requireAugmentOptions } from "./augment.js";

/** Gives the same integers and uniform numbers again and again, and tells how many were taken. */
function fixedStream(integers: number[], uniforms: number[] = []): RandomStream & { taken: string[] } {
  const taken: string[] = [];
  return {
    ...randomStream(1),
    taken,
    integer: (limit) => {
      taken.push(`integer ${limit}`);
      return integers.shift() as number;
    },
    uniform: () => {
      taken.push("uniform");
      return uniforms.shift() as number;
    },
  };
}

function augmented(image: number[], sampleShape: number[], options: AugmentOptions, random: RandomStream) {
  const values = Float32Array.from(image);
  augmentImage(values, new Float32Array(image.length + 3), { sampleShape, options, random });
  return [...values];
}

describe("augmentImage", () => {
  const image = [1, 2, 3, 4, 5, 6, 7, 8, 9];

  it("moves down and right, and repeats the border", () => {
    const moved = augmented(image, [3, 3, 1], { maxShift: 1 }, fixedStream([2, 2]));
    expect(moved).toEqual([1, 1, 2, 1, 1, 2, 4, 4, 5]);
    const back = augmented(image, [3, 3, 1], { maxShift: 1 }, fixedStream([0, 1]));
    expect(back).toEqual([4, 5, 6, 7, 8, 9, 7, 8, 9]);
  });

  it("mirrors whole pixels, after moving", () => {
    const pixels = [1, 10, 2, 20, 3, 30];
    expect(augmented(pixels, [1, 3, 2], { flipHorizontal: true }, fixedStream([1]))).toEqual([
      3, 30, 2, 20, 1, 10,
    ]);
    expect(augmented(pixels, [1, 3, 2], { flipHorizontal: true }, fixedStream([0]))).toEqual(pixels);
    const both = { maxShift: 1, flipHorizontal: true };
    expect(augmented([1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 3, 1], both, fixedStream([1, 2, 1]))).toEqual([
      2, 1, 1, 5, 4, 4, 8, 7, 7,
    ]);
  });

  it("adds brightness and spreads around the mean", () => {
    expect(augmented([0, 0.5, 1], [1, 3, 1], { maxBrightness: 0.5 }, fixedStream([], [0.75]))).toEqual([
      0.25, 0.75, 1.25,
    ]);
    expect(augmented([0, 0.5, 1], [1, 3, 1], { maxContrast: 0.5 }, fixedStream([], [0]))).toEqual([
      0.25, 0.5, 0.75,
    ]);
  });

  it("draws in one order, and nothing for what is off", () => {
    const random = fixedStream([1, 1, 0], [0.5, 0.5]);
    augmented(
      image,
      [3, 3, 1],
      { maxShift: 1, flipHorizontal: true, maxBrightness: 1, maxContrast: 1 },
      random,
    );
    expect(random.taken).toEqual(["integer 3", "integer 3", "integer 2", "uniform", "uniform"]);
    const none = fixedStream([]);
    expect(augmented(image, [3, 3, 1], {}, none)).toEqual(image);
    expect(none.taken).toEqual([]);
  });

  it("moves as a copy from the nearest pixel does, whatever the image and the way", () => {
    const side = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(side, side, fc.integer({ min: 1, max: 3 }), fc.nat(), (height, width, channels, seed) => {
        const maxShift = Math.min(height, width) - 1;
        const values = Array.from({ length: height * width * channels }, (_, i) => i);
        const draws = randomStream(seed);
        const [down, right] = [0, 1].map(() =>
          maxShift > 0 ? draws.integer(2 * maxShift + 1) - maxShift : 0,
        ) as [number, number];
        const nearest = (place: number, size: number) => Math.min(size - 1, Math.max(0, place));
        const expected = values.map((_, i) => {
          const [row, column] = [Math.floor(i / channels / width), Math.floor(i / channels) % width];
          return (
            (nearest(row - down, height) * width + nearest(column - right, width)) * channels + (i % channels)
          );
        });
        expect(augmented(values, [height, width, channels], { maxShift }, randomStream(seed))).toEqual(
          expected,
        );
      }),
    );
  });

  it("keeps every value inside the image's range when it only moves and mirrors", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 6 }),
        fc.integer({ min: 2, max: 6 }),
        fc.integer({ min: 1, max: 3 }),
        fc.nat(),
        (height, width, channels, seed) => {
          const size = height * width * channels;
          const values = Array.from({ length: size }, (_, i) => i);
          const options = { maxShift: 1, flipHorizontal: true };
          const result = augmented(values, [height, width, channels], options, randomStream(seed));
          // Channels never mix, and nothing is invented.
          for (const [i, value] of result.entries()) expect(value % channels).toBe(i % channels);
          expect(result.every((value) => Number.isInteger(value) && value >= 0 && value < size)).toBe(true);
        },
      ),
    );
  });
});

describe("requireAugmentOptions", () => {
  it.each<[AugmentOptions, number[], string]>([
    [{ maxShift: 1 }, [784], "augment.maxShift: expected images of height, width and channels, got [784]"],
    [
      { flipHorizontal: true },
      [4],
      "augment.flipHorizontal: expected images of height, width and channels, got [4]",
    ],
    [{ maxShift: 3 }, [3, 5, 1], "augment.maxShift: expected an integer in [0, 2], got 3"],
    [{ maxShift: 0.5 }, [3, 5, 1], "augment.maxShift: expected an integer in [0, 2], got 0.5"],
    [
      { maxBrightness: Number.NaN },
      [3, 5, 1],
      "augment.maxBrightness: expected a finite number >= 0, got NaN",
    ],
    [{ maxContrast: 2 }, [3, 5, 1], "augment.maxContrast: expected a number in [0, 1], got 2"],
    [
      { flipHorizontal: "yes" as unknown as boolean },
      [3, 5, 1],
      "augment.flipHorizontal: expected true or false, got yes",
    ],
  ])("refuses %j for %j", (options, sampleShape, message) => {
    expect(() => requireAugmentOptions(options, sampleShape)).toThrow(message);
  });

  it("passes numbers changed in brightness, and images changed in every way", () => {
    requireAugmentOptions({ maxBrightness: 0.1, maxContrast: 0.2 }, [30]);
    requireAugmentOptions({ maxShift: 2, flipHorizontal: true, maxBrightness: 0, maxContrast: 1 }, [3, 5, 1]);
  });
});
