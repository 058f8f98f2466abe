import { describe, expect, it } from "vitest";
import { randomStream } from "../random.js";
import { quantizeQsgd } from "./qsgd.js";
import { dequantizeBlocks } from "./stochastic-levels.js";

const example = Float32Array.of(0.6, -0.8, 0, 0.1);

describe("quantizeQsgd", () => {
  it("draws the levels of the hand example with their probabilities", () => {
    const random = randomStream(1, "qsgd");
    const draws = 20_000;
    const upper = [0, 0, 0, 0];
    for (let draw = 0; draw < draws; draw += 1) {
      const { levels } = quantizeQsgd(example, { random, levels: 4 });
      for (const [i, lower] of [2, 3, 0, 0].entries()) {
        const above = Math.abs(levels[i]!) - lower;
        expect(above === 0 || above === 1).toBe(true);
        upper[i]! += above;
      }
      expect(levels[1]).toBeLessThan(0);
    }
    // Four standard errors are 0.014.
    for (const [i, probability] of [0.388089, 0.184119, 0, 0.398015].entries()) {
      expect(Math.abs(upper[i]! / draws - probability)).toBeLessThan(0.014);
    }
  });

  it("has multiples of norm / s, block by block, and zeros stay zeros", () => {
    const values = Float32Array.of(3, 4, 0, 0, 0, 5);
    const blocks = quantizeQsgd(values, { random: randomStream(2), levels: 5, blockSize: 2 });
    expect([...blocks.scales]).toEqual([1, 0, 1]);
    expect([...dequantizeBlocks(blocks)]).toEqual([3, 4, 0, 0, 0, 5]);
  });

  it("refuses bad options and values that are not finite", () => {
    const random = randomStream(3);
    for (const levels of [0, 128, 1.5, Number.NaN]) {
      expect(() => quantizeQsgd(example, { random, levels })).toThrow(
        `levels: expected an integer in [1, 127], got ${levels}`,
      );
    }
    expect(() => quantizeQsgd(Float32Array.of(1, Number.NaN), { random })).toThrow(
      "values[1]: expected a finite number, got NaN",
    );
  });
});
