import {
  backend_util,
  DepthwiseConv2dNativeBackpropFilter,
  type DepthwiseConv2dNativeBackpropFilterAttrs,
  type DepthwiseConv2dNativeBackpropFilterInputs,
  DepthwiseConv2dNativeBackpropInput,
  type DepthwiseConv2dNativeBackpropInputAttrs,
  type DepthwiseConv2dNativeBackpropInputInputs,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { defineKernel, floatsOf, type KernelCall } from "./heap.js";

type Shape4D = [number, number, number, number];

/** Gradient of a depthwise convolution for its filter [fh, fw, in, multiplier]. */
function backpropFilter(
  call: KernelCall<DepthwiseConv2dNativeBackpropFilterInputs, DepthwiseConv2dNativeBackpropFilterAttrs>,
): TensorInfo {
  const { inputs, attrs, backend } = call;
  const info = depthwiseInfo(inputs.x.shape as Shape4D, attrs.filterShape, attrs);
  const out = backend.makeOutput(attrs.filterShape, "float32");
  const dw = floatsOf(out, backend).fill(0);
  const x = floatsOf(inputs.x, backend);
  const dy = floatsOf(inputs.dy, backend);
  const multiplier = attrs.filterShape[3];
  eachTap(info, (pixel, tap, result) => {
    for (let i = 0; i < info.outChannels; i += 1) {
      const value = (x[pixel + Math.floor(i / multiplier)] as number) * (dy[result + i] as number);
      dw[tap + i] = (dw[tap + i] as number) + value;
    }
  });
  return out;
}

/** Gradient of a depthwise convolution for its input. */
function backpropInput(
  call: KernelCall<DepthwiseConv2dNativeBackpropInputInputs, DepthwiseConv2dNativeBackpropInputAttrs>,
): TensorInfo {
  const { inputs, attrs, backend } = call;
  const filterShape = inputs.filter.shape as Shape4D;
  const info = depthwiseInfo(attrs.inputShape, filterShape, attrs);
  const out = backend.makeOutput(attrs.inputShape, "float32");
  const dx = floatsOf(out, backend).fill(0);
  const dy = floatsOf(inputs.dy, backend);
  const filter = floatsOf(inputs.filter, backend);
  const multiplier = filterShape[3];
  eachTap(info, (pixel, tap, result) => {
    for (let i = 0; i < info.outChannels; i += 1) {
      const at = pixel + Math.floor(i / multiplier);
      dx[at] = (dx[at] as number) + (dy[result + i] as number) * (filter[tap + i] as number);
    }
  });
  return out;
}

function depthwiseInfo(
  inputShape: Shape4D,
  filterShape: Shape4D,
  attrs: Pick<DepthwiseConv2dNativeBackpropFilterAttrs, "strides" | "dilations" | "pad" | "dimRoundingMode">,
): backend_util.Conv2DInfo {
  const { strides, dilations, pad, dimRoundingMode } = attrs;
  return backend_util.computeConv2DInfo(
    inputShape,
    filterShape,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    true,
  );
}

/** Visits every pair of an input pixel and a filter tap that meet, by the index of their first channel. */
function eachTap(
  info: backend_util.Conv2DInfo,
  visit: (pixel: number, tap: number, result: number) => void,
): void {
  const { inHeight, inWidth, inChannels, outChannels, padInfo } = info;
  let result = 0;
  for (let image = 0; image < info.batchSize; image += 1) {
    for (let outRow = 0; outRow < info.outHeight; outRow += 1) {
      for (let outColumn = 0; outColumn < info.outWidth; outColumn += 1) {
        for (let tapRow = 0; tapRow < info.filterHeight; tapRow += 1) {
          const row = outRow * info.strideHeight - padInfo.top + tapRow * info.dilationHeight;
          if (row < 0 || row >= inHeight) continue;
          for (let tapColumn = 0; tapColumn < info.filterWidth; tapColumn += 1) {
            const column = outColumn * info.strideWidth - padInfo.left + tapColumn * info.dilationWidth;
            if (column < 0 || column >= inWidth) continue;
            const pixel = ((image * inHeight + row) * inWidth + column) * inChannels;
            visit(pixel, (tapRow * info.filterWidth + tapColumn) * outChannels, result);
          }
        }
        result += outChannels;
      }
    }
  }
}

export const depthwiseBackpropKernels = [
  defineKernel(DepthwiseConv2dNativeBackpropFilter, backpropFilter),
  defineKernel(DepthwiseConv2dNativeBackpropInput, backpropInput),
];
