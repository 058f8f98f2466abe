import type { Addend, Band, Bands, ExactSumOptions } from "../exact-sum.js";

/** Adding it rounds a float64 below 2^51 to an integer. */
const ROUND = 1.5 * 2 ** 52;
/** A rounded addend is kept in two halves, so that each sum stays below 2^53 and exact. */
const HALF = 2 ** 26;

const word = new DataView(new ArrayBuffer(4));

/** Bands in plain arrays: 16 bytes an element and band. */
export function createPlainBands({ size, origin }: ExactSumOptions): Bands {
  function maxAbsBits(held: () => Float32Array, fromOrigin: boolean): number {
    const values = held();
    let max = 0;
    for (let i = 0; i < size; i += 1) {
      const value = values[i] as number;
      const magnitude = Math.abs(fromOrigin ? Math.fround(value - originOf(i)) : value);
      // A comparison that NaN fails too.
      if (!(magnitude <= max)) {
        max = magnitude;
        if (!Number.isFinite(max)) break;
      }
    }
    word.setFloat32(0, max);
    return word.getInt32(0) & 0x7fffffff;
  }

  function originOf(i: number): number {
    if (!origin) throw new RangeError("origin: expected one, because an addend is a difference from it");
    return origin[i] as number;
  }

  return {
    hold: (values) => () => values,
    maxAbsBits,
    create(): Band {
      const high = new Float64Array(size);
      const low = new Float64Array(size);
      const fold = (addend: Addend, sign: 1 | -1) => {
        const { fromOrigin, scale } = addend;
        const values = addend.values();
        for (let i = 0; i < size; i += 1) {
          const value = fromOrigin ? (values[i] as number) - originOf(i) : (values[i] as number);
          const rounded = value * scale + ROUND - ROUND;
          const upper = Math.floor(rounded / HALF);
          high[i] = (high[i] as number) + sign * upper;
          low[i] = (low[i] as number) + sign * (rounded - upper * HALF);
        }
      };
      return {
        add(addend) {
          const bits = maxAbsBits(addend.values, addend.fromOrigin);
          if (bits <= addend.maxBits) fold(addend, 1);
          return bits;
        },
        remove: (addend) => fold(addend, -1),
        addTotalsTo(out, { quantum, isFirst }) {
          for (let i = 0; i < size; i += 1) {
            const before = isFirst ? 0 : (out[i] as number);
            out[i] = before + ((high[i] as number) * HALF + (low[i] as number)) * quantum;
          }
        },
        snapshot: () =>
          BigInt64Array.from(
            { length: size },
            (_, i) => BigInt(high[i] as number) * BigInt(HALF) + BigInt(low[i] as number),
          ),
        merge(totals) {
          for (let i = 0; i < size; i += 1) {
            const total = totals[i] as bigint;
            const upper = total >> 26n;
            high[i] = (high[i] as number) + Number(upper);
            low[i] = (low[i] as number) + Number(total - (upper << 26n));
          }
        },
        release() {},
      };
    },
    release() {},
  };
}
