import { StrategyError } from "../errors.js";

/** Largest float16. A magnitude below 65,520 is rounded to it at most. */
export const FLOAT16_MAX = 65_504;

/** Magnitude bits of float32 from which rounding to float16 gives infinity: 65,520. */
const OVERFLOW_BITS = 0x477ff000;
/** Magnitude bits of 2^-14, the smallest normal float16. */
const NORMAL_BITS = 0x38800000;

/**
 * Rounds to IEEE 754 half precision, to nearest and ties to even, with subnormals: relative error at most 2^-11 from
 * 2^-14 up, absolute error at most 2^-25 below, so that magnitudes of 3e-8 and less become 0.
 *
 * Overflow is refused, not clamped: a clamped update is another update, and nobody would be told.
 * @throws StrategyError `wrong_update` for a magnitude of 65,520 and above, infinity or NaN.
 */
export function encodeFloat16(values: Float32Array): Uint16Array {
  const halves = new Uint16Array(values.length);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const end = roundToHalves(bits, halves);
  if (end < values.length) {
    throw new StrategyError(
      "wrong_update",
      `values[${end}]: expected a magnitude below 65520 (float16), got ${values[end]}`,
    );
  }
  return halves;
}

/** The float32 values of IEEE 754 half precision bits: exact. */
export function decodeFloat16(halves: Uint16Array): Float32Array {
  const values = new Float32Array(halves.length);
  lookUp(halves, decodingTable(), values);
  return values;
}

/** Returns the index of the first value that has no half, or the number of values. */
function roundToHalves(bits: Uint32Array, halves: Uint16Array): number {
  for (let i = 0; i < bits.length; i += 1) {
    const word = bits[i] as number;
    const magnitude = word & 0x7fffffff;
    if (magnitude >= OVERFLOW_BITS) return i;
    const half =
      magnitude >= NORMAL_BITS
        ? // A carry out of the fraction moves into the exponent, which is what rounding up means there.
          (magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13
        : subnormalHalf(magnitude);
    halves[i] = ((word >>> 16) & 0x8000) | half;
  }
  return bits.length;
}

function subnormalHalf(magnitude: number): number {
  const shift = 126 - (magnitude >>> 23);
  if (shift > 24) return 0;
  const fraction = (magnitude & 0x7fffff) | 0x800000;
  const half = fraction >>> shift;
  const rest = fraction & ((1 << shift) - 1);
  const middle = 1 << (shift - 1);
  return rest > middle || (rest === middle && (half & 1) === 1) ? half + 1 : half;
}

function lookUp(halves: Uint16Array, table: Float32Array, values: Float32Array): void {
  for (let i = 0; i < halves.length; i += 1) values[i] = table[halves[i] as number] as number;
}

let table: Float32Array | undefined;

/** All 65,536 values (256 KiB), made on first use: a look-up is several times as fast as taking bits apart. */
function decodingTable(): Float32Array {
  table ??= Float32Array.from({ length: 1 << 16 }, (_, half) => valueOfHalf(half));
  return table;
}

function valueOfHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
