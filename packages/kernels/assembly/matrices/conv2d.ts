import { convolve, convolveScratch } from "./convolve";
import { placeImage, spanOf } from "./images";
import { packPanels } from "./pack";
import { ACTIVATION } from "./tile";
import { suitsWinograd, winogradConvolve, winogradScratch } from "./winograd";

export function forwardScratch(
  batch: i32, inHeight: i32, inWidth: i32, inChannels: i32, filterHeight: i32, filterWidth: i32,
  strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32, outHeight: i32, outWidth: i32, outChannels: i32,
): i32 {
  if (suitsWinograd(filterHeight, filterWidth, strideHeight, strideWidth, inChannels, outChannels)) {
    return winogradScratch(inChannels, outChannels, outHeight, outWidth);
  }
  const taps = filterHeight * filterWidth * inChannels;
  const height = spanOf(outHeight, strideHeight, filterHeight);
  const width = spanOf(outWidth, strideWidth, filterWidth);
  return convolveScratch(taps) + ((outChannels + 7) >> 3) * taps * 32 + height * width * inChannels * 4;
}

export function conv2d(
  y: usize, x: usize, w: usize, bias: usize, activation: i32,
  batch: i32, inHeight: i32, inWidth: i32, inChannels: i32, filterHeight: i32, filterWidth: i32,
  strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32, outHeight: i32, outWidth: i32, outChannels: i32, scratch: usize,
): void {
  if (suitsWinograd(filterHeight, filterWidth, strideHeight, strideWidth, inChannels, outChannels)) {
    winogradConvolve(
      y, x, w, bias, activation, batch, inHeight, inWidth, inChannels, padTop, padLeft, outHeight, outWidth, outChannels,
      scratch,
    );
    return;
  }
  const taps = filterHeight * filterWidth * inChannels;
  const height = spanOf(outHeight, strideHeight, filterHeight);
  const width = spanOf(outWidth, strideWidth, filterWidth);
  const panels = scratch + convolveScratch(taps);
  const placed = panels + (<usize>(((outChannels + 7) >> 3) * taps) << 5);
  const isPlaced = (padTop | padLeft) != 0 || height > inHeight || width > inWidth;
  packPanels(panels, w, outChannels, taps, false);
  if (isPlaced) memory.fill(placed, 0, <usize>(height * width * inChannels) << 2);
  for (; batch > 0; batch -= 1) {
    if (isPlaced) placeImage(placed, height, width, padTop, padLeft, 1, 1, x, inHeight, inWidth, inChannels);
    convolve(
      y, isPlaced ? placed : x, isPlaced ? width : inWidth, inChannels, panels, filterHeight, filterWidth,
      strideHeight, strideWidth, outHeight, outWidth, outChannels, activation << ACTIVATION, bias, scratch,
    );
    x += <usize>(inHeight * inWidth * inChannels) << 2;
    y += <usize>(outHeight * outWidth * outChannels) << 2;
  }
}
