import { maxAbsBits, maxAbsBitsFrom } from "./norms";

// Adding 1.5 * 2^52 rounds a float64 below 2^51 to an integer and leaves that integer in the low bits. Those bits are
// summed as 64-bit integers: exact, so in any order the same, and taken back without a trace by subtracting them again.
const ROUND: f64 = 6755399441055744.0;

// @ts-ignore: decorator
@inline
function foldTwo(sums: usize, values: usize, origin: usize, scale: v128, hasOrigin: bool, undo: bool): void {
  let two = f64x2.promote_low_f32x4(v128.load64_zero(values));
  if (hasOrigin) two = f64x2.sub(two, f64x2.promote_low_f32x4(v128.load64_zero(origin)));
  const bits = f64x2.add(f64x2.mul(two, scale), f64x2.splat(ROUND));
  const sum = v128.load(sums);
  v128.store(sums, undo ? i64x2.sub(sum, bits) : i64x2.add(sum, bits));
}

// @ts-ignore: decorator
@inline
function foldEight(sums: usize, values: usize, origin: usize, scale: v128, hasOrigin: bool, undo: bool): void {
  foldTwo(sums, values, origin, scale, hasOrigin, undo);
  foldTwo(sums + 16, values + 8, origin + 8, scale, hasOrigin, undo);
  foldTwo(sums + 32, values + 16, origin + 16, scale, hasOrigin, undo);
  foldTwo(sums + 48, values + 24, origin + 24, scale, hasOrigin, undo);
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
  // The more a turn does, the less its constants and its jump cost.
  const whole = values + ((<usize>size << 2) & ~63);
  while (values < whole) {
    foldEight(sums, values, origin, scale, hasOrigin, undo);
    foldEight(sums + 64, values + 32, origin + 32, scale, hasOrigin, undo);
    values += 64;
    origin += 64;
    sums += 128;
  }
  while (values < end) {
    foldEight(sums, values, origin, scale, hasOrigin, undo);
    values += 32;
    origin += 32;
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
