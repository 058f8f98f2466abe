import { packFour } from "./pack";
import { multiplyRows, multiplyTiles } from "./tile";

/** Bytes of the scratch of {@link convolve}: a tile, and 4 pixels with their neighbours. */
export function convolveScratch(taps: i32): i32 {
  return 128 + taps * 16;
}

/** One image without border, with the filter in panels of 8 channels: y[outHeight, outWidth, outChannels]. */
export function convolve(
  y: usize, x: usize, width: i32, channels: i32, panels: usize, filterHeight: i32, filterWidth: i32,
  strideHeight: i32, strideWidth: i32, outHeight: i32, outWidth: i32, outChannels: i32, mode: i32, bias: usize,
  scratch: usize,
): void {
  const tile = scratch;
  const quad = scratch + 128;
  const run = filterWidth * channels;
  const taps = filterHeight * run;
  const panelStep = <usize>taps << 5;
  const yStep = <usize>outChannels << 2;
  const pixelStep = <usize>(strideWidth * channels) << 2;
  const lineStep = <usize>(width * channels) << 2;
  const rowStep = lineStep * strideHeight;
  const runSize = <usize>run << 4;
  // 4 pixels of one channel lie side by side as they are.
  const isFlat = pixelStep == 4 && (outChannels & 7) == 0;
  const pixels = outHeight * outWidth;
  let line = x;
  let column = 0;
  for (let pixel = 0; pixel < pixels; pixel += 4) {
    const rows = min(pixels - pixel, 4);
    const inLine = column + 4 <= outWidth;
    const x0 = line + pixelStep * column;
    if (inLine && isFlat) {
      const quads = (outWidth - column) >> 2;
      multiplyTiles(
        y, yStep, x0, 4, filterHeight, run, lineStep - (<usize>run << 2), quads, 16, panels, 32, panelStep,
        outChannels >> 3, mode, bias,
      );
      pixel += (quads - 1) << 2;
      y += yStep * (quads << 2);
      column += quads << 2;
      if (column == outWidth) {
        column = 0;
        line += rowStep;
      }
      continue;
    }
    let x1 = x0;
    let x2 = x0;
    let x3 = x0;
    if (inLine) {
      x1 = x0 + pixelStep;
      x2 = x1 + pixelStep;
      x3 = x2 + pixelStep;
      column += 4;
    } else {
      for (let next = 1; next < rows; next += 1) {
        column += 1;
        if (column == outWidth) {
          column = 0;
          line += rowStep;
        }
        const at = line + pixelStep * column;
        if (next == 1) x1 = at;
        else if (next == 2) x2 = at;
        else x3 = at;
      }
      column += 1;
    }
    if (column == outWidth) {
      column = 0;
      line += rowStep;
    }
    let to = quad;
    let offset: usize = 0;
    for (let row = 0; row < filterHeight; row += 1) {
      packFour(to, 16, x0 + offset, x1 + offset, x2 + offset, x3 + offset, run);
      to += runSize;
      offset += lineStep;
    }
    multiplyRows(
      y, outChannels, rows, quad, 16, 1, taps, 0, panels, 32, panelStep, panels + panelStep * (outChannels >> 3), mode, bias,
      tile,
    );
    y += yStep << 2;
  }
}
