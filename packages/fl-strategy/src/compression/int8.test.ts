import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomStream } from "../random.js";
import { quantizeInt8 } from "./int8.js";
import { dequantizeBlocks } from "./stochastic-levels.js";

const random = (seed: number) => randomStream(seed, "int8");
const anyFloat = fc.float({ min: Math.fround(-1e30), max: Math.fround(1e30), noNaN: true });

describe("quantizeInt8", () => {
  it("keeps the largest magnitude of a block and gives multiples of its scale", () => {
    const { scales, levels, blockSize } = quantizeInt8(Float32Array.of(-127, 3, 50, 0), {
      random: random(1),
    });
    expect([blockSize, ...scales, ...levels]).toEqual([2048, 1, -127, 3, 50, 0]);
  });

  it("is less than one scale away from any value, in blocks of any size", () => {
    const vectors = fc.array(fc.oneof(anyFloat, fc.constantFrom(0, 1e-45, -1e-45, 3e-39)), { maxLength: 60 });
    fc.assert(
      fc.property(vectors, fc.integer({ min: 1, max: 70 }), fc.nat(), (list, blockSize, seed) => {
        const values = Float32Array.from(list);
        const blocks = quantizeInt8(values, { random: random(seed), blockSize });
        expect(blocks.scales.length).toBe(Math.ceil(values.length / blockSize));
        for (const [i, value] of values.entries()) {
          const scale = blocks.scales[Math.floor(i / blockSize)]!;
          const error = Math.abs(blocks.levels[i]! * scale - value);
          expect(error === 0 || error < scale).toBe(true);
        }
      }),
    );
  });

  it("is the value on average, over places and over draws", () => {
    const values = new Float32Array(20_000).fill(0.3);
    values[0] = 127;
    const levels = quantizeInt8(values, { random: random(2), blockSize: values.length }).levels.subarray(1);
    // Bernoulli(0.3): the standard error of the mean is 0.0032
    expect(Math.abs(levels.reduce((sum, level) => sum + level, 0) / levels.length - 0.3)).toBeLessThan(0.013);
    const stream = random(3);
    let sum = 0;
    for (let draw = 0; draw < 20_000; draw += 1) {
      sum += quantizeInt8(Float32Array.of(127, -42.7), { random: stream }).levels[1]!;
    }
    expect(Math.abs(sum / 20_000 + 42.7)).toBeLessThan(0.013);
  });

  it("rounds equal values of different blocks independently", () => {
    const values = Float32Array.from({ length: 2000 }, (_, i) => (i % 1000 === 0 ? 127 : 0.5));
    const { levels } = quantizeInt8(values, { random: random(4), blockSize: 1000 });
    const equal = levels.subarray(0, 1000).filter((level, i) => level === levels[1000 + i]).length;
    expect(Math.abs(equal - 500)).toBeLessThan(80);
  });

  it("gives equal results for equal streams and others for other ones", () => {
    const values = Float32Array.from({ length: 100 }, (_, i) => Math.sin(i));
    const levels = (seed: number) => [...quantizeInt8(values, { random: random(seed) }).levels];
    expect(levels(5)).toEqual(levels(5));
    expect(levels(5)).not.toEqual(levels(6));
  });

  it("has scale 0 for zeros and no block for nothing", () => {
    const blocks = quantizeInt8(Float32Array.of(0, -0, 0, 4), { random: random(7), blockSize: 3 });
    expect(blocks.scales[0]).toBe(0);
    expect([...dequantizeBlocks(blocks)].map((value) => value + 0)).toEqual([0, 0, 0, expect.closeTo(4, 6)]);
    expect(quantizeInt8(new Float32Array(), { random: random(7) }).scales.length).toBe(0);
  });

  it("refuses values that are not finite, ones with no scale, and bad options", () => {
    const quantize = (values: number[], blockSize = 2) =>
      quantizeInt8(Float32Array.from(values), { random: random(8), blockSize });
    expect(() => quantize([1, 2, Number.NaN])).toThrow("values[2]: expected a finite number, got NaN");
    expect(() => quantize([1, -Infinity])).toThrow("values[1]: expected a finite number, got -Infinity");
    expect(() => quantize([1, 2, 3.4028234663852886e38])).toThrow("got one too large from index 2");
    for (const size of [0, 1.5, Number.NaN]) {
      expect(() => quantize([1], size)).toThrow(`blockSize: expected an integer >= 1, got ${size}`);
    }
  });
});
