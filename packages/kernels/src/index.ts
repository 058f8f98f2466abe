// Choice of kernels
export { createPlainKernels, createWasmKernels, vectorKernels } from "./create-kernels.js";
// Sums
export type { ExactSum, ExactSumOptions, ExactSumSnapshot } from "./exact-sum.js";
export type { KernelVector, VectorKernels } from "./kernels.js";
// Matrices: products, convolutions and what else the layers of a network need
export type { LayerKernels } from "./matrices/layer-kernels.js";
export { createMatrixMemory, type MatrixMemory } from "./matrices/matrix-memory.js";
export {
  type CompiledMatrixKernels,
  canRunMatrixKernels,
  compileMatrixKernels,
  type MatrixKernels,
  type MatrixKernelVariant,
  openMatrixKernels,
} from "./matrices/open-matrix-kernels.js";
export type { ConvolutionSizes, ProductKernels } from "./matrices/product-kernels.js";
export type { WasmMemory } from "./wasm/web-assembly.js";
