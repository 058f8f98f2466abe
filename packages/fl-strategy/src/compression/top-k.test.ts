import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomStream } from "../random.js";
import { topK } from "./top-k.js";

/** The definition: a stable sort by magnitude, then the first k in ascending order of index. */
const bySorting = (values: Float32Array, k: number) =>
  [...values.keys()]
    .sort((a, b) => Math.abs(values[b]!) - Math.abs(values[a]!) || a - b)
    .slice(0, k)
    .sort((a, b) => a - b);

describe("topK", () => {
  it("takes the largest magnitudes of either sign, in ascending order of index", () => {
    expect([...topK(Float32Array.of(0.5, -0.1, 0.05, -0.9, 0.2), 2)]).toEqual([0, 3]);
    expect([...topK(Float32Array.of(1, -2, 3), 3)]).toEqual([0, 1, 2]);
    expect([...topK(Float32Array.of(1, -2, 3), 0)]).toEqual([]);
    expect([...topK(new Float32Array(), 0)]).toEqual([]);
  });

  it("takes the lowest indices of equal magnitudes, whatever their sign and for zeros too", () => {
    expect([...topK(Float32Array.of(1, 2, -2, 2, -2), 2)]).toEqual([1, 2]);
    expect([...topK(Float32Array.of(0, -0, 5, 0), 3)]).toEqual([0, 1, 2]);
  });

  it("is what sorting gives, for any float32 but NaN", () => {
    const values = fc
      .array(
        fc.oneof(
          fc.float({ noNaN: true }),
          fc.integer({ min: -3, max: 3 }),
          fc.constantFrom(1e-45, -1e-45, 2e-45),
        ),
        { minLength: 1, maxLength: 200 },
      )
      .map((list) => Float32Array.from(list));
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (some, share) => {
        const k = Math.round(share * some.length);
        expect([...topK(some, k)]).toEqual(bySorting(some, k));
      }),
    );
  });

  it("tells apart magnitudes that differ in their last bit only, and looks at its own part of a buffer", () => {
    const random = randomStream(1, "top-k");
    const close = new Float32Array(new Float32Array(3003).fill(9).buffer, 12, 3000);
    const bits = new Uint32Array(close.buffer, 12, 3000);
    for (let i = 0; i < bits.length; i += 1) bits[i] = 0x3f800000 + random.integer(70_000);
    for (const k of [1, 30, 1500, 2999]) expect([...topK(close, k)]).toEqual(bySorting(close, k));
  });

  it("ranks infinities above all and refuses NaN and a bad k", () => {
    expect([...topK(Float32Array.of(1, -Infinity, 3e38), 1)]).toEqual([1]);
    expect(() => topK(Float32Array.of(1, Number.NaN), 1)).toThrow("values[1]: expected a number, got NaN");
    for (const k of [-1, 3, 0.5, Number.NaN]) {
      expect(() => topK(Float32Array.of(1, 2), k)).toThrow(`k: expected an integer in [0, 2], got ${k}`);
    }
  });
});
