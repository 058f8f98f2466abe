import { convolve, convolveScratch } from "./convolve";
import { placeImage } from "./images";
import { packTransposedPanels } from "./pack";
import { scatterInputGradient, scatterScratch, suitsScatter } from "./scatter-gradient";
import { suitsWinograd, winogradInputGradient, winogradScratch } from "./winograd";

export function inputGradientScratch(
  batch: i32, inHeight: i32, inWidth: i32, inChannels: i32, filterHeight: i32, filterWidth: i32,
  strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32, outHeight: i32, outWidth: i32, outChannels: i32,
): i32 {
  if (suitsWinograd(filterHeight, filterWidth, strideHeight, strideWidth, inChannels, outChannels)) {
    return winogradScratch(outChannels, inChannels, inHeight, inWidth);
  }
  if (suitsScatter(strideHeight, strideWidth, inChannels)) {
    return scatterScratch(filterHeight * filterWidth * inChannels, outHeight * outWidth, outChannels);
  }
  const taps = filterHeight * filterWidth * outChannels;
  const height = inHeight + filterHeight - 1;
  const width = inWidth + filterWidth - 1;
  return convolveScratch(taps) + ((inChannels + 7) >> 3) * taps * 32 + height * width * outChannels * 4;
}

/** A convolution of dy, spread out by the stride and with a border, with the filter turned by half and its channels swapped. */
export function conv2dInputGradient(
  dx: usize, dy: usize, w: usize,
  batch: i32, inHeight: i32, inWidth: i32, inChannels: i32, filterHeight: i32, filterWidth: i32,
  strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32, outHeight: i32, outWidth: i32, outChannels: i32, scratch: usize,
): void {
  if (suitsWinograd(filterHeight, filterWidth, strideHeight, strideWidth, inChannels, outChannels)) {
    winogradInputGradient(
      dx, dy, w, batch, inHeight, inWidth, inChannels, padTop, padLeft, outHeight, outWidth, outChannels, scratch,
    );
    return;
  }
  if (suitsScatter(strideHeight, strideWidth, inChannels)) {
    scatterInputGradient(
      dx, dy, w, batch, inHeight, inWidth, inChannels, filterHeight, filterWidth, strideHeight, strideWidth, padTop, padLeft,
      outHeight, outWidth, outChannels, scratch,
    );
    return;
  }
  const taps = filterHeight * filterWidth * outChannels;
  const height = inHeight + filterHeight - 1;
  const width = inWidth + filterWidth - 1;
  const top = filterHeight - 1 - padTop;
  const left = filterWidth - 1 - padLeft;
  const panels = scratch + convolveScratch(taps);
  const placed = panels + (<usize>(((inChannels + 7) >> 3) * taps) << 5);
  for (let tap = filterHeight * filterWidth - 1, to = panels; tap >= 0; tap -= 1, to += <usize>outChannels << 5) {
    const from = w + (<usize>(tap * inChannels * outChannels) << 2);
    packTransposedPanels(to, <usize>taps << 5, from, inChannels, outChannels, outChannels);
  }
  const isPlaced = (top | left) != 0 || height != outHeight || width != outWidth;
  if (isPlaced) memory.fill(placed, 0, <usize>(height * width * outChannels) << 2);
  for (; batch > 0; batch -= 1) {
    if (isPlaced) {
      placeImage(placed, height, width, top, left, strideHeight, strideWidth, dy, outHeight, outWidth, outChannels);
    }
    convolve(
      dx, isPlaced ? placed : dy, width, outChannels, panels, filterHeight, filterWidth, 1, 1, inHeight, inWidth,
      inChannels, 0, 0, scratch,
    );
    dx += <usize>(inHeight * inWidth * inChannels) << 2;
    dy += <usize>(outHeight * outWidth * outChannels) << 2;
  }
}
