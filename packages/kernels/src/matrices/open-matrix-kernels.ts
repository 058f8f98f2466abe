import { matrixKernelsBinary } from "../generated/matrix-kernels.js";
import { relaxedMatrixKernelsBinary } from "../generated/relaxed-matrix-kernels.js";
import { decodeBase64 } from "../wasm/base64.js";
import { type WasmMemory, WebAssembly } from "../wasm/web-assembly.js";
import type { LayerKernels } from "./layer-kernels.js";
import type { ProductKernels } from "./product-kernels.js";

/** Which instructions the kernels use: relaxed SIMD multiplies and adds in one. */
export type MatrixKernelVariant = "SIMD" | "relaxed SIMD";

/** A compiled module; structured cloning takes it to a worker, which then needs not compile it again. */
export interface CompiledMatrixKernels {
  readonly variant: MatrixKernelVariant;
  /** A WebAssembly.Module. */
  readonly module: object;
}

export interface MatrixKernels extends ProductKernels, LayerKernels {
  readonly variant: MatrixKernelVariant;
}

const compiled = new Map<MatrixKernelVariant, CompiledMatrixKernels>();
let best: MatrixKernelVariant | undefined;

/** Whether this process or page can run the variant. */
export function canRunMatrixKernels(variant: MatrixKernelVariant): boolean {
  return "WebAssembly" in globalThis && WebAssembly.validate(binaryOf(variant));
}

/**
 * The kernels' module, compiled once in a process or page; the fastest variant that runs here unless one is named.
 *
 * Throws WebAssembly.CompileError where the variant does not run.
 */
export function compileMatrixKernels(variant?: MatrixKernelVariant): CompiledMatrixKernels {
  best ??= canRunMatrixKernels("relaxed SIMD") ? "relaxed SIMD" : "SIMD";
  const chosen = variant ?? best;
  let module = compiled.get(chosen);
  if (!module) {
    module = { variant: chosen, module: new WebAssembly.Module(binaryOf(chosen)) };
    compiled.set(chosen, module);
  }
  return module;
}

/** Starts the kernels on a memory: their own, or that of another module such as TensorFlow.js. */
export function openMatrixKernels(
  memory: WasmMemory,
  options: CompiledMatrixKernels | { readonly variant?: MatrixKernelVariant } = {},
): MatrixKernels {
  const { variant, module } = "module" in options ? options : compileMatrixKernels(options.variant);
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return { ...(exports as ProductKernels & LayerKernels), variant };
}

function binaryOf(variant: MatrixKernelVariant): Uint8Array {
  return decodeBase64(variant === "SIMD" ? matrixKernelsBinary : relaxedMatrixKernelsBinary);
}
