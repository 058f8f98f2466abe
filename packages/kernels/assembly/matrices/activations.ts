import { exp4, expMinusOne4 } from "./exponential";
import { multiplyAdd } from "./multiply-add";

// Kinds as in the list of activations of trainer-core: 0 linear, 1 relu, 2 relu6, 3 leakyRelu, 4 elu, 5 selu, 6 gelu,
// 7 swish, 8 sigmoid, 9 tanh.

/** Slope of leakyRelu below 0. */
const LEAK: f32 = 0.2;
/** selu is SELU_SCALE x for x > 0 and SELU_SCALE SELU_ALPHA (exp(x) - 1) below (Klambauer et al., 2017). */
const SELU_SCALE: f32 = 1.05070098735548;
const SELU_ALPHA: f32 = 1.67326324235437;

// @ts-ignore: decorator
@inline
function splat(value: f32): v128 {
  return f32x4.splat(value);
}

// @ts-ignore: decorator
@inline
function positive(values: v128): v128 {
  return f32x4.gt(values, splat(0));
}

// @ts-ignore: decorator
@inline
function sigmoid4(x: v128): v128 {
  return f32x4.div(splat(1), f32x4.add(splat(1), exp4(f32x4.neg(x))));
}

/** 1 - 2 / (exp(2x) + 1), and Cephes' polynomial for tanhf where that would cancel. */
// @ts-ignore: decorator
@inline
function tanh4(x: v128): v128 {
  const large = f32x4.sub(
    splat(1),
    f32x4.div(splat(2), f32x4.add(exp4(f32x4.add(x, x)), splat(1))),
  );
  const z = f32x4.mul(x, x);
  let p = splat(-5.70498872745e-3);
  p = multiplyAdd(p, z, splat(2.06390887954e-2));
  p = multiplyAdd(p, z, splat(-5.37397155531e-2));
  p = multiplyAdd(p, z, splat(1.33314422036e-1));
  p = multiplyAdd(p, z, splat(-3.33332819422e-1));
  const small = multiplyAdd(f32x4.mul(p, z), x, x);
  return v128.bitselect(small, large, f32x4.lt(f32x4.abs(x), splat(0.625)));
}

/**
 * Distribution function of the normal: erfc(z) exp(z^2) = t P(t), t = 1 / (1 + 0.47 z), with z = |x| / sqrt(2) and P
 * fitted here by Chebyshev nodes (relative error 1e-7), halved. `density` is exp(-x^2 / 2).
 */
// @ts-ignore: decorator
@inline
function normal4(x: v128, density: v128): v128 {
  const z = f32x4.mul(f32x4.abs(x), splat(0.7071067811865476 * 0.47));
  const t = f32x4.div(splat(1), f32x4.add(splat(1), z));
  let p = splat(-0.020520628577515052);
  p = multiplyAdd(p, t, splat(0.08218164485812125));
  p = multiplyAdd(p, t, splat(-0.10018077749367385));
  p = multiplyAdd(p, t, splat(0.009267827746208115));
  p = multiplyAdd(p, t, splat(0.009379243149162165));
  p = multiplyAdd(p, t, splat(0.04757021305435274));
  p = multiplyAdd(p, t, splat(0.08926206902447058));
  p = multiplyAdd(p, t, splat(0.11786776022732649));
  p = multiplyAdd(p, t, splat(0.13258810792883283));
  p = multiplyAdd(p, t, splat(0.13258449915775055));
  const tail = f32x4.mul(f32x4.mul(p, t), density);
  return v128.bitselect(f32x4.sub(splat(1), tail), tail, positive(x));
}

// @ts-ignore: decorator
@inline
function density4(x: v128): v128 {
  return exp4(f32x4.mul(f32x4.mul(x, x), splat(-0.5)));
}

// @ts-ignore: decorator
@inline
function activated(kind: i32, x: v128): v128 {
  switch (kind) {
    case 1:
      return f32x4.max(x, splat(0));
    case 2:
      return f32x4.min(f32x4.max(x, splat(0)), splat(6));
    case 3:
      return f32x4.max(x, f32x4.mul(x, splat(LEAK)));
    case 4:
      return v128.bitselect(x, expMinusOne4(f32x4.min(x, splat(0))), positive(x));
    case 5: {
      const below = f32x4.mul(expMinusOne4(f32x4.min(x, splat(0))), splat(SELU_SCALE * SELU_ALPHA));
      return v128.bitselect(f32x4.mul(x, splat(SELU_SCALE)), below, positive(x));
    }
    case 6:
      return f32x4.mul(x, normal4(x, density4(x)));
    case 7:
      return f32x4.mul(x, sigmoid4(x));
    case 8:
      return sigmoid4(x);
    case 9:
      return tanh4(x);
    default:
      return x;
  }
}

/** The slope at `v`: what went in for gelu and swish, what came out for all others. */
// @ts-ignore: decorator
@inline
function slope(kind: i32, v: v128): v128 {
  const one = splat(1);
  switch (kind) {
    case 1:
      return v128.and(one, positive(v));
    case 2:
      return v128.and(one, v128.and(positive(v), f32x4.lt(v, splat(6))));
    case 3:
      return v128.bitselect(one, splat(LEAK), positive(v));
    case 4:
      return v128.bitselect(one, f32x4.add(v, one), positive(v));
    case 5: {
      const below = f32x4.add(v, splat(SELU_SCALE * SELU_ALPHA));
      return v128.bitselect(splat(SELU_SCALE), below, positive(v));
    }
    case 6: {
      const density = density4(v);
      const factor = f32x4.mul(v, splat(0.3989422804014327));
      return multiplyAdd(factor, density, normal4(v, density));
    }
    case 7: {
      const share = sigmoid4(v);
      return f32x4.mul(share, multiplyAdd(v, f32x4.sub(one, share), one));
    }
    case 8:
      return f32x4.mul(v, f32x4.sub(one, v));
    case 9:
      return f32x4.sub(one, f32x4.mul(v, v));
    default:
      return one;
  }
}

// Kinds are constants where these two are called: each call becomes a loop of its own.

// @ts-ignore: decorator
@inline
function activateAll(kind: i32, out: usize, values: usize, bytes: usize): void {
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) v128.store(out + i, activated(kind, v128.load(values + i)));
  for (; i < bytes; i += 4) {
    v128.store_lane<f32>(out + i, activated(kind, v128.load_zero<f32>(values + i)), 0);
  }
}

// @ts-ignore: decorator
@inline
function gradientAll(kind: i32, dx: usize, dy: usize, values: usize, bytes: usize): void {
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) {
    v128.store(dx + i, f32x4.mul(v128.load(dy + i), slope(kind, v128.load(values + i))));
  }
  for (; i < bytes; i += 4) {
    const gradient = f32x4.mul(v128.load_zero<f32>(dy + i), slope(kind, v128.load_zero<f32>(values + i)));
    v128.store_lane<f32>(dx + i, gradient, 0);
  }
}

/** Applies an activation to each value; in place if out is values. */
export function activate(out: usize, values: usize, size: i32, kind: i32): void {
  const bytes = <usize>size << 2;
  if (kind == 1) activateAll(1, out, values, bytes);
  else if (kind == 2) activateAll(2, out, values, bytes);
  else if (kind == 3) activateAll(3, out, values, bytes);
  else if (kind == 4) activateAll(4, out, values, bytes);
  else if (kind == 5) activateAll(5, out, values, bytes);
  else if (kind == 6) activateAll(6, out, values, bytes);
  else if (kind == 7) activateAll(7, out, values, bytes);
  else if (kind == 8) activateAll(8, out, values, bytes);
  else if (kind == 9) activateAll(9, out, values, bytes);
  else memory.copy(out, values, bytes);
}

/**
 * dx = dy times the activation's slope; in place if dx is dy. `values` is what the activation was given for gelu and
 * swish, and what it gave for all others.
 */
export function activationGradient(dx: usize, dy: usize, values: usize, size: i32, kind: i32): void {
  const bytes = <usize>size << 2;
  if (kind == 1) gradientAll(1, dx, dy, values, bytes);
  else if (kind == 2) gradientAll(2, dx, dy, values, bytes);
  else if (kind == 3) gradientAll(3, dx, dy, values, bytes);
  else if (kind == 4) gradientAll(4, dx, dy, values, bytes);
  else if (kind == 5) gradientAll(5, dx, dy, values, bytes);
  else if (kind == 6) gradientAll(6, dx, dy, values, bytes);
  else if (kind == 7) gradientAll(7, dx, dy, values, bytes);
  else if (kind == 8) gradientAll(8, dx, dy, values, bytes);
  else if (kind == 9) gradientAll(9, dx, dy, values, bytes);
  else memory.copy(dx, dy, bytes);
}
