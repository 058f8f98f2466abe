import {
  backend_util,
  Conv2D,
  Conv2DBackpropFilter,
  type Conv2DBackpropFilterAttrs,
  type Conv2DBackpropFilterInputs,
  Conv2DBackpropInput,
  type Conv2DBackpropInputAttrs,
  type Conv2DBackpropInputInputs,
  type TensorInfo,
  Transpose,
} from "@tensorflow/tfjs-core";
import { defineKernel, floatsOf, type KernelCall, runKernel } from "./heap.js";

type Shape4D = [number, number, number, number];
const stepOne = { dilations: 1, strides: 1, dataFormat: "NHWC" } as const;

/**
 * Gradient of conv2d for its filter [fh, fw, in, out], as a convolution itself: the images with batch and channels
 * swapped, convolved by `dy` as a filter that is dilated by the forward stride.
 */
function conv2dBackpropFilter(
  call: KernelCall<Conv2DBackpropFilterInputs, Conv2DBackpropFilterAttrs>,
): TensorInfo {
  const { inputs, attrs, backend } = call;
  const { strides, pad, dimRoundingMode, filterShape } = attrs;
  requireChannelsLast(attrs.dataFormat);
  const [, height, width, channels] = inputs.x.shape as Shape4D;
  const [, outHeight, outWidth, filters] = inputs.dy.shape as Shape4D;
  const [filterHeight, filterWidth] = filterShape;
  const { padInfo, strideHeight, strideWidth } = backend_util.computeConv2DInfo(
    inputs.x.shape as Shape4D,
    filterShape,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const x = runKernel(Transpose, { x: inputs.x }, { perm: [3, 1, 2, 0] }, backend);
  const dy = runKernel(Transpose, { x: inputs.dy }, { perm: [1, 2, 0, 3] }, backend);
  // Just enough padding for filterHeight x filterWidth results; a stride that leaves rows over gives more.
  const bottom = Math.max(0, filterHeight - height - padInfo.top + (outHeight - 1) * strideHeight);
  const right = Math.max(0, filterWidth - width - padInfo.left + (outWidth - 1) * strideWidth);
  const padding = [
    [0, 0],
    [padInfo.top, bottom],
    [padInfo.left, right],
    [0, 0],
  ];
  const result = runKernel(
    Conv2D,
    { x, filter: dy },
    { ...stepOne, dilations: [strideHeight, strideWidth], pad: padding },
    backend,
  );
  const out = backend.makeOutput(filterShape, "float32");
  const [, rows, columns] = result.shape as Shape4D;
  const from = floatsOf(result, backend);
  const to = floatsOf(out, backend);
  let target = 0;
  for (let row = 0; row < filterHeight; row += 1) {
    for (let column = 0; column < filterWidth; column += 1) {
      for (let channel = 0; channel < channels; channel += 1) {
        const source = ((channel * rows + row) * columns + column) * filters;
        for (let filter = 0; filter < filters; filter += 1) {
          to[target] = from[source + filter] as number;
          target += 1;
        }
      }
    }
  }
  for (const { dataId } of [x, dy, result]) backend.disposeData(dataId);
  return out;
}

/**
 * Gradient of conv2d for its input, as a convolution itself: `dy`, spread out by the forward stride, convolved by the
 * filter turned by 180 degrees with its channels swapped.
 */
function conv2dBackpropInput(
  call: KernelCall<Conv2DBackpropInputInputs, Conv2DBackpropInputAttrs>,
): TensorInfo {
  const { inputs, attrs, backend } = call;
  const { strides, pad, dimRoundingMode, inputShape } = attrs;
  requireChannelsLast(attrs.dataFormat);
  const filterShape = inputs.filter.shape as Shape4D;
  const { padInfo, strideHeight, strideWidth } = backend_util.computeConv2DInfo(
    inputShape,
    filterShape,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const [batch, height, width] = inputShape;
  const [filterHeight, filterWidth, channels, filters] = filterShape;
  const spread = backend.makeOutput(
    [batch, height + filterHeight - 1, width + filterWidth - 1, filters],
    "float32",
  );
  const turned = backend.makeOutput([filterHeight, filterWidth, filters, channels], "float32");
  spreadOut(floatsOf(spread, backend), floatsOf(inputs.dy, backend), {
    to: spread.shape as Shape4D,
    from: inputs.dy.shape as Shape4D,
    top: filterHeight - 1 - padInfo.top,
    left: filterWidth - 1 - padInfo.left,
    strideHeight,
    strideWidth,
  });
  turn(floatsOf(turned, backend), floatsOf(inputs.filter, backend), filterShape);
  const out = runKernel(Conv2D, { x: spread, filter: turned }, { ...stepOne, pad: "valid" }, backend);
  for (const { dataId } of [spread, turned]) backend.disposeData(dataId);
  return out;
}

interface Spread {
  readonly to: Shape4D;
  readonly from: Shape4D;
  /** Where the first row and column land; negative when they fall off the edge. */
  readonly top: number;
  readonly left: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
}

function spreadOut(target: Float32Array, source: Float32Array, spread: Spread): void {
  const { to, from, top, left, strideHeight, strideWidth } = spread;
  const [batch, height, width, depth] = to;
  target.fill(0);
  for (let image = 0; image < batch; image += 1) {
    for (let row = 0; row < from[1]; row += 1) {
      const toRow = top + row * strideHeight;
      if (toRow < 0 || toRow >= height) continue;
      for (let column = 0; column < from[2]; column += 1) {
        const toColumn = left + column * strideWidth;
        if (toColumn < 0 || toColumn >= width) continue;
        const start = ((image * from[1] + row) * from[2] + column) * depth;
        const end = ((image * height + toRow) * width + toColumn) * depth;
        for (let i = 0; i < depth; i += 1) target[end + i] = source[start + i] as number;
      }
    }
  }
}

/** [fh, fw, in, out] to [fh, fw, out, in], with both spatial axes reversed. */
function turn(target: Float32Array, source: Float32Array, [height, width, channels, filters]: Shape4D): void {
  const taps = height * width;
  for (let tap = 0; tap < taps; tap += 1) {
    const from = tap * channels * filters;
    const to = (taps - 1 - tap) * channels * filters;
    for (let channel = 0; channel < channels; channel += 1) {
      for (let filter = 0; filter < filters; filter += 1) {
        target[to + filter * channels + channel] = source[from + channel * filters + filter] as number;
      }
    }
  }
}

function requireChannelsLast(dataFormat: string): void {
  if (dataFormat !== "NHWC") throw new Error(`conv2d gradient: expected dataFormat NHWC, got ${dataFormat}`);
}

export const conv2dBackpropKernels = [
  defineKernel(Conv2DBackpropFilter, conv2dBackpropFilter),
  defineKernel(Conv2DBackpropInput, conv2dBackpropInput),
];
