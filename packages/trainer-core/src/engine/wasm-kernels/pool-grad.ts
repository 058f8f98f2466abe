import {
  AvgPoolGrad,
  type AvgPoolGradAttrs,
  type AvgPoolGradInputs,
  backend_util,
  MaxPoolGrad,
  type MaxPoolGradAttrs,
  type MaxPoolGradInputs,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { defineKernel, floatsOf, type KernelCall } from "./heap.js";

type Shape4D = [number, number, number, number];

/**
 * Gradient of max pooling: each `dy` goes to the first place of its window that holds the maximum.
 *
 * The kernel that the backend ships loses the gradient of a window whose maximum is not positive.
 */
function maxPoolGrad(call: KernelCall<MaxPoolGradInputs, MaxPoolGradAttrs>): TensorInfo {
  const { inputs, attrs, backend } = call;
  const shape = inputs.input.shape as Shape4D;
  const info = backend_util.computePool2DInfo(
    shape,
    attrs.filterSize,
    attrs.strides,
    1,
    attrs.pad,
    attrs.dimRoundingMode,
  );
  const out = backend.makeOutput(shape, "float32");
  const dx = floatsOf(out, backend).fill(0);
  const x = floatsOf(inputs.input, backend);
  const maxima = floatsOf(inputs.output, backend);
  const dy = floatsOf(inputs.dy, backend);
  const { inWidth, inChannels: channels } = info;
  eachWindow(info, ({ place, image, top, bottom, left, right }) => {
    for (let channel = 0; channel < channels; channel += 1) {
      const maximum = maxima[place + channel];
      search: for (let row = top; row < bottom; row += 1) {
        const start = (image + row * inWidth) * channels + channel;
        for (let column = left; column < right; column += 1) {
          const at = start + column * channels;
          if (x[at] !== maximum) continue;
          dx[at] = (dx[at] as number) + (dy[place + channel] as number);
          break search;
        }
      }
    }
  });
  return out;
}

/**
 * Gradient of average pooling: each `dy` is shared by the cells of its window that lie inside the image.
 *
 * The kernel that the backend ships divides by the whole window also where padding covers a part of it.
 */
function avgPoolGrad(call: KernelCall<AvgPoolGradInputs, AvgPoolGradAttrs>): TensorInfo {
  const { inputs, attrs, backend } = call;
  const shape = inputs.input.shape as Shape4D;
  const info = backend_util.computePool2DInfo(shape, attrs.filterSize, attrs.strides, 1, attrs.pad);
  const out = backend.makeOutput(shape, "float32");
  const dx = floatsOf(out, backend).fill(0);
  const dy = floatsOf(inputs.dy, backend);
  const { inWidth, inChannels: channels } = info;
  eachWindow(info, ({ place, image, top, bottom, left, right }) => {
    const share = 1 / ((bottom - top) * (right - left));
    for (let row = top; row < bottom; row += 1) {
      for (let column = left; column < right; column += 1) {
        const at = (image + row * inWidth + column) * channels;
        for (let channel = 0; channel < channels; channel += 1) {
          dx[at + channel] = (dx[at + channel] as number) + (dy[place + channel] as number) * share;
        }
      }
    }
  });
  return out;
}

interface PoolWindow {
  /** Index of the window's first value in the pooled tensor. */
  place: number;
  /** Index of the image's first pixel. */
  image: number;
  /** The part of the window inside the image: first row and column, and those after the last. */
  top: number;
  bottom: number;
  left: number;
  right: number;
}

function eachWindow(info: backend_util.Conv2DInfo, visit: (window: PoolWindow) => void): void {
  const { inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth, outChannels, padInfo } = info;
  // One object for all windows: there are hundreds of thousands a step.
  const window: PoolWindow = { place: 0, image: 0, top: 0, bottom: 0, left: 0, right: 0 };
  for (let image = 0; image < info.batchSize; image += 1) {
    window.image = image * inHeight * inWidth;
    for (let row = 0; row < outHeight; row += 1) {
      const top = row * info.strideHeight - padInfo.top;
      window.top = Math.max(0, top);
      window.bottom = Math.min(inHeight, top + filterHeight);
      for (let column = 0; column < outWidth; column += 1) {
        const left = column * info.strideWidth - padInfo.left;
        window.left = Math.max(0, left);
        window.right = Math.min(inWidth, left + filterWidth);
        visit(window);
        window.place += outChannels;
      }
    }
  }
}

export const poolGradKernels = [
  defineKernel(MaxPoolGrad, maxPoolGrad),
  defineKernel(AvgPoolGrad, avgPoolGrad),
];
