import { copyFloats, placeImage, spanOf } from "./images";
import { ACCUMULATE, multiplyTiles } from "./tile";
import { suitsWinograd, winogradFilterGradient, winogradScratch } from "./winograd";

/** Bytes of x and dy that are worked on at once: they stay in the first-level cache. */
const BLOCK: i32 = 24_576;

export function filterGradientScratch(
  batch: i32, inHeight: i32, inWidth: i32, inChannels: i32, filterHeight: i32, filterWidth: i32,
  strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32, outHeight: i32, outWidth: i32, outChannels: i32,
): i32 {
  if (suitsWinograd(filterHeight, filterWidth, strideHeight, strideWidth, inChannels, outChannels)) {
    return winogradScratch(inChannels, outChannels, outHeight, outWidth);
  }
  const height = spanOf(outHeight, strideHeight, filterHeight);
  const width = spanOf(outWidth, strideWidth, filterWidth);
  const columns = (outChannels + 7) & ~7;
  const run = (filterWidth * inChannels + 3) & ~3;
  return (filterHeight * run * columns + outHeight * outWidth * columns + height * width * inChannels) * 4 + 16;
}

export function conv2dFilterGradient(
  dw: usize, x: usize, dy: usize,
  batch: i32, inHeight: i32, inWidth: i32, inChannels: i32, filterHeight: i32, filterWidth: i32,
  strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32, outHeight: i32, outWidth: i32, outChannels: i32, scratch: usize,
): void {
  if (suitsWinograd(filterHeight, filterWidth, strideHeight, strideWidth, inChannels, outChannels)) {
    winogradFilterGradient(
      dw, x, dy, batch, inHeight, inWidth, inChannels, padTop, padLeft, outHeight, outWidth, outChannels, scratch,
    );
    return;
  }
  const height = spanOf(outHeight, strideHeight, filterHeight);
  let width = spanOf(outWidth, strideWidth, filterWidth);
  const columns = (outChannels + 7) & ~7;
  const run = filterWidth * inChannels;
  const wholeRun = (run + 3) & ~3;
  const sumsSize = <usize>(filterHeight * wholeRun * columns) << 2;
  const isWhole = run == wholeRun && columns == outChannels;
  // A run that is no multiple of 4 reads on behind the image.
  const isPlaced = run != wholeRun || (padTop | padLeft) != 0 || height > inHeight || width > inWidth;
  const sums = isWhole ? dw : scratch;
  const right = scratch + sumsSize;
  const placed = right + (<usize>(outHeight * outWidth * columns) << 2);
  memory.fill(sums, 0, sumsSize);
  if (columns != outChannels) memory.fill(right, 0, placed - right);
  if (isPlaced) memory.fill(placed, 0, (<usize>(height * width * inChannels) << 2) + 16);
  else width = inWidth;

  const bStep = <usize>columns << 2;
  const aStep = <usize>(strideWidth * inChannels) << 2;
  const lineStep = <usize>(width * inChannels) << 2;
  const rowStep = lineStep * strideHeight;
  const rowBytes = (strideHeight * width * inChannels + outWidth * columns) << 2;
  const block = max(1, BLOCK / rowBytes);
  for (let image = 0; image < batch; image += 1) {
    if (isPlaced) placeImage(placed, height, width, padTop, padLeft, 1, 1, x, inHeight, inWidth, inChannels);
    if (columns != outChannels) {
      for (let pixel = 0; pixel < outHeight * outWidth; pixel += 1) {
        copyFloats(right + <usize>pixel * bStep, dy + (<usize>(pixel * outChannels) << 2), outChannels);
      }
    }
    const left = isPlaced ? placed : x;
    const gradient = columns != outChannels ? right : dy;
    for (let row = 0; row < outHeight; row += block) {
      const rows = min(outHeight - row, block);
      const b = gradient + <usize>(row * outWidth) * bStep;
      for (let line = 0; line < filterHeight; line += 1) {
        const a = left + <usize>row * rowStep + <usize>line * lineStep;
        const to = sums + <usize>(line * wholeRun) * bStep;
        multiplyTiles(
          to, bStep, a, aStep, rows, outWidth, rowStep - aStep * outWidth, wholeRun >> 2, 16, b, bStep, 32, columns >> 3,
          ACCUMULATE, 0,
        );
      }
    }
    x += <usize>(inHeight * inWidth * inChannels) << 2;
    dy += <usize>(outHeight * outWidth * outChannels) << 2;
  }
  if (isWhole) return;
  for (let line = 0; line < filterHeight; line += 1) {
    for (let tap = 0; tap < run; tap += 1) {
      copyFloats(
        dw + (<usize>((line * run + tap) * outChannels) << 2), sums + <usize>(line * wholeRun + tap) * bStep, outChannels,
      );
    }
  }
}
