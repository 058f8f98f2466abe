import {
  backend_util,
  Conv3DBackpropFilterV2,
  type Conv3DBackpropFilterV2Attrs,
  type Conv3DBackpropFilterV2Inputs,
  Conv3DBackpropInputV2,
  type Conv3DBackpropInputV2Attrs,
  type Conv3DBackpropInputV2Inputs,
  Dilation2D,
  type Dilation2DAttrs,
  type Dilation2DInputs,
  MaxPool3D,
  type MaxPool3DAttrs,
  MaxPool3DGrad,
  type MaxPool3DGradAttrs,
  type MaxPool3DGradInputs,
  type MaxPool3DInputs,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { defineKernel, floatsOf, type KernelCall } from "./tensor-memory.js";

type Shape3D = [number, number, number];
type Shape4D = [number, number, number, number];
type Shape5D = [number, number, number, number, number];

// The backend ships all of these, and they are wrong: maxima begin at the smallest positive number instead of minus
// infinity, and the gradients of conv3d leave the padding out of bounds. Written for being right, not for speed.

/** Largest value of each window of a volume; cells outside count for nothing. */
function maxPool3D({ inputs, attrs, backend }: KernelCall<MaxPool3DInputs, MaxPool3DAttrs>): TensorInfo {
  const info = poolInfo(inputs.x.shape as Shape5D, attrs);
  const out = backend.makeOutput(info.outShape, "float32");
  const [y, x] = [floatsOf(out, backend), floatsOf(inputs.x, backend)];
  y.fill(Number.NEGATIVE_INFINITY);
  eachCell(info, (cell, place) => {
    for (let i = 0; i < info.inChannels; i += 1) {
      y[place + i] = Math.max(y[place + i] as number, x[cell + i] as number);
    }
  });
  return out;
}

/** Each `dy` goes to the first place of its window that holds the maximum. */
function maxPool3DGrad(call: KernelCall<MaxPool3DGradInputs, MaxPool3DGradAttrs>): TensorInfo {
  const { inputs, attrs, backend } = call;
  const info = poolInfo(inputs.input.shape as Shape5D, attrs);
  const out = backend.makeOutput([...inputs.input.shape], "float32");
  const dx = floatsOf(out, backend).fill(0);
  const x = floatsOf(inputs.input, backend);
  const dy = floatsOf(inputs.dy, backend);
  const largest = new Int32Array(dy.length).fill(-1);
  eachCell(info, (cell, place) => {
    for (let i = 0; i < info.inChannels; i += 1) {
      const before = largest[place + i] as number;
      if (before < 0 || (x[cell + i] as number) > (x[before] as number)) largest[place + i] = cell + i;
    }
  });
  for (const [place, cell] of largest.entries()) {
    if (cell >= 0) dx[cell] = (dx[cell] as number) + (dy[place] as number);
  }
  return out;
}

/** Gradient of conv3d for its input. */
function conv3DBackpropInput(
  call: KernelCall<Conv3DBackpropInputV2Inputs, Conv3DBackpropInputV2Attrs>,
): TensorInfo {
  const { inputs, attrs, backend } = call;
  const filterShape = inputs.filter.shape as Shape5D;
  const info = backend_util.computeConv3DInfo(attrs.inputShape, filterShape, attrs.strides, 1, attrs.pad);
  const out = backend.makeOutput(info.inShape, "float32");
  const dx = floatsOf(out, backend).fill(0);
  const [dy, filter] = [floatsOf(inputs.dy, backend), floatsOf(inputs.filter, backend)];
  const { inChannels, outChannels } = info;
  eachCell(info, (cell, place, tap) => {
    for (let channel = 0; channel < inChannels; channel += 1) {
      const row = (tap * inChannels + channel) * outChannels;
      let sum = 0;
      for (let i = 0; i < outChannels; i += 1) sum += (dy[place + i] as number) * (filter[row + i] as number);
      dx[cell + channel] = (dx[cell + channel] as number) + sum;
    }
  });
  return out;
}

/** Gradient of conv3d for its filter. */
function conv3DBackpropFilter(
  call: KernelCall<Conv3DBackpropFilterV2Inputs, Conv3DBackpropFilterV2Attrs>,
): TensorInfo {
  const { inputs, attrs, backend } = call;
  const { strides, pad, filterShape } = attrs;
  const info = backend_util.computeConv3DInfo(inputs.x.shape as Shape5D, filterShape, strides, 1, pad);
  const out = backend.makeOutput(filterShape, "float32");
  const dw = floatsOf(out, backend).fill(0);
  const [dy, x] = [floatsOf(inputs.dy, backend), floatsOf(inputs.x, backend)];
  const { inChannels, outChannels } = info;
  eachCell(info, (cell, place, tap) => {
    for (let channel = 0; channel < inChannels; channel += 1) {
      const row = (tap * inChannels + channel) * outChannels;
      const value = x[cell + channel] as number;
      for (let i = 0; i < outChannels; i += 1) {
        dw[row + i] = (dw[row + i] as number) + value * (dy[place + i] as number);
      }
    }
  });
  return out;
}

/** Largest sum of image and filter in each window (grayscale dilation). */
function dilation2D({ inputs, attrs, backend }: KernelCall<Dilation2DInputs, Dilation2DAttrs>): TensorInfo {
  const { strides, pad, dilations } = attrs;
  const filterShape = inputs.filter.shape as Shape3D;
  const flat = backend_util.computeDilation2DInfo(
    inputs.x.shape as Shape4D,
    filterShape,
    strides,
    pad,
    "NHWC",
    dilations,
  );
  const out = backend.makeOutput(flat.outShape, "float32");
  const [y, x, filter] = [out, inputs.x, inputs.filter].map((tensor) => floatsOf(tensor, backend)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  y.fill(Number.NEGATIVE_INFINITY);
  eachCell(asVolume(flat), (cell, place, tap) => {
    for (let i = 0; i < flat.inChannels; i += 1) {
      const sum = (x[cell + i] as number) + (filter[tap * flat.inChannels + i] as number);
      y[place + i] = Math.max(y[place + i] as number, sum);
    }
  });
  return out;
}

type VolumeInfo = Omit<backend_util.Conv3DInfo, "dataFormat" | "inShape" | "outShape" | "filterShape">;

function poolInfo(
  shape: Shape5D,
  attrs: Pick<MaxPool3DAttrs, "filterSize" | "strides" | "pad"> & Partial<MaxPool3DAttrs>,
): backend_util.Conv3DInfo {
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  return backend_util.computePool3DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
}

/** An image as a volume of depth 1. */
function asVolume(info: backend_util.Conv2DInfo): VolumeInfo {
  const depth = { inDepth: 1, outDepth: 1, filterDepth: 1, strideDepth: 1, dilationDepth: 1 };
  const padInfo = { ...info.padInfo, front: 0, back: 0 } as backend_util.Conv3DInfo["padInfo"];
  return { ...info, ...depth, effectiveFilterDepth: 1, padInfo };
}

/** Visits every pair of a window and a cell of it inside the volume, by the index of their first channel. */
function eachCell(info: VolumeInfo, visit: (cell: number, place: number, tap: number) => void): void {
  const { inDepth, inHeight, inWidth, padInfo } = info;
  const depths = axis(info.outDepth, info.filterDepth, [
    info.strideDepth,
    info.dilationDepth,
    padInfo.front,
    inDepth,
  ]);
  const rows = axis(info.outHeight, info.filterHeight, [
    info.strideHeight,
    info.dilationHeight,
    padInfo.top,
    inHeight,
  ]);
  const columns = axis(info.outWidth, info.filterWidth, [
    info.strideWidth,
    info.dilationWidth,
    padInfo.left,
    inWidth,
  ]);
  for (let image = 0; image < info.batchSize; image += 1) {
    for (const depth of depths) {
      for (const row of rows) {
        for (const column of columns) {
          const place =
            ((image * info.outDepth + depth.out) * info.outHeight + row.out) * info.outWidth + column.out;
          const cell = ((image * inDepth + depth.at) * inHeight + row.at) * inWidth + column.at;
          const tap = (depth.tap * info.filterHeight + row.tap) * info.filterWidth + column.tap;
          visit(cell * info.inChannels, place * info.outChannels, tap);
        }
      }
    }
  }
}

/** Every pair of a window and a cell of it along one axis, windows in order and their cells in order. */
function axis(
  numOut: number,
  numTaps: number,
  [stride, dilation, before, size]: readonly [number, number, number, number],
): { out: number; tap: number; at: number }[] {
  const pairs: { out: number; tap: number; at: number }[] = [];
  for (let out = 0; out < numOut; out += 1) {
    for (let tap = 0; tap < numTaps; tap += 1) {
      const at = out * stride - before + tap * dilation;
      if (at >= 0 && at < size) pairs.push({ out, tap, at });
    }
  }
  return pairs;
}

export const volumeKernels = [
  defineKernel(MaxPool3D, maxPool3D),
  defineKernel(MaxPool3DGrad, maxPool3DGrad),
  defineKernel(Conv3DBackpropInputV2, conv3DBackpropInput),
  defineKernel(Conv3DBackpropFilterV2, conv3DBackpropFilter),
  defineKernel(Dilation2D, dilation2D),
];
