// Choice of kernels
export { createPlainKernels, createWasmKernels, vectorKernels } from "./create-kernels.js";
// Sums
export type { ExactSum, ExactSumOptions, ExactSumSnapshot } from "./exact-sum.js";
export type { KernelVector, VectorKernels } from "./kernels.js";
