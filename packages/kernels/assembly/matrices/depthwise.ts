import { addTapGradient, convolveChannels, gatherChannels, spreadChannels, wholeChannels } from "./depthwise-images";
import { copyFloats, placeImage, spanOf } from "./images";

/** Bytes of x and dy that are worked on at once: they stay in the first-level cache. */
const BLOCK: i32 = 24_576;

/** Bytes of scratch for the forward pass (kind 0), the filter's gradient (1) or the input's (2). */
export function depthwiseScratch(
  kind: i32, batch: i32, inHeight: i32, inWidth: i32, inChannels: i32, filterHeight: i32, filterWidth: i32,
  strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32, outHeight: i32, outWidth: i32, multiplier: i32,
): i32 {
  const channels = wholeChannels(inChannels, multiplier);
  let height = spanOf(outHeight, strideHeight, filterHeight);
  let width = spanOf(outWidth, strideWidth, filterWidth);
  if (kind == 2) {
    height = inHeight + filterHeight - 1;
    width = inWidth + filterWidth - 1;
  }
  const pixels = height * width + inHeight * inWidth + outHeight * outWidth;
  return (filterHeight * filterWidth + 1 + pixels) * channels * 4;
}

export function depthwiseConv2d(
  y: usize, x: usize, w: usize, bias: usize, activation: i32,
  batch: i32, inHeight: i32, inWidth: i32, inChannels: i32, filterHeight: i32, filterWidth: i32,
  strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32, outHeight: i32, outWidth: i32, multiplier: i32, scratch: usize,
): void {
  const channels = wholeChannels(inChannels, multiplier);
  const outChannels = inChannels * multiplier;
  const height = spanOf(outHeight, strideHeight, filterHeight);
  const width = spanOf(outWidth, strideWidth, filterWidth);
  const step = <usize>channels << 2;
  const taps = filterHeight * filterWidth;
  const biases = scratch + step * taps;
  const spread = biases + step;
  const placed = spread + step * (inHeight * inWidth);
  const result = placed + step * (height * width);
  const isSpread = channels != inChannels;
  const isGathered = channels != outChannels;
  memory.fill(scratch, 0, result - scratch);
  spreadChannels(scratch, channels, w, taps, outChannels, 1);
  if (bias) copyFloats(biases, bias, outChannels);
  for (; batch > 0; batch -= 1) {
    if (isSpread) spreadChannels(spread, channels, x, inHeight * inWidth, inChannels, multiplier);
    placeImage(placed, height, width, padTop, padLeft, 1, 1, isSpread ? spread : x, inHeight, inWidth, channels);
    convolveChannels(
      isGathered ? result : y, placed, width, channels, scratch, filterHeight, filterWidth, strideHeight, strideWidth,
      outHeight, outWidth, bias ? biases : 0, activation,
    );
    if (isGathered) gatherChannels(y, channels, result, outHeight * outWidth, outChannels, 1);
    x += <usize>(inHeight * inWidth * inChannels) << 2;
    y += <usize>(outHeight * outWidth * outChannels) << 2;
  }
}

export function depthwiseFilterGradient(
  dw: usize, x: usize, dy: usize,
  batch: i32, inHeight: i32, inWidth: i32, inChannels: i32, filterHeight: i32, filterWidth: i32,
  strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32, outHeight: i32, outWidth: i32, multiplier: i32, scratch: usize,
): void {
  const channels = wholeChannels(inChannels, multiplier);
  const outChannels = inChannels * multiplier;
  const height = spanOf(outHeight, strideHeight, filterHeight);
  const width = spanOf(outWidth, strideWidth, filterWidth);
  const step = <usize>channels << 2;
  const taps = filterHeight * filterWidth;
  const spread = scratch + step * taps;
  const placed = spread + step * (inHeight * inWidth);
  const gradients = placed + step * (height * width);
  const isSpread = channels != inChannels;
  const isGathered = channels != outChannels;
  const rowStep = step * width * strideHeight;
  const block = max(1, BLOCK / <i32>(rowStep + step * outWidth));
  memory.fill(scratch, 0, gradients - scratch);
  if (isGathered) memory.fill(gradients, 0, step * (outHeight * outWidth));
  for (; batch > 0; batch -= 1) {
    if (isSpread) spreadChannels(spread, channels, x, inHeight * inWidth, inChannels, multiplier);
    placeImage(placed, height, width, padTop, padLeft, 1, 1, isSpread ? spread : x, inHeight, inWidth, channels);
    if (isGathered) spreadChannels(gradients, channels, dy, outHeight * outWidth, outChannels, 1);
    const gradient = isGathered ? gradients : dy;
    for (let row = 0; row < outHeight; row += block) {
      const rows = min(outHeight - row, block);
      for (let tap = 0; tap < taps; tap += 1) {
        const line = tap / filterWidth;
        const at = placed + rowStep * row + step * (line * width + tap - line * filterWidth);
        addTapGradient(
          scratch + step * tap, at, gradient + step * (row * outWidth), channels, rows, outWidth, step * strideWidth, rowStep,
        );
      }
    }
    x += <usize>(inHeight * inWidth * inChannels) << 2;
    dy += <usize>(outHeight * outWidth * outChannels) << 2;
  }
  gatherChannels(dw, channels, scratch, taps, outChannels, 1);
}

/** A convolution of dy, spread out by the stride and with a border, with the filter turned by half. */
export function depthwiseInputGradient(
  dx: usize, dy: usize, w: usize,
  batch: i32, inHeight: i32, inWidth: i32, inChannels: i32, filterHeight: i32, filterWidth: i32,
  strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32, outHeight: i32, outWidth: i32, multiplier: i32, scratch: usize,
): void {
  const channels = wholeChannels(inChannels, multiplier);
  const outChannels = inChannels * multiplier;
  const height = inHeight + filterHeight - 1;
  const width = inWidth + filterWidth - 1;
  const step = <usize>channels << 2;
  const taps = filterHeight * filterWidth;
  const spread = scratch + step * taps;
  const placed = spread + step * (outHeight * outWidth);
  const result = placed + step * (height * width);
  const isSpread = channels != outChannels;
  const isGathered = channels != inChannels;
  memory.fill(scratch, 0, result - scratch);
  for (let tap = 0; tap < taps; tap += 1) {
    copyFloats(scratch + step * tap, w + (<usize>((taps - 1 - tap) * outChannels) << 2), outChannels);
  }
  for (; batch > 0; batch -= 1) {
    if (isSpread) spreadChannels(spread, channels, dy, outHeight * outWidth, outChannels, 1);
    placeImage(
      placed, height, width, filterHeight - 1 - padTop, filterWidth - 1 - padLeft, strideHeight, strideWidth,
      isSpread ? spread : dy, outHeight, outWidth, channels,
    );
    convolveChannels(
      isGathered ? result : dx, placed, width, channels, scratch, filterHeight, filterWidth, 1, 1, inHeight, inWidth, 0, 0,
    );
    if (isGathered) gatherChannels(dx, channels, result, inHeight * inWidth, inChannels, multiplier);
    dx += <usize>(inHeight * inWidth * inChannels) << 2;
    dy += <usize>(outHeight * outWidth * outChannels) << 2;
  }
}
