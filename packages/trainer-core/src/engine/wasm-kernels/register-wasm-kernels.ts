import { BatchMatMul, getKernel, registerKernel, unregisterKernel } from "@tensorflow/tfjs-core";
import { createBatchMatMul } from "./batch-mat-mul.js";
import { conv2dBackpropKernels } from "./conv2d-backprop.js";
import { depthwiseBackpropKernels } from "./depthwise-backprop.js";
import { poolGradKernels } from "./pool-grad.js";
import { segmentKernels } from "./unsorted-segment-sum.js";

let registered = false;

/** Gives the WASM backend the kernels that training needs and it lacks, has slow, or has wrong. Once per process. */
export function registerWasmKernels(): void {
  if (registered) return;
  registered = true;
  const matMul = getKernel(BatchMatMul, "wasm");
  const kernels = [
    ...conv2dBackpropKernels,
    ...poolGradKernels,
    ...depthwiseBackpropKernels,
    ...segmentKernels,
    ...(matMul ? [createBatchMatMul(matMul.kernelFunc)] : []),
  ];
  for (const kernel of kernels) {
    // Registering over a kernel warns on the console.
    if (getKernel(kernel.kernelName, "wasm")) unregisterKernel(kernel.kernelName, "wasm");
    registerKernel({ ...kernel, backendName: "wasm" });
  }
}
