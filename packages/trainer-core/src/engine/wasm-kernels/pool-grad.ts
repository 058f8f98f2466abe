import type { MatrixKernels } from "@fedloom/kernels";
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
import { addressOf, defineKernel, type KernelCall, kernelsOf } from "./tensor-memory.js";

type Shape4D = [number, number, number, number];
/** Sizes in the order in which the kernels take them. */
type PoolSizes =
  Parameters<MatrixKernels["maxPool"]> extends [number, number, ...infer Sizes] ? Sizes : never;

/**
 * Gradient of max pooling: each `dy` goes to the first place of its window that holds the maximum.
 *
 * The kernel that the backend ships loses the gradient of a window whose maximum is not positive.
 */
function maxPoolGrad(call: KernelCall<MaxPoolGradInputs, MaxPoolGradAttrs>): TensorInfo {
  const { inputs, backend } = call;
  const sizes = poolSizes(inputs.input.shape as Shape4D, call.attrs);
  const out = backend.makeOutput([...inputs.input.shape], "float32");
  const at = (tensor: TensorInfo) => addressOf(tensor, backend);
  kernelsOf(backend).maxPoolGradient(at(out), at(inputs.dy), at(inputs.input), at(inputs.output), ...sizes);
  return out;
}

/**
 * Gradient of average pooling: each `dy` is shared by the cells of its window that lie inside the image.
 *
 * The kernel that the backend ships divides by the whole window also where padding covers a part of it.
 */
function avgPoolGrad(call: KernelCall<AvgPoolGradInputs, AvgPoolGradAttrs>): TensorInfo {
  const { inputs, backend } = call;
  const sizes = poolSizes(inputs.input.shape as Shape4D, call.attrs);
  const out = backend.makeOutput([...inputs.input.shape], "float32");
  kernelsOf(backend).averagePoolGradient(addressOf(out, backend), addressOf(inputs.dy, backend), ...sizes);
  return out;
}

function poolSizes(inputShape: Shape4D, attrs: AvgPoolGradAttrs & Partial<MaxPoolGradAttrs>): PoolSizes {
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  const info = backend_util.computePool2DInfo(inputShape, filterSize, strides, 1, pad, dimRoundingMode);
  return [
    info.batchSize,
    info.inHeight,
    info.inWidth,
    info.inChannels,
    info.filterHeight,
    info.filterWidth,
    info.strideHeight,
    info.strideWidth,
    info.padInfo.top,
    info.padInfo.left,
    info.outHeight,
    info.outWidth,
  ];
}

export const poolGradKernels = [
  defineKernel(MaxPoolGrad, maxPoolGrad),
  defineKernel(AvgPoolGrad, avgPoolGrad),
];
