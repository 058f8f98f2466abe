import { multiplyAdd } from "./multiply-add";

/** Channels of a depthwise convolution's result, in whole vectors of 4. */
export function wholeChannels(inChannels: i32, multiplier: i32): i32 {
  return (inChannels * multiplier + 3) & ~3;
}

/**
 * Copies `pixels` of `channels` each to pixels of `whole` channels, every number `times` times side by side. What is left
 * of a pixel stays as it is.
 */
export function spreadChannels(to: usize, whole: i32, from: usize, pixels: i32, channels: i32, times: i32): void {
  const step = <usize>whole << 2;
  for (; pixels > 0; pixels -= 1, to += step) {
    let at = to;
    for (let channel = 0; channel < channels; channel += 1, from += 4) {
      const value = load<i32>(from);
      for (let i = 0; i < times; i += 1, at += 4) store<i32>(at, value);
    }
  }
}

/** The transpose of {@link spreadChannels}: adds up each `times` numbers side by side. */
export function gatherChannels(to: usize, whole: i32, from: usize, pixels: i32, channels: i32, times: i32): void {
  const step = <usize>whole << 2;
  for (; pixels > 0; pixels -= 1, from += step) {
    let at = from;
    for (let channel = 0; channel < channels; channel += 1, to += 4) {
      let sum = load<f32>(at);
      at += 4;
      for (let i = 1; i < times; i += 1, at += 4) sum += load<f32>(at);
      store<f32>(to, sum);
    }
  }
}

// @ts-ignore: decorator
@inline
function finish(to: usize, sum: v128, bias: usize, activation: i32): void {
  if (bias) sum = f32x4.add(sum, v128.load(bias));
  if (activation) sum = f32x4.max(sum, f32x4.splat(0));
  if (activation == 2) sum = f32x4.min(sum, f32x4.splat(6));
  v128.store(to, sum);
}

/** One image without border, of whole vectors of channels: y[outHeight, outWidth, channels]. */
export function convolveChannels(
  y: usize, x: usize, width: i32, channels: i32, w: usize, filterHeight: i32, filterWidth: i32, strideHeight: i32,
  strideWidth: i32, outHeight: i32, outWidth: i32, bias: usize, activation: i32,
): void {
  const step = <usize>channels << 2;
  const pixelStep = step * strideWidth;
  const lineStep = step * width;
  const nextLine = lineStep - step * filterWidth;
  const zero = f32x4.splat(0);
  for (let row = 0; row < outHeight; row += 1, x += lineStep * strideHeight) {
    let pixelAt = x;
    let column = 0;
    for (; column + 4 <= outWidth; column += 4, pixelAt += 4 * pixelStep, y += 4 * step) {
      for (let offset: usize = 0; offset < step; offset += 16) {
        let sum0 = zero, sum1 = zero, sum2 = zero, sum3 = zero;
        let at = pixelAt + offset;
        let factorAt = w + offset;
        for (let line = filterHeight; line > 0; line -= 1) {
          for (let tap = filterWidth; tap > 0; tap -= 1) {
            const factor = v128.load(factorAt);
            const at2 = at + 2 * pixelStep;
            sum0 = multiplyAdd(factor, v128.load(at), sum0);
            sum1 = multiplyAdd(factor, v128.load(at + pixelStep), sum1);
            sum2 = multiplyAdd(factor, v128.load(at2), sum2);
            sum3 = multiplyAdd(factor, v128.load(at2 + pixelStep), sum3);
            at += step;
            factorAt += step;
          }
          at += nextLine;
        }
        const to = y + offset;
        const shift = bias ? bias + offset : 0;
        finish(to, sum0, shift, activation);
        finish(to + step, sum1, shift, activation);
        finish(to + 2 * step, sum2, shift, activation);
        finish(to + 3 * step, sum3, shift, activation);
      }
    }
    for (; column < outWidth; column += 1, pixelAt += pixelStep, y += step) {
      for (let offset: usize = 0; offset < step; offset += 16) {
        let sum = zero;
        let at = pixelAt + offset;
        let factorAt = w + offset;
        for (let line = filterHeight; line > 0; line -= 1, at += nextLine) {
          for (let tap = filterWidth; tap > 0; tap -= 1, at += step, factorAt += step) {
            sum = multiplyAdd(v128.load(factorAt), v128.load(at), sum);
          }
        }
        finish(y + offset, sum, bias ? bias + offset : 0, activation);
      }
    }
  }
}

/** Adds the products of x and dy at one tap of the filter, over some rows of dy, to `sums[channels]`. */
export function addTapGradient(
  sums: usize, x: usize, dy: usize, channels: i32, rows: i32, columns: i32, pixelStep: usize, rowStep: usize,
): void {
  const step = <usize>channels << 2;
  const nextRow = rowStep - pixelStep * columns;
  let offset: usize = 0;
  for (; offset + 64 <= step; offset += 64) {
    const to = sums + offset;
    let sum0 = v128.load(to), sum1 = v128.load(to, 16), sum2 = v128.load(to, 32), sum3 = v128.load(to, 48);
    let at = x + offset;
    let gradientAt = dy + offset;
    for (let row = rows; row > 0; row -= 1) {
      for (let column = columns; column > 0; column -= 1) {
        sum0 = multiplyAdd(v128.load(gradientAt), v128.load(at), sum0);
        sum1 = multiplyAdd(v128.load(gradientAt, 16), v128.load(at, 16), sum1);
        sum2 = multiplyAdd(v128.load(gradientAt, 32), v128.load(at, 32), sum2);
        sum3 = multiplyAdd(v128.load(gradientAt, 48), v128.load(at, 48), sum3);
        at += pixelStep;
        gradientAt += step;
      }
      at += nextRow;
    }
    v128.store(to, sum0);
    v128.store(to, sum1, 16);
    v128.store(to, sum2, 32);
    v128.store(to, sum3, 48);
  }
  for (; offset < step; offset += 16) {
    let sum = v128.load(sums + offset);
    let at = x + offset;
    let gradientAt = dy + offset;
    for (let row = rows; row > 0; row -= 1) {
      for (let column = columns; column > 0; column -= 1) {
        sum = multiplyAdd(v128.load(gradientAt), v128.load(at), sum);
        at += pixelStep;
        gradientAt += step;
      }
      at += nextRow;
    }
    v128.store(sums + offset, sum);
  }
}
