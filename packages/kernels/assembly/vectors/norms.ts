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

/** The largest magnitude as float32 bits, which are ordered as magnitudes are, with Infinity and NaN on top. */
export function maxAbsBits(values: usize, size: i32): i32 {
  const magnitude = i32x4.splat(0x7fffffff);
  let a = i32x4.splat(0);
  let b = i32x4.splat(0);
  const end = values + (<usize>size << 2);
  while (values < end) {
    a = i32x4.max_s(a, v128.and(v128.load(values), magnitude));
    b = i32x4.max_s(b, v128.and(v128.load(values, 16), magnitude));
    values += 32;
  }
  return maxLane(a, b);
}

/** The largest magnitude of a difference, rounded to float32, as bits. */
export function maxAbsBitsFrom(values: usize, origin: usize, size: i32): i32 {
  const magnitude = i32x4.splat(0x7fffffff);
  let a = i32x4.splat(0);
  let b = i32x4.splat(0);
  const end = values + (<usize>size << 2);
  while (values < end) {
    a = i32x4.max_s(a, v128.and(f32x4.sub(v128.load(values), v128.load(origin)), magnitude));
    b = i32x4.max_s(b, v128.and(f32x4.sub(v128.load(values, 16), v128.load(origin, 16)), magnitude));
    values += 32;
    origin += 32;
  }
  return maxLane(a, b);
}
