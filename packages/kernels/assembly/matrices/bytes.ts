/** Bytes as 255ths: 255 is 1. */
export function bytesToFloats(out: usize, bytes: usize, size: i32): void {
  const whole = f32x4.splat(255);
  const end = bytes + <usize>size;
  for (; bytes + 8 <= end; bytes += 8, out += 32) {
    const words = v128.load_ext<u8>(bytes);
    const low = f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(words));
    const high = f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(words));
    v128.store(out, f32x4.div(low, whole));
    v128.store(out, f32x4.div(high, whole), 16);
  }
  for (; bytes < end; bytes += 1, out += 4) store<f32>(out, <f32>load<u8>(bytes) / 255);
}
