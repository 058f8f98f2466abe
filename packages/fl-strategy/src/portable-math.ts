// ECMAScript leaves the last bits of Math.log and Math.exp to the engine. A seeded draw must not differ between
// Node and a browser, so these two use only + - * / and rounding, which IEEE 754 fixes exactly.

const LN2_HIGH = 0xb17217f8 / 2 ** 32; // 32 significant bits, so that k * LN2_HIGH is exact
const LN2_LOW = -4.2009150726810846e-11;
const SQRT_HALF = Math.SQRT1_2;

const view = new DataView(new ArrayBuffer(8));

/** Natural logarithm, bit-equal on every engine; within 2 units in the last place of the true value. */
export function portableLog(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  const scaled = x < 2.2250738585072014e-308;
  view.setFloat64(0, scaled ? x * 2 ** 54 : x);
  const high = view.getUint32(0);
  let exponent = (high >>> 20) - 1022 - (scaled ? 54 : 0);
  view.setUint32(0, (high & 0x000fffff) | 0x3fe00000);
  let mantissa = view.getFloat64(0); // [0.5, 1)
  if (mantissa < SQRT_HALF) {
    mantissa *= 2;
    exponent -= 1;
  }
  // ln m = 2 artanh(s), with |s| <= 0.172: eleven terms are enough for 53 bits.
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let series = 0;
  for (let n = 23; n >= 3; n -= 2) series = (series + 1 / n) * square;
  return exponent * LN2_HIGH + (2 * s + (2 * s * series + exponent * LN2_LOW));
}

/** Exponential, bit-equal on every engine; within 2 units in the last place of the true value. */
export function portableExp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY;
  if (x < -745.1332191019412) return 0;
  const k = Math.round(x / Math.LN2);
  const r = x - k * LN2_HIGH - k * LN2_LOW; // |r| <= 0.347
  let series = 1;
  for (let n = 14; n >= 1; n -= 1) series = 1 + (r / n) * series;
  return scaleByPowerOfTwo(series, k);
}

function scaleByPowerOfTwo(value: number, exponent: number): number {
  // Two steps, because one factor of 2^1024 or 2^-1074 would overflow or lose bits too early.
  const first = Math.trunc(exponent / 2);
  return value * powerOfTwo(first) * powerOfTwo(exponent - first);
}

function powerOfTwo(exponent: number): number {
  view.setUint32(0, (exponent + 1023) << 20);
  view.setUint32(4, 0);
  return view.getFloat64(0);
}
