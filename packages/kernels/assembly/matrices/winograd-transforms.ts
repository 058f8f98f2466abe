// The transforms of F(2x2, 3x3): 2 x 2 outputs of a 3 x 3 filter are made by 16 products instead of 36.
// Lavin and Gray: Fast Algorithms for Convolutional Neural Networks, CVPR 2016, section 4.1.

// @ts-ignore: decorator
@inline
function add(a: v128, b: v128): v128 {
  return f32x4.add(a, b);
}

// @ts-ignore: decorator
@inline
function sub(a: v128, b: v128): v128 {
  return f32x4.sub(a, b);
}

/** 4 x 4 pixels at `x`, all channels, to 16 places `step` bytes apart. */
export function transformInput(to: usize, step: usize, x: usize, lineStep: usize, pixelStep: usize): void {
  const end = to + pixelStep;
  const pixel2 = pixelStep << 1;
  const pixel3 = pixelStep + pixel2;
  for (; to < end; to += 16, x += 16) {
    let at = x;
    const d00 = v128.load(at), d01 = v128.load(at + pixelStep), d02 = v128.load(at + pixel2), d03 = v128.load(at + pixel3);
    at += lineStep;
    const d10 = v128.load(at), d11 = v128.load(at + pixelStep), d12 = v128.load(at + pixel2), d13 = v128.load(at + pixel3);
    at += lineStep;
    const d20 = v128.load(at), d21 = v128.load(at + pixelStep), d22 = v128.load(at + pixel2), d23 = v128.load(at + pixel3);
    at += lineStep;
    const d30 = v128.load(at), d31 = v128.load(at + pixelStep), d32 = v128.load(at + pixel2), d33 = v128.load(at + pixel3);
    at = storeInputRow(to, step, sub(d00, d20), sub(d01, d21), sub(d02, d22), sub(d03, d23));
    at = storeInputRow(at, step, add(d10, d20), add(d11, d21), add(d12, d22), add(d13, d23));
    at = storeInputRow(at, step, sub(d20, d10), sub(d21, d11), sub(d22, d12), sub(d23, d13));
    storeInputRow(at, step, sub(d10, d30), sub(d11, d31), sub(d12, d32), sub(d13, d33));
  }
}

// @ts-ignore: decorator
@inline
function storeInputRow(to: usize, step: usize, t0: v128, t1: v128, t2: v128, t3: v128): usize {
  v128.store(to, sub(t0, t2));
  to += step;
  v128.store(to, add(t1, t2));
  to += step;
  v128.store(to, sub(t2, t1));
  to += step;
  v128.store(to, sub(t1, t3));
  return to + step;
}

/** A filter [3, 3, channels, outChannels] to 16 matrices [channels, outChannels] in panels of 8 columns. */
export function transformFilter(to: usize, w: usize, channels: i32, outChannels: i32): void {
  const tap = <usize>(channels * outChannels) << 2;
  for (let channel = 0; channel < channels; channel += 1) {
    for (let out = 0; out < outChannels; out += 4, w += 16) {
      let panel = to + (<usize>(((out >> 3) * channels + channel) * 8 + (out & 4)) << 2);
      let at = w;
      const g00 = v128.load(at), g01 = v128.load(at + tap), g02 = v128.load(at + 2 * tap);
      at += 3 * tap;
      const g10 = v128.load(at), g11 = v128.load(at + tap), g12 = v128.load(at + 2 * tap);
      at += 3 * tap;
      const g20 = v128.load(at), g21 = v128.load(at + tap), g22 = v128.load(at + 2 * tap);
      const half = f32x4.splat(0.5);
      panel = storeFilterRow(panel, tap, g00, g01, g02);
      const s0 = add(g00, g20), s1 = add(g01, g21), s2 = add(g02, g22);
      panel = storeFilterRow(
        panel, tap, f32x4.mul(add(s0, g10), half), f32x4.mul(add(s1, g11), half), f32x4.mul(add(s2, g12), half),
      );
      panel = storeFilterRow(
        panel, tap, f32x4.mul(sub(s0, g10), half), f32x4.mul(sub(s1, g11), half), f32x4.mul(sub(s2, g12), half),
      );
      storeFilterRow(panel, tap, g20, g21, g22);
    }
  }
}

// @ts-ignore: decorator
@inline
function storeFilterRow(to: usize, step: usize, t0: v128, t1: v128, t2: v128): usize {
  const half = f32x4.splat(0.5);
  const sum = add(t0, t2);
  v128.store(to, t0);
  to += step;
  v128.store(to, f32x4.mul(add(sum, t1), half));
  to += step;
  v128.store(to, f32x4.mul(sub(sum, t1), half));
  to += step;
  v128.store(to, t2);
  return to + step;
}

/**
 * 16 sums, `step` bytes apart, to 2 x 2 pixels of `channels`; one column or row of them at an image's odd end.
 * A bias is added and an activation (0 none, 1 relu, 2 relu6) applied.
 */
export function transformOutput(
  y: usize, lineStep: usize, pixelStep: usize, rows: i32, columns: i32, from: usize, step: usize, activation: i32,
  bias: usize,
): void {
  const end = from + pixelStep;
  const zero = f32x4.splat(0);
  const six = f32x4.splat(6);
  for (; from < end; from += 16, y += 16) {
    let at = from;
    const m00 = v128.load(at), m01 = v128.load(at + step), m02 = v128.load(at + 2 * step), m03 = v128.load(at + 3 * step);
    at += 4 * step;
    const m10 = v128.load(at), m11 = v128.load(at + step), m12 = v128.load(at + 2 * step), m13 = v128.load(at + 3 * step);
    at += 4 * step;
    const m20 = v128.load(at), m21 = v128.load(at + step), m22 = v128.load(at + 2 * step), m23 = v128.load(at + 3 * step);
    at += 4 * step;
    const m30 = v128.load(at), m31 = v128.load(at + step), m32 = v128.load(at + 2 * step), m33 = v128.load(at + 3 * step);
    const a0 = add(m00, add(m10, m20)), b0 = sub(sub(m10, m20), m30);
    const a1 = add(m01, add(m11, m21)), b1 = sub(sub(m11, m21), m31);
    const a2 = add(m02, add(m12, m22)), b2 = sub(sub(m12, m22), m32);
    const a3 = add(m03, add(m13, m23)), b3 = sub(sub(m13, m23), m33);
    let y00 = add(a0, add(a1, a2)), y01 = sub(sub(a1, a2), a3);
    let y10 = add(b0, add(b1, b2)), y11 = sub(sub(b1, b2), b3);
    if (bias) {
      const shift = v128.load(bias);
      y00 = add(y00, shift);
      y01 = add(y01, shift);
      y10 = add(y10, shift);
      y11 = add(y11, shift);
      bias += 16;
    }
    if (activation) {
      y00 = f32x4.max(y00, zero);
      y01 = f32x4.max(y01, zero);
      y10 = f32x4.max(y10, zero);
      y11 = f32x4.max(y11, zero);
      if (activation == 2) {
        y00 = f32x4.min(y00, six);
        y01 = f32x4.min(y01, six);
        y10 = f32x4.min(y10, six);
        y11 = f32x4.min(y11, six);
      }
    }
    v128.store(y, y00);
    if (columns > 1) v128.store(y + pixelStep, y01);
    if (rows > 1) {
      v128.store(y + lineStep, y10);
      if (columns > 1) v128.store(y + lineStep + pixelStep, y11);
    }
  }
}

/** The transpose of {@link transformOutput}: 2 x 2 pixels of a gradient to 16 places. */
export function transformOutputGradient(to: usize, step: usize, dy: usize, lineStep: usize, pixelStep: usize): void {
  const end = to + pixelStep;
  for (; to < end; to += 16, dy += 16) {
    const d00 = v128.load(dy), d01 = v128.load(dy + pixelStep);
    const d10 = v128.load(dy + lineStep), d11 = v128.load(dy + lineStep + pixelStep);
    const zero = f32x4.splat(0);
    let at = storeGradientRow(to, step, d00, d01);
    at = storeGradientRow(at, step, add(d00, d10), add(d01, d11));
    at = storeGradientRow(at, step, sub(d00, d10), sub(d01, d11));
    storeGradientRow(at, step, sub(zero, d10), sub(zero, d11));
  }
}

// @ts-ignore: decorator
@inline
function storeGradientRow(to: usize, step: usize, t0: v128, t1: v128): usize {
  v128.store(to, t0);
  to += step;
  v128.store(to, add(t0, t1));
  to += step;
  v128.store(to, sub(t0, t1));
  to += step;
  v128.store(to, sub(f32x4.splat(0), t1));
  return to + step;
}

/** The transpose of {@link transformFilter}, but of plain matrices: 16 gradients of `size` numbers to 3 x 3. */
export function transformFilterGradient(dw: usize, from: usize, size: i32): void {
  const step = <usize>size << 2;
  const half = f32x4.splat(0.5);
  for (const end = from + step; from < end; from += 16, dw += 16) {
    let to = dw;
    let at = from;
    const m00 = v128.load(at), m01 = v128.load(at + step), m02 = v128.load(at + 2 * step), m03 = v128.load(at + 3 * step);
    at += 4 * step;
    const m10 = v128.load(at), m11 = v128.load(at + step), m12 = v128.load(at + 2 * step), m13 = v128.load(at + 3 * step);
    at += 4 * step;
    const m20 = v128.load(at), m21 = v128.load(at + step), m22 = v128.load(at + 2 * step), m23 = v128.load(at + 3 * step);
    at += 4 * step;
    const m30 = v128.load(at), m31 = v128.load(at + step), m32 = v128.load(at + 2 * step), m33 = v128.load(at + 3 * step);
    const s0 = f32x4.mul(add(m10, m20), half), e0 = f32x4.mul(sub(m10, m20), half);
    const s1 = f32x4.mul(add(m11, m21), half), e1 = f32x4.mul(sub(m11, m21), half);
    const s2 = f32x4.mul(add(m12, m22), half), e2 = f32x4.mul(sub(m12, m22), half);
    const s3 = f32x4.mul(add(m13, m23), half), e3 = f32x4.mul(sub(m13, m23), half);
    to = storeFilterGradientRow(to, step, add(m00, s0), add(m01, s1), add(m02, s2), add(m03, s3));
    to = storeFilterGradientRow(to, step, e0, e1, e2, e3);
    storeFilterGradientRow(to, step, add(s0, m30), add(s1, m31), add(s2, m32), add(s3, m33));
  }
}

// @ts-ignore: decorator
@inline
function storeFilterGradientRow(to: usize, step: usize, t0: v128, t1: v128, t2: v128, t3: v128): usize {
  const half = f32x4.splat(0.5);
  const sum = f32x4.mul(add(t1, t2), half);
  v128.store(to, add(t0, sum));
  to += step;
  v128.store(to, f32x4.mul(sub(t1, t2), half));
  to += step;
  v128.store(to, add(sum, t3));
  return to + step;
}
