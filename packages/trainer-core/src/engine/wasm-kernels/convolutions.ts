import type { ConvolutionSizes } from "@fedloom/kernels";
import {
  backend_util,
  Conv2D,
  type Conv2DAttrs,
  Conv2DBackpropFilter,
  type Conv2DBackpropFilterAttrs,
  type Conv2DBackpropFilterInputs,
  Conv2DBackpropInput,
  type Conv2DBackpropInputAttrs,
  type Conv2DBackpropInputInputs,
  type Conv2DInputs,
  DepthwiseConv2dNativeBackpropFilter,
  type DepthwiseConv2dNativeBackpropFilterAttrs,
  type DepthwiseConv2dNativeBackpropFilterInputs,
  DepthwiseConv2dNativeBackpropInput,
  type DepthwiseConv2dNativeBackpropInputAttrs,
  type DepthwiseConv2dNativeBackpropInputInputs,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import {
  addressOf,
  defineKernel,
  definePartly,
  type KernelCall,
  kernelsOf,
  scratchOf,
  type WasmKernel,
} from "./tensor-memory.js";

type Shape4D = [number, number, number, number];

/** The kinds that the scratch functions of the kernels tell apart. */
const FORWARD = 0;
const FILTER = 1;
const INPUT = 2;

/** Convolution; dilated ones and those of channels first are left to the backend. */
function conv2d({ inputs, attrs, backend }: KernelCall<Conv2DInputs, Conv2DAttrs>): TensorInfo | undefined {
  const { x, filter } = inputs;
  const isPlain = [attrs.dilations].flat().every((dilation) => dilation === 1);
  if (!isPlain || (attrs.dataFormat ?? "NHWC") !== "NHWC" || x.dtype !== "float32") return undefined;
  const { dilations, ...plain } = attrs;
  const sizes = convolutionSizes(x.shape as Shape4D, filter.shape as Shape4D, {
    ...plain,
    isDepthwise: false,
  });
  const [batch, outHeight, outWidth, filters] = [sizes[0], sizes[10], sizes[11], sizes[12]];
  const out = backend.makeOutput([batch, outHeight, outWidth, filters], "float32");
  const kernels = kernelsOf(backend);
  const scratch = scratchOf(backend, kernels.conv2dScratch(FORWARD, ...sizes));
  const [y, from, w] = addresses([out, x, filter], { backend });
  kernels.conv2d(y, from, w, 0, 0, ...sizes, scratch);
  return out;
}

/** Gradient of conv2d for its filter [fh, fw, in, out]. */
function conv2dBackpropFilter(
  call: KernelCall<Conv2DBackpropFilterInputs, Conv2DBackpropFilterAttrs>,
): TensorInfo {
  const { inputs, attrs, backend } = call;
  const sizes = convolutionSizes(inputs.x.shape as Shape4D, attrs.filterShape, {
    ...attrs,
    isDepthwise: false,
  });
  const out = backend.makeOutput(attrs.filterShape, "float32");
  const kernels = kernelsOf(backend);
  const scratch = scratchOf(backend, kernels.conv2dScratch(FILTER, ...sizes));
  const [dw, x, dy] = addresses([out, inputs.x, inputs.dy], call);
  kernels.conv2dFilterGradient(dw, x, dy, ...sizes, scratch);
  return out;
}

/** Gradient of conv2d for its input. */
function conv2dBackpropInput(
  call: KernelCall<Conv2DBackpropInputInputs, Conv2DBackpropInputAttrs>,
): TensorInfo {
  const { inputs, attrs, backend } = call;
  const sizes = convolutionSizes(attrs.inputShape, inputs.filter.shape as Shape4D, {
    ...attrs,
    isDepthwise: false,
  });
  const out = backend.makeOutput(attrs.inputShape, "float32");
  const kernels = kernelsOf(backend);
  const scratch = scratchOf(backend, kernels.conv2dScratch(INPUT, ...sizes));
  const [dx, dy, w] = addresses([out, inputs.dy, inputs.filter], call);
  kernels.conv2dInputGradient(dx, dy, w, ...sizes, scratch);
  return out;
}

/** Gradient of a depthwise convolution for its filter [fh, fw, in, multiplier]. */
function depthwiseBackpropFilter(
  call: KernelCall<DepthwiseConv2dNativeBackpropFilterInputs, DepthwiseConv2dNativeBackpropFilterAttrs>,
): TensorInfo {
  const { inputs, attrs, backend } = call;
  const sizes = convolutionSizes(inputs.x.shape as Shape4D, attrs.filterShape, {
    ...attrs,
    isDepthwise: true,
  });
  const out = backend.makeOutput(attrs.filterShape, "float32");
  const kernels = kernelsOf(backend);
  const scratch = scratchOf(backend, kernels.depthwiseScratch(FILTER, ...sizes));
  const [dw, x, dy] = addresses([out, inputs.x, inputs.dy], call);
  kernels.depthwiseFilterGradient(dw, x, dy, ...sizes, scratch);
  return out;
}

/** Gradient of a depthwise convolution for its input. */
function depthwiseBackpropInput(
  call: KernelCall<DepthwiseConv2dNativeBackpropInputInputs, DepthwiseConv2dNativeBackpropInputAttrs>,
): TensorInfo {
  const { inputs, attrs, backend } = call;
  const sizes = convolutionSizes(attrs.inputShape, inputs.filter.shape as Shape4D, {
    ...attrs,
    isDepthwise: true,
  });
  const out = backend.makeOutput(attrs.inputShape, "float32");
  const kernels = kernelsOf(backend);
  const scratch = scratchOf(backend, kernels.depthwiseScratch(INPUT, ...sizes));
  const [dx, dy, w] = addresses([out, inputs.dy, inputs.filter], call);
  kernels.depthwiseInputGradient(dx, dy, w, ...sizes, scratch);
  return out;
}

interface ConvolutionAttrs extends Pick<Conv2DBackpropFilterAttrs, "strides" | "pad" | "dimRoundingMode"> {
  readonly dataFormat?: string;
  readonly dilations?: number | [number, number];
  readonly isDepthwise: boolean;
}

function convolutionSizes(
  inputShape: Shape4D,
  filterShape: Shape4D,
  { strides, pad, dimRoundingMode, dataFormat = "NHWC", dilations = 1, isDepthwise }: ConvolutionAttrs,
): ConvolutionSizes {
  if (dataFormat !== "NHWC") throw new Error(`dataFormat: expected NHWC, got ${dataFormat}`);
  const info = backend_util.computeConv2DInfo(
    inputShape,
    filterShape,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    isDepthwise,
  );
  if (info.dilationHeight !== 1 || info.dilationWidth !== 1) {
    throw new Error("a dilated convolution has no gradient in TensorFlow.js");
  }
  const { padInfo } = info;
  return [
    info.batchSize,
    info.inHeight,
    info.inWidth,
    info.inChannels,
    info.filterHeight,
    info.filterWidth,
    info.strideHeight,
    info.strideWidth,
    padInfo.top,
    padInfo.left,
    info.outHeight,
    info.outWidth,
    filterShape[3],
  ];
}

function addresses(
  tensors: readonly [TensorInfo, TensorInfo, TensorInfo],
  { backend }: Pick<KernelCall<object, object>, "backend">,
): [number, number, number] {
  return tensors.map((tensor) => addressOf(tensor, backend)) as [number, number, number];
}

/** Convolutions and their gradients, which the backend has slow or not at all. */
export function createConvolutionKernels(): WasmKernel[] {
  const forward = definePartly(Conv2D, conv2d);
  return [
    ...(forward ? [forward] : []),
    defineKernel(Conv2DBackpropFilter, conv2dBackpropFilter),
    defineKernel(Conv2DBackpropInput, conv2dBackpropInput),
    defineKernel(DepthwiseConv2dNativeBackpropFilter, depthwiseBackpropFilter),
    defineKernel(DepthwiseConv2dNativeBackpropInput, depthwiseBackpropInput),
  ];
}
