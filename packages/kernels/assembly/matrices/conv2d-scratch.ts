import { forwardScratch } from "./conv2d";
import { filterGradientScratch } from "./conv2d-filter-gradient";
import { inputGradientScratch } from "./conv2d-input-gradient";

/** Bytes of scratch for the forward pass (kind 0), the filter's gradient (1) or the input's (2). */
export function conv2dScratch(
  kind: i32, batch: i32, inHeight: i32, inWidth: i32, inChannels: i32, filterHeight: i32, filterWidth: i32,
  strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32, outHeight: i32, outWidth: i32, outChannels: i32,
): i32 {
  if (kind == 0) {
    return forwardScratch(
      batch, inHeight, inWidth, inChannels, filterHeight, filterWidth, strideHeight, strideWidth, padTop, padLeft,
      outHeight, outWidth, outChannels,
    );
  }
  if (kind == 1) {
    return filterGradientScratch(
      batch, inHeight, inWidth, inChannels, filterHeight, filterWidth, strideHeight, strideWidth, padTop, padLeft,
      outHeight, outWidth, outChannels,
    );
  }
  return inputGradientScratch(
    batch, inHeight, inWidth, inChannels, filterHeight, filterWidth, strideHeight, strideWidth, padTop, padLeft,
    outHeight, outWidth, outChannels,
  );
}
