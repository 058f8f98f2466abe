import { placeImage } from "./images";
import { packFour } from "./pack";
import { ACCUMULATE, multiplyTiles } from "./tile";
import {
  transformFilter, transformFilterGradient, transformInput, transformOutput, transformOutputGradient,
} from "./winograd-transforms";

/** Bytes of transformed tiles that are worked on at once: they stay in the second-level cache. */
const BLOCK: i32 = 262_144;

/** Bytes between the 16 places of a block: without them, all 16 would fall to the same few lines of a cache. */
const APART: usize = 64;

/** Whether F(2x2, 3x3) makes this convolution, and does so faster than the definition. */
export function suitsWinograd(
  filterHeight: i32, filterWidth: i32, strideHeight: i32, strideWidth: i32, inChannels: i32, outChannels: i32,
): bool {
  return filterHeight == 3 && filterWidth == 3 && strideHeight == 1 && strideWidth == 1 &&
    inChannels >= 8 && outChannels >= 8 && ((inChannels | outChannels) & 7) == 0;
}

/** Tiles in a block, a multiple of 4. */
function tilesAtOnce(inChannels: i32, outChannels: i32, tiles: i32): i32 {
  const fitting = max(16, BLOCK / ((inChannels + outChannels) * 64) & ~3);
  return min(fitting, (tiles + 3) & ~3);
}

export function winogradScratch(inChannels: i32, outChannels: i32, outHeight: i32, outWidth: i32): i32 {
  const tileRows = (outHeight + 1) >> 1;
  const tileColumns = (outWidth + 1) >> 1;
  const atOnce = tilesAtOnce(inChannels, outChannels, tileRows * tileColumns);
  const image = (2 * tileRows + 2) * (2 * tileColumns + 2) * inChannels;
  // Two filters, transformed and (for the gradients) not; tiles of both sides; 4 tiles on their way; both images.
  return (25 * inChannels * outChannels + 16 * atOnce * (inChannels + outChannels) + 64 * inChannels + image +
    4 * tileRows * tileColumns * outChannels) * 4 + <i32>(32 * APART);
}

/** A convolution with a 3 x 3 filter and stride 1; `top` and `left` lines of the border are zeros, as are those behind. */
export function winogradConvolve(
  y: usize, x: usize, w: usize, bias: usize, activation: i32, batch: i32, inHeight: i32, inWidth: i32, inChannels: i32,
  top: i32, left: i32, outHeight: i32, outWidth: i32, outChannels: i32, scratch: usize,
): void {
  const tileRows = (outHeight + 1) >> 1;
  const tileColumns = (outWidth + 1) >> 1;
  const tiles = tileRows * tileColumns;
  const atOnce = tilesAtOnce(inChannels, outChannels, tiles);
  const height = 2 * tileRows + 2;
  const width = 2 * tileColumns + 2;
  const matrix = <usize>(inChannels * outChannels) << 2;
  const pixelStep = <usize>inChannels << 2;
  const lineStep = pixelStep * width;
  const yPixelStep = <usize>outChannels << 2;
  const yLineStep = yPixelStep * outWidth;
  const tilesStep = pixelStep * atOnce + APART;
  const sumsStep = yPixelStep * atOnce + APART;
  const panelStep = <usize>inChannels << 5;

  const filters = scratch;
  const packed = filters + 16 * matrix;
  const sums = packed + 16 * tilesStep;
  const four = sums + 16 * sumsStep;
  const image = four + 64 * pixelStep;

  transformFilter(filters, w, inChannels, outChannels);
  const imageSize = lineStep * height;
  memory.fill(image, 0, imageSize);
  for (; batch > 0; batch -= 1) {
    placeImage(image, height, width, top, left, 1, 1, x, inHeight, inWidth, inChannels);
    for (let first = 0; first < tiles; first += atOnce) {
      const count = min(atOnce, tiles - first);
      for (let quad = 0; quad < count; quad += 4) {
        for (let tile = 0; tile < 4; tile += 1) {
          // The last tile again where there are no 4 left.
          const index = min(first + quad + tile, tiles - 1);
          const row = index / tileColumns;
          const at = image + <usize>(2 * row) * lineStep + <usize>(2 * (index - row * tileColumns)) * pixelStep;
          transformInput(four + <usize>tile * pixelStep, 4 * pixelStep, at, lineStep, pixelStep);
        }
        let to = packed + <usize>quad * pixelStep;
        for (let place = four; place < image; place += 4 * pixelStep, to += tilesStep) {
          packFour(to, 16, place, place + pixelStep, place + 2 * pixelStep, place + 3 * pixelStep, inChannels);
        }
      }
      for (let place = 0; place < 16; place += 1) {
        multiplyTiles(
          sums + <usize>place * sumsStep, yPixelStep, packed + <usize>place * tilesStep, 16, 1, inChannels, 0,
          (count + 3) >> 2, 4 * pixelStep, filters + <usize>place * matrix, 32, panelStep, outChannels >> 3, 0, 0,
        );
      }
      for (let tile = 0; tile < count; tile += 1) {
        const row = (first + tile) / tileColumns;
        const column = first + tile - row * tileColumns;
        transformOutput(
          y + <usize>(2 * row) * yLineStep + <usize>(2 * column) * yPixelStep, yLineStep, yPixelStep,
          outHeight - 2 * row, outWidth - 2 * column, sums + <usize>tile * yPixelStep, sumsStep, activation, bias,
        );
      }
    }
    x += <usize>(inHeight * inWidth * inChannels) << 2;
    y += <usize>(outHeight * outWidth * outChannels) << 2;
  }
}

/** The input's gradient: the convolution of dy with the filter turned by half, its channels swapped. */
export function winogradInputGradient(
  dx: usize, dy: usize, w: usize, batch: i32, inHeight: i32, inWidth: i32, inChannels: i32, padTop: i32, padLeft: i32,
  outHeight: i32, outWidth: i32, outChannels: i32, scratch: usize,
): void {
  const matrix = <usize>(inChannels * outChannels) << 2;
  const step = <usize>outChannels << 2;
  let to = scratch;
  for (let tap = 8; tap >= 0; tap -= 1, to += matrix) {
    let from = w + <usize>tap * matrix;
    for (let channel = 0; channel < inChannels; channel += 4, from += 4 * step) {
      packFour(to + (<usize>channel << 2), <usize>inChannels << 2, from, from + step, from + 2 * step, from + 3 * step, outChannels);
    }
  }
  winogradConvolve(
    dx, dy, scratch, 0, 0, batch, outHeight, outWidth, outChannels, 2 - padTop, 2 - padLeft, inHeight, inWidth, inChannels,
    to,
  );
}

/** The filter's gradient: the same 16 products, of which now the filter's side is what is asked for. */
export function winogradFilterGradient(
  dw: usize, x: usize, dy: usize, batch: i32, inHeight: i32, inWidth: i32, inChannels: i32, top: i32, left: i32,
  outHeight: i32, outWidth: i32, outChannels: i32, scratch: usize,
): void {
  const tileRows = (outHeight + 1) >> 1;
  const tileColumns = (outWidth + 1) >> 1;
  const tiles = tileRows * tileColumns;
  const atOnce = tilesAtOnce(inChannels, outChannels, tiles);
  const height = 2 * tileRows + 2;
  const width = 2 * tileColumns + 2;
  const isOdd = ((outHeight | outWidth) & 1) != 0;
  const matrix = <usize>(inChannels * outChannels) << 2;
  const pixelStep = <usize>inChannels << 2;
  const lineStep = pixelStep * width;
  const yPixelStep = <usize>outChannels << 2;
  const yLineStep = yPixelStep * (2 * tileColumns);
  const tilesStep = pixelStep * atOnce + APART;
  const gradientsStep = yPixelStep * atOnce + APART;

  const sums = scratch;
  const inputs = sums + 16 * matrix;
  const gradients = inputs + 16 * tilesStep;
  const image = gradients + 16 * gradientsStep;
  const evenGradient = image + lineStep * height;

  memory.fill(sums, 0, 16 * matrix);
  memory.fill(image, 0, lineStep * height);
  if (isOdd) memory.fill(evenGradient, 0, yLineStep * (2 * tileRows));
  for (; batch > 0; batch -= 1) {
    placeImage(image, height, width, top, left, 1, 1, x, inHeight, inWidth, inChannels);
    let gradient = dy;
    if (isOdd) {
      gradient = evenGradient;
      placeImage(gradient, 2 * tileRows, 2 * tileColumns, 0, 0, 1, 1, dy, outHeight, outWidth, outChannels);
    }
    for (let first = 0; first < tiles; first += atOnce) {
      const count = min(atOnce, tiles - first);
      for (let tile = 0; tile < count; tile += 1) {
        const row = (first + tile) / tileColumns;
        const column = first + tile - row * tileColumns;
        const at = image + <usize>(2 * row) * lineStep + <usize>(2 * column) * pixelStep;
        transformInput(inputs + <usize>tile * pixelStep, tilesStep, at, lineStep, pixelStep);
        const yAt = gradient + <usize>(2 * row) * yLineStep + <usize>(2 * column) * yPixelStep;
        transformOutputGradient(gradients + <usize>tile * yPixelStep, gradientsStep, yAt, yLineStep, yPixelStep);
      }
      for (let place = 0; place < 16; place += 1) {
        multiplyTiles(
          sums + <usize>place * matrix, yPixelStep, inputs + <usize>place * tilesStep, pixelStep, 1, count, 0,
          inChannels >> 2, 16, gradients + <usize>place * gradientsStep, yPixelStep, 32, outChannels >> 3, ACCUMULATE, 0,
        );
      }
    }
    x += <usize>(inHeight * inWidth * inChannels) << 2;
    dy += <usize>(outHeight * outWidth * outChannels) << 2;
  }
  transformFilterGradient(dw, sums, inChannels * outChannels);
}
