import { multiplyAdd } from "./multiply-add";

// @ts-ignore: decorator
@inline
function splat(value: f32): v128 {
  return f32x4.splat(value);
}

/** Nearest integers to x / ln 2. */
// @ts-ignore: decorator
@inline
function powers(x: v128): v128 {
  return f32x4.nearest(f32x4.mul(x, splat(1.44269504)));
}

/**
 * exp(x - n ln 2) - 1 for n = powers(x). ln 2 in two parts and the polynomial are those of Cephes' expf (Moshier,
 * "Methods and Programs for Mathematical Functions", 1989).
 */
// @ts-ignore: decorator
@inline
function restMinusOne(x: v128, n: v128): v128 {
  let r = multiplyAdd(n, splat(-0.693359375), x);
  r = multiplyAdd(n, splat(2.12194440e-4), r);
  let p = splat(1.9875691500e-4);
  p = multiplyAdd(p, r, splat(1.3981999507e-3));
  p = multiplyAdd(p, r, splat(8.3334519073e-3));
  p = multiplyAdd(p, r, splat(4.1665795894e-2));
  p = multiplyAdd(p, r, splat(1.6666665459e-1));
  p = multiplyAdd(p, r, splat(5.0000001201e-1));
  return multiplyAdd(f32x4.mul(r, r), p, r);
}

// @ts-ignore: decorator
@inline
function powerOfTwo(exponent: v128): v128 {
  return i32x4.shl(i32x4.add(exponent, i32x4.splat(127)), 23);
}

/** Four times exp, relative error below 2e-7; 0 and infinity where float32 ends, NaN of NaN. */
// @ts-ignore: decorator
@inline
export function exp4(values: v128): v128 {
  const x = f32x4.min(f32x4.max(values, splat(-104)), splat(89));
  const n = powers(x);
  const mantissa = f32x4.add(splat(1), restMinusOne(x, n));
  // In two steps, since 2^128 and the powers below 2^-126 have no exponent of their own.
  const exponent = i32x4.trunc_sat_f32x4_s(n);
  const half = i32x4.shr_s(exponent, 1);
  return f32x4.mul(f32x4.mul(mantissa, powerOfTwo(half)), powerOfTwo(i32x4.sub(exponent, half)));
}

/** Four times exp(x) - 1 for x <= 0, without cancellation near 0. */
// @ts-ignore: decorator
@inline
export function expMinusOne4(values: v128): v128 {
  const x = f32x4.max(values, splat(-80));
  const n = powers(x);
  const power = powerOfTwo(i32x4.trunc_sat_f32x4_s(n));
  return multiplyAdd(restMinusOne(x, n), power, f32x4.sub(power, splat(1)));
}

/** Natural logarithm of a normal number > 0, as a series in (m - 1) / (m + 1) for m in [0.7, 1.4]. */
export function logarithm(value: f64): f64 {
  const bits = reinterpret<u64>(value);
  let exponent = <i32>(bits >> 52) - 1023;
  let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    exponent += 1;
  }
  const s = (m - 1) / (m + 1);
  const z = s * s;
  let p: f64 = 1.0 / 17;
  p = p * z + 1.0 / 15;
  p = p * z + 1.0 / 13;
  p = p * z + 1.0 / 11;
  p = p * z + 1.0 / 9;
  p = p * z + 1.0 / 7;
  p = p * z + 1.0 / 5;
  p = p * z + 1.0 / 3;
  return <f64>exponent * 0.6931471805599453 + 2 * s * (1 + z * p);
}
