import {
  AvgPoolGrad,
  type AvgPoolGradAttrs,
  backend_util,
  getKernel,
  type KernelBackend,
  type KernelFunc,
  Multiply,
  type NamedTensorInfoMap,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { registerKernelOver } from "./register-kernel-over.js";

type Shape4D = [number, number, number, number];

/** What the backends that are corrected here have beyond the interface of all. */
interface Backend extends KernelBackend {
  makeTensorInfo(shape: number[], dtype: "float32", values: Float32Array): TensorInfo;
  disposeIntermediateTensorInfo?(tensor: TensorInfo): void;
}

/**
 * Corrects a backend's gradient of average pooling where padding covers a part of a window: the forward pass divides by
 * the cells inside the image, the gradient that the `cpu`, `webgl` and `webgpu` backends of 4.22 ship by all of them.
 */
export function correctAvgPoolGrad(backendName: string): void {
  const shipped = getKernel(AvgPoolGrad, backendName)?.kernelFunc;
  const multiply = getKernel(Multiply, backendName)?.kernelFunc;
  if (!shipped || !multiply) return;
  const corrected: KernelFunc = ({ inputs, attrs = {}, backend }) => {
    const options = attrs as unknown as AvgPoolGradAttrs;
    const { dy, input } = inputs as NamedTensorInfoMap & { dy: TensorInfo; input: TensorInfo };
    const info = backend_util.computePool2DInfo(
      input.shape as Shape4D,
      options.filterSize,
      options.strides,
      1,
      options.pad,
    );
    const { top, bottom, left, right } = info.padInfo;
    if (top + bottom + left + right === 0) return shipped({ inputs, attrs, backend });
    const owner = backend as Backend;
    const shape = [1, info.outHeight, info.outWidth, 1];
    const shares = owner.makeTensorInfo(shape, "float32", sharesOf(info));
    const scaled = multiply({ inputs: { a: dy, b: shares }, attrs: {}, backend }) as TensorInfo;
    const out = shipped({ inputs: { dy: scaled, input }, attrs, backend });
    for (const tensor of [shares, scaled]) release(owner, tensor);
    return out;
  };
  registerKernelOver(backendName, AvgPoolGrad, corrected);
}

/** All cells of each window for every one that lies inside the image. */
function sharesOf(info: backend_util.Conv2DInfo): Float32Array {
  const along = (size: number, window: number, { start, stride }: { start: number; stride: number }) => {
    const first = start * stride;
    return window / Math.max(1, Math.min(size, first + window) - Math.max(0, first));
  };
  const shares = new Float32Array(info.outHeight * info.outWidth);
  for (let row = 0; row < info.outHeight; row += 1) {
    const vertical = { start: row - info.padInfo.top / info.strideHeight, stride: info.strideHeight };
    for (let column = 0; column < info.outWidth; column += 1) {
      const horizontal = { start: column - info.padInfo.left / info.strideWidth, stride: info.strideWidth };
      shares[row * info.outWidth + column] =
        along(info.inHeight, info.filterHeight, vertical) * along(info.inWidth, info.filterWidth, horizontal);
    }
  }
  return shares;
}

function release(backend: Backend, tensor: TensorInfo): void {
  if (backend.disposeIntermediateTensorInfo) backend.disposeIntermediateTensorInfo(tensor);
  else backend.disposeData(tensor.dataId);
}
