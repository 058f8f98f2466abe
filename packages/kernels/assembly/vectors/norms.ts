// Four pairs of lanes sum the elements of an index modulo 8: the plain twin does the same, to the last bit. Sizes are
// multiples of 8.

// @ts-ignore: decorator
@inline
function high(four: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(four, four, 1, 1));
}

// @ts-ignore: decorator
@inline
function laneSum(a: v128, b: v128, c: v128, d: v128): f64 {
  const all = f64x2.add(f64x2.add(a, b), f64x2.add(c, d));
  return f64x2.extract_lane(all, 0) + f64x2.extract_lane(all, 1);
}

/** Sum of squares, in float64. */
export function sumSquares(values: usize, size: i32): f64 {
  let a = f64x2.splat(0);
  let b = f64x2.splat(0);
  let c = f64x2.splat(0);
  let d = f64x2.splat(0);
  const end = values + (<usize>size << 2);
  while (values < end) {
    const x = v128.load(values);
    const y = v128.load(values, 16);
    const x0 = f64x2.promote_low_f32x4(x);
    const x1 = high(x);
    const y0 = f64x2.promote_low_f32x4(y);
    const y1 = high(y);
    a = f64x2.add(a, f64x2.mul(x0, x0));
    b = f64x2.add(b, f64x2.mul(x1, x1));
    c = f64x2.add(c, f64x2.mul(y0, y0));
    d = f64x2.add(d, f64x2.mul(y1, y1));
    values += 32;
  }
  return laneSum(a, b, c, d);
}

/** Sum of squared differences, in float64. */
export function sumSquaresFrom(values: usize, origin: usize, size: i32): f64 {
  let a = f64x2.splat(0);
  let b = f64x2.splat(0);
  let c = f64x2.splat(0);
  let d = f64x2.splat(0);
  const end = values + (<usize>size << 2);
  while (values < end) {
    const x = v128.load(values);
    const y = v128.load(values, 16);
    const from = v128.load(origin);
    const next = v128.load(origin, 16);
    const x0 = f64x2.sub(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(from));
    const x1 = f64x2.sub(high(x), high(from));
    const y0 = f64x2.sub(f64x2.promote_low_f32x4(y), f64x2.promote_low_f32x4(next));
    const y1 = f64x2.sub(high(y), high(next));
    a = f64x2.add(a, f64x2.mul(x0, x0));
    b = f64x2.add(b, f64x2.mul(x1, x1));
    c = f64x2.add(c, f64x2.mul(y0, y0));
    d = f64x2.add(d, f64x2.mul(y1, y1));
    values += 32;
    origin += 32;
  }
  return laneSum(a, b, c, d);
}

// @ts-ignore: decorator
@inline
function maxLane(a: v128, b: v128): i32 {
  const lanes = i32x4.max_s(a, b);
  const low = max(i32x4.extract_lane(lanes, 0), i32x4.extract_lane(lanes, 1));
  return max(low, max(i32x4.extract_lane(lanes, 2), i32x4.extract_lane(lanes, 3)));
}

// @ts-ignore: decorator
@inline
function magnitudes(values: usize, origin: usize, hasOrigin: bool): v128 {
  let four = v128.load(values);
  if (hasOrigin) four = f32x4.sub(four, v128.load(origin));
  return v128.and(four, i32x4.splat(0x7fffffff));
}

// @ts-ignore: decorator
@inline
function largest(values: usize, origin: usize, size: i32, hasOrigin: bool): i32 {
  let a = i32x4.splat(0);
  let b = i32x4.splat(0);
  let c = i32x4.splat(0);
  let d = i32x4.splat(0);
  const end = values + (<usize>size << 2);
  const whole = values + ((<usize>size << 2) & ~63);
  while (values < whole) {
    a = i32x4.max_s(a, magnitudes(values, origin, hasOrigin));
    b = i32x4.max_s(b, magnitudes(values + 16, origin + 16, hasOrigin));
    c = i32x4.max_s(c, magnitudes(values + 32, origin + 32, hasOrigin));
    d = i32x4.max_s(d, magnitudes(values + 48, origin + 48, hasOrigin));
    values += 64;
    origin += 64;
  }
  while (values < end) {
    a = i32x4.max_s(a, magnitudes(values, origin, hasOrigin));
    b = i32x4.max_s(b, magnitudes(values + 16, origin + 16, hasOrigin));
    values += 32;
    origin += 32;
  }
  return maxLane(i32x4.max_s(a, c), i32x4.max_s(b, d));
}

/** The largest magnitude as float32 bits, which are ordered as magnitudes are, with Infinity and NaN on top. */
export function maxAbsBits(values: usize, size: i32): i32 {
  return largest(values, 0, size, false);
}

/** The largest magnitude of a difference, rounded to float32, as bits. */
export function maxAbsBitsFrom(values: usize, origin: usize, size: i32): i32 {
  return largest(values, origin, size, true);
}
