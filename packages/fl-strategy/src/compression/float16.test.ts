import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFloat16, encodeFloat16, FLOAT16_MAX } from "./float16.js";

const all = Uint16Array.from({ length: 1 << 16 }, (_, half) => half);
const isUsable = (half: number) => (half & 0x7c00) !== 0x7c00;
const encode = (value: number) => encodeFloat16(Float32Array.of(value))[0]!;
/** Equality of long vectors by their bytes: a comparison element by element would take seconds. */
const same = (a: ArrayBufferView, b: ArrayBufferView) => {
  const bytes = (of: ArrayBufferView) => new Uint8Array(of.buffer, of.byteOffset, of.byteLength);
  const [x, y] = [bytes(a), bytes(b)];
  return x.length === y.length && x.every((byte, i) => byte === y[i]);
};
const view = new DataView(new ArrayBuffer(4));
/** The float32 next to a positive one. */
const neighbour = (value: number, step: 1 | -1) => {
  view.setFloat32(0, value);
  view.setUint32(0, view.getUint32(0) + step);
  return view.getFloat32(0);
};

describe("float16", () => {
  it("has the values that the standard's tables name", () => {
    const known: [number, number][] = [
      [0x0000, 0],
      [0x8000, -0],
      [0x0001, 2 ** -24],
      [0x03ff, 1023 * 2 ** -24],
      [0x0400, 2 ** -14],
      [0x3555, 0.333251953125],
      [0x3c00, 1],
      [0x3c01, 1 + 2 ** -10],
      [0xc000, -2],
      [0x7bff, FLOAT16_MAX],
      [0x7c00, Infinity],
      [0xfc00, -Infinity],
      [0x7e00, Number.NaN],
    ];
    for (const [half, value] of known) expect(decodeFloat16(Uint16Array.of(half))[0]).toBe(value);
    expect(encode(1 / 3)).toBe(0x3555);
  });

  it("decodes and encodes every finite pattern to itself, and rising ones to rising values", () => {
    const finite = all.filter(isUsable);
    expect(finite.length).toBe(63_488);
    const values = decodeFloat16(finite);
    expect(same(encodeFloat16(values), finite)).toBe(true);
    const positive = decodeFloat16(all.subarray(0, 0x7c01));
    for (let half = 1; half < positive.length; half += 1) {
      if (!(positive[half]! > positive[half - 1]!)) expect.fail(`pattern ${half} does not rise`);
    }
    const unusable = decodeFloat16(all.filter((half) => !isUsable(half)));
    expect(unusable.some(Number.isFinite)).toBe(false);
  });

  it("rounds to nearest and ties to even, between all neighbours", () => {
    const positive = decodeFloat16(all.subarray(0, 0x7c00));
    const middles = Float32Array.from(positive.subarray(1), (value, below) => (value + positive[below]!) / 2);
    const toEven = Uint16Array.from(middles, (_, below) => below + (below & 1));
    const encoded = (change: (middle: number) => number) => encodeFloat16(middles.map(change));
    expect(
      same(
        encoded((middle) => middle),
        toEven,
      ),
    ).toBe(true);
    expect(
      same(
        encoded((middle) => -middle),
        toEven.map((half) => half | 0x8000),
      ),
    ).toBe(true);
    const above = encoded((middle) => neighbour(middle, 1));
    expect(
      same(
        above,
        toEven.map((_, below) => below + 1),
      ),
    ).toBe(true);
    const under = encoded((middle) => neighbour(middle, -1));
    expect(
      same(
        under,
        toEven.map((_, below) => below),
      ),
    ).toBe(true);
  });

  it("stays within its error bound for any float32 in range", () => {
    fc.assert(
      fc.property(fc.float({ min: Math.fround(-65_519), max: Math.fround(65_519), noNaN: true }), (value) => {
        const back = decodeFloat16(encodeFloat16(Float32Array.of(value)))[0]!;
        expect(Math.abs(back - value)).toBeLessThanOrEqual(Math.max(Math.abs(value) * 2 ** -11, 2 ** -25));
      }),
    );
  });

  it("refuses what would overflow instead of clamping it", () => {
    expect(encode(neighbour(65_520, -1))).toBe(0x7bff);
    for (const value of [65_520, -65_520, 1e38, Infinity, -Infinity, Number.NaN]) {
      expect(() => encodeFloat16(Float32Array.of(1, value))).toThrow(
        `values[1]: expected a magnitude below 65520 (float16), got ${Math.fround(value)}`,
      );
    }
  });
});
