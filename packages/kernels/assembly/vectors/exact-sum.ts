import { maxAbsBits, maxAbsBitsFrom } from "./norms";

// Adding 1.5 * 2^52 rounds a float64 below 2^51 to an integer and leaves that integer in the low bits. Those bits are
// summed as 64-bit integers: exact, so in any order the same, and taken back without a trace by subtracting them again.
const ROUND: f64 = 6755399441055744.0;

// @ts-ignore: decorator
@inline
function foldTwo(sums: usize, two: v128, scale: v128, undo: bool): void {
  const bits = f64x2.add(f64x2.mul(two, scale), f64x2.splat(ROUND));
  const sum = v128.load(sums);
  v128.store(sums, undo ? i64x2.sub(sum, bits) : i64x2.add(sum, bits));
}

// @ts-ignore: decorator
@inline
function foldBlock(
  sums: usize,
  values: usize,
  origin: usize,
  size: i32,
  factor: f64,
  hasOrigin: bool,
  undo: bool,
): void {
  const scale = f64x2.splat(factor);
  const end = values + (<usize>size << 2);
  while (values < end) {
    // Unrolled by hand: eight elements a turn.
    const a = v128.load(values);
    const b = v128.load(values, 16);
    let a0 = f64x2.promote_low_f32x4(a);
    let a1 = f64x2.promote_low_f32x4(v128.shuffle<i64>(a, a, 1, 1));
    let b0 = f64x2.promote_low_f32x4(b);
    let b1 = f64x2.promote_low_f32x4(v128.shuffle<i64>(b, b, 1, 1));
    if (hasOrigin) {
      const c = v128.load(origin);
      const d = v128.load(origin, 16);
      a0 = f64x2.sub(a0, f64x2.promote_low_f32x4(c));
      a1 = f64x2.sub(a1, f64x2.promote_low_f32x4(v128.shuffle<i64>(c, c, 1, 1)));
      b0 = f64x2.sub(b0, f64x2.promote_low_f32x4(d));
      b1 = f64x2.sub(b1, f64x2.promote_low_f32x4(v128.shuffle<i64>(d, d, 1, 1)));
      origin += 32;
    }
    foldTwo(sums, a0, scale, undo);
    foldTwo(sums + 16, a1, scale, undo);
    foldTwo(sums + 32, b0, scale, undo);
    foldTwo(sums + 48, b1, scale, undo);
    values += 32;
    sums += 64;
  }
}

/** Elements that are looked at, then folded: the look brings them into the first-level cache. */
const BLOCK: i32 = 1024;

// @ts-ignore: decorator
@inline
function addBlocks(
  sums: usize,
  values: usize,
  origin: usize,
  size: i32,
  factor: f64,
  maxBits: i32,
  hasOrigin: bool,
): i32 {
  let largest = 0;
  for (let done = 0; done < size; done += BLOCK) {
    const count = min(BLOCK, size - done);
    const at = <usize>done << 2;
    const bits = hasOrigin
      ? maxAbsBitsFrom(values + at, origin + at, count)
      : maxAbsBits(values + at, count);
    if (bits > maxBits && largest <= maxBits) {
      foldBlock(sums, values, origin, done, factor, hasOrigin, true);
    }
    largest = max(largest, bits);
    if (largest <= maxBits) {
      foldBlock(sums + (at << 1), values + at, origin + at, count, factor, hasOrigin, false);
    }
  }
  return largest;
}

/**
 * sums += round(factor * values), unless a magnitude is above `maxBits`, in float32 bits; returns the largest of them.
 * Sizes are multiples of 8.
 */
export function add(sums: usize, values: usize, size: i32, factor: f64, maxBits: i32): i32 {
  return addBlocks(sums, values, 0, size, factor, maxBits, false);
}

/** sums += round(factor * (values - origin)), likewise. */
export function addFrom(
  sums: usize,
  values: usize,
  origin: usize,
  size: i32,
  factor: f64,
  maxBits: i32,
): i32 {
  return addBlocks(sums, values, origin, size, factor, maxBits, true);
}

// @ts-ignore: decorator
@inline
function wide(values: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(values));
}

// @ts-ignore: decorator
@inline
function scaled(two: v128, scale: v128): v128 {
  return f64x2.add(f64x2.mul(two, scale), f64x2.splat(ROUND));
}

/** Two elements of each of two addends. */
// @ts-ignore: decorator
@inline
function foldFour(
  sums: usize,
  a: usize,
  b: usize,
  origin: usize,
  scaleA: v128,
  scaleB: v128,
  hasOrigin: bool,
): void {
  let x = wide(a);
  let y = wide(b);
  if (hasOrigin) {
    const from = wide(origin);
    x = f64x2.sub(x, from);
    y = f64x2.sub(y, from);
  }
  const both = i64x2.add(scaled(x, scaleA), scaled(y, scaleB));
  v128.store(sums, i64x2.add(v128.load(sums), both));
}

// @ts-ignore: decorator
@inline
function foldTogether(
  sums: usize,
  a: usize,
  b: usize,
  origin: usize,
  size: i32,
  factorA: f64,
  factorB: f64,
  hasOrigin: bool,
): void {
  const scaleA = f64x2.splat(factorA);
  const scaleB = f64x2.splat(factorB);
  const end = a + (<usize>size << 2);
  const whole = a + (<usize>(size & ~7) << 2);
  while (a < whole) {
    foldFour(sums, a, b, origin, scaleA, scaleB, hasOrigin);
    foldFour(sums + 16, a + 8, b + 8, origin + 8, scaleA, scaleB, hasOrigin);
    foldFour(sums + 32, a + 16, b + 16, origin + 16, scaleA, scaleB, hasOrigin);
    foldFour(sums + 48, a + 24, b + 24, origin + 24, scaleA, scaleB, hasOrigin);
    sums += 64;
    a += 32;
    b += 32;
    origin += 32;
  }
  for (; a < end; sums += 8, a += 4, b += 4, origin += 4) {
    const from = hasOrigin ? <f64>load<f32>(origin) : 0.0;
    const x = (<f64>load<f32>(a) - from) * factorA + ROUND;
    const y = (<f64>load<f32>(b) - from) * factorB + ROUND;
    store<i64>(sums, load<i64>(sums) + reinterpret<i64>(x) + reinterpret<i64>(y));
  }
}

/** sums += round(factorA * a) + round(factorB * b), in one pass over the sums. Any size. */
export function addTwo(sums: usize, a: usize, b: usize, size: i32, factorA: f64, factorB: f64): void {
  foldTogether(sums, a, b, 0, size, factorA, factorB, false);
}

/** sums += round(factorA * (a - origin)) + round(factorB * (b - origin)), likewise. */
export function addTwoFrom(
  sums: usize,
  a: usize,
  b: usize,
  origin: usize,
  size: i32,
  factorA: f64,
  factorB: f64,
): void {
  foldTogether(sums, a, b, origin, size, factorA, factorB, true);
}

/** Takes back what `add` with the same arguments has added. */
export function remove(sums: usize, values: usize, size: i32, factor: f64): void {
  foldBlock(sums, values, 0, size, factor, false, true);
}

export function removeFrom(sums: usize, values: usize, origin: usize, size: i32, factor: f64): void {
  foldBlock(sums, values, origin, size, factor, true, true);
}

/** out += quantum * sums, where each of the `count` addends has left the bits of 1.5 * 2^52 behind. */
export function totals(out: usize, sums: usize, size: i32, count: i32, quantum: f64): void {
  const left = <i64>count * reinterpret<i64>(ROUND);
  for (let i = 0; i < size; i += 1) {
    const place = <usize>i << 3;
    const total = <f64>(load<i64>(sums + place) - left) * quantum;
    store<f64>(out + place, load<f64>(out + place) + total);
  }
}
