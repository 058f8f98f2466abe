// Random bits of element i: a 32-bit mixer over key and index (multipliers of the "lowbias32" hash, C. Wellons), so that
// any element can be drawn alone and the plain twin draws the same.

// @ts-ignore: decorator
@inline
function mix(bits: v128): v128 {
  bits = v128.xor(bits, i32x4.shr_u(bits, 16));
  bits = i32x4.mul(bits, i32x4.splat(0x7feb352d));
  bits = v128.xor(bits, i32x4.shr_u(bits, 15));
  bits = i32x4.mul(bits, i32x4.splat(0x846ca68b));
  return v128.xor(bits, i32x4.shr_u(bits, 16));
}

// @ts-ignore: decorator
@inline
function levels(two: v128, inverse: v128, bits: v128): v128 {
  const uniform = f64x2.mul(f64x2.convert_low_i32x4_u(bits), f64x2.splat(1.0 / 4294967296.0));
  return i32x4.trunc_sat_f64x2_s_zero(f64x2.floor(f64x2.add(f64x2.mul(two, inverse), uniform)));
}

/** out[i] = floor(values[i] * inverse + u_i) in [-127, 127], with u_i uniform on [0, 1): right on average. */
export function quantizeInt8(out: usize, values: usize, size: i32, inverse: f64, key: u32, first: u32): void {
  const factor = f64x2.splat(inverse);
  const keys = i32x4.splat(key);
  let index = i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3));
  for (let i = 0; i < size; i += 4) {
    // Mixed twice with the key in between: neighbouring keys must not give shifted copies of one sequence.
    const bits = mix(v128.xor(mix(v128.xor(index, keys)), keys));
    const four = v128.load(values + (<usize>i << 2));
    const low = levels(f64x2.promote_low_f32x4(four), factor, bits);
    const high = levels(
      f64x2.promote_low_f32x4(v128.shuffle<i32>(four, four, 2, 3, 2, 3)),
      factor,
      v128.shuffle<i32>(bits, bits, 2, 3, 2, 3),
    );
    let level = v128.shuffle<i32>(low, high, 0, 1, 4, 5);
    level = i32x4.max_s(i32x4.min_s(level, i32x4.splat(127)), i32x4.splat(-127));
    const narrow = i16x8.narrow_i32x4_s(level, level);
    v128.store32_lane(out + <usize>i, i8x16.narrow_i16x8_s(narrow, narrow), 0);
    index = i32x4.add(index, i32x4.splat(4));
  }
}

/** out[i] = scale * levels[i]. */
export function dequantizeInt8(out: usize, levels: usize, size: i32, scale: f32): void {
  const factor = f32x4.splat(scale);
  for (let i = 0; i < size; i += 4) {
    const four = i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(v128.load32_zero(levels + <usize>i)));
    v128.store(out + (<usize>i << 2), f32x4.mul(f32x4.convert_i32x4_s(four), factor));
  }
}
