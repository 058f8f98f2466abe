// @ts-ignore: decorator
@inline
export function multiplyAdd(a: v128, b: v128, sum: v128): v128 {
  // Known when compiling: one fused instruction where relaxed SIMD is enabled, two roundings where it is not.
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<f32>(a, b, sum);
  return f32x4.add(f32x4.mul(a, b), sum);
}
