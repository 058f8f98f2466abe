import { registerKernelOver } from "../corrections/register-kernel-over.js";
import { createBatchMatMul } from "./batch-mat-mul.js";
import { createCheapKernels } from "./cheap-kernels.js";
import { createConvolutionKernels } from "./convolutions.js";
import { poolGradKernels } from "./pool-grad.js";
import { segmentKernels } from "./unsorted-segment-sum.js";
import { volumeKernels } from "./volume-kernels.js";

let registered = false;

/** Gives the WASM backend the kernels that training needs and it lacks, has slow, or has wrong. Once per process. */
export function registerWasmKernels(): void {
  if (registered) return;
  registered = true;
  const matMul = createBatchMatMul();
  const kernels = [
    ...createConvolutionKernels(),
    ...poolGradKernels,
    ...segmentKernels,
    ...volumeKernels,
    ...createCheapKernels(),
    ...(matMul ? [matMul] : []),
  ];
  for (const { kernelName, kernelFunc } of kernels) registerKernelOver("wasm", kernelName, kernelFunc);
}
