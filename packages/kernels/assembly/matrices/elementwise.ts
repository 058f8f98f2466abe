/** out = a + b; in place if out is one of them. */
export function add(out: usize, a: usize, b: usize, size: i32): void {
  const bytes = <usize>size << 2;
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) v128.store(out + i, f32x4.add(v128.load(a + i), v128.load(b + i)));
  for (; i < bytes; i += 4) store<f32>(out + i, load<f32>(a + i) + load<f32>(b + i));
}

/** Copies float32. */
export function copy(out: usize, values: usize, size: i32): void {
  memory.copy(out, values, <usize>size << 2);
}

// @ts-ignore: decorator
@inline
function mixed(counters: v128): v128 {
  let h = counters;
  h = v128.xor(h, i32x4.shr_u(h, 16));
  h = i32x4.mul(h, i32x4.splat(<i32>0x85ebca6b));
  h = v128.xor(h, i32x4.shr_u(h, 13));
  h = i32x4.mul(h, i32x4.splat(<i32>0xc2b2ae35));
  return v128.xor(h, i32x4.shr_u(h, 16));
}

/**
 * Drops values at random and scales those that are kept. Whether the value at place i is dropped follows from i and
 * `key` alone (the finalizer of MurmurHash3 over counters), so the gradient is the same call on dy. `limit` is the share
 * that is dropped times 2^32. In place if out is values.
 */
export function dropout(out: usize, values: usize, size: i32, key: i32, limit: i32, scale: f32): void {
  const bytes = <usize>size << 2;
  const factor = f32x4.splat(scale);
  const least = i32x4.splat(limit);
  let counters = i32x4.add(
    i32x4.splat(key),
    i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(<i32>0x9e3779b1)),
  );
  const step = i32x4.splat(<i32>(<u32>0x9e3779b1 * 4));
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) {
    const kept = i32x4.ge_u(mixed(counters), least);
    v128.store(out + i, v128.and(f32x4.mul(v128.load(values + i), factor), kept));
    counters = i32x4.add(counters, step);
  }
  let kept = i32x4.ge_u(mixed(counters), least);
  for (; i < bytes; i += 4) {
    store<f32>(out + i, i32x4.extract_lane(kept, 0) ? load<f32>(values + i) * scale : 0);
    kept = v128.shuffle<i32>(kept, kept, 1, 2, 3, 0);
  }
}
