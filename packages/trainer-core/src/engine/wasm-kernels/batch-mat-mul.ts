import {
  BatchMatMul,
  type BatchMatMulAttrs,
  type BatchMatMulInputs,
  type KernelFunc,
  type TensorInfo,
  Transpose,
} from "@tensorflow/tfjs-core";
import { defineKernel, type KernelCall, runKernel, type WasmKernel } from "./heap.js";

/**
 * Matrix product that transposes first and multiplies then: the backend's own path for a transposed factor, which
 * every gradient of a dense layer takes, is scalar and about 14 times slower than its plain product.
 */
export function createBatchMatMul(shipped: KernelFunc): WasmKernel {
  const batchMatMul = (call: KernelCall<BatchMatMulInputs, BatchMatMulAttrs>): TensorInfo => {
    const { inputs, attrs, backend } = call;
    const transposed: TensorInfo[] = [];
    const transpose = (matrix: TensorInfo): TensorInfo => {
      const axes = matrix.shape.map((_, axis) => axis);
      const perm = [...axes.slice(0, -2), axes.length - 1, axes.length - 2];
      const result = runKernel(Transpose, { x: matrix }, { perm }, backend);
      transposed.push(result);
      return result;
    };
    const a = attrs.transposeA ? transpose(inputs.a) : inputs.a;
    const b = attrs.transposeB ? transpose(inputs.b) : inputs.b;
    const out = shipped({ inputs: { a, b }, attrs: { transposeA: false, transposeB: false }, backend });
    for (const { dataId } of transposed) backend.disposeData(dataId);
    return out as TensorInfo;
  };
  return defineKernel(BatchMatMul, batchMatMul);
}
