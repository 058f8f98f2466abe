import { createExactSum, type ExactSum } from "./exact-sum.js";
import type { VectorKernels } from "./kernels.js";
import { createPlainBands } from "./plain/bands.js";
import { plainRows } from "./plain/rows.js";
import { plainVectors } from "./plain/vectors.js";
import { requireInteger } from "./row-blocks.js";
import { createWasmBands } from "./wasm/bands.js";
import { startVectorKernels } from "./wasm/instance.js";
import { openKernelMemory } from "./wasm/memory.js";
import { createRowKernels } from "./wasm/rows.js";
import { createVectorKernelFunctions } from "./wasm/vectors.js";

/** The kernels in plain JavaScript, for where WebAssembly is not allowed. */
export function createPlainKernels(): VectorKernels {
  return checked({
    kind: "javascript",
    createExactSum: (options) => createExactSum(options, createPlainBands(options)),
    ...plainVectors,
    ...plainRows,
  });
}

/** The kernels in WebAssembly, with a memory of their own; throws where it, or its SIMD, is not allowed. */
export function createWasmKernels(): VectorKernels {
  const code = startVectorKernels();
  const memory = openKernelMemory(code);
  // A sum that nobody released, because its round was abandoned, gives its memory back when it is collected.
  const forgotten = new FinalizationRegistry<() => void>((release) => release());
  return checked({
    kind: "wasm",
    createExactSum(options) {
      const inner = createExactSum(options, createWasmBands(code, memory, options));
      const sum: ExactSum = {
        ...inner,
        get count() {
          return inner.count;
        },
        release() {
          forgotten.unregister(sum);
          inner.release();
        },
      };
      forgotten.register(sum, inner.release, sum);
      return sum;
    },
    ...createVectorKernelFunctions(code, memory),
    ...createRowKernels(code, memory),
  });
}

let shared: VectorKernels | undefined;

/** The kernels of this process or page: WebAssembly, or plain JavaScript where that is not allowed. */
export function vectorKernels(): VectorKernels {
  if (!shared) {
    try {
      shared = createWasmKernels();
    } catch {
      shared = createPlainKernels();
    }
  }
  return shared;
}

/** Refuses what both kinds would read wrongly. */
function checked(kernels: VectorKernels): VectorKernels {
  return {
    ...kernels,
    squaredNorm(values, origin) {
      if (origin && origin.length !== values.length) {
        throw new RangeError(`origin: expected ${values.length} elements, got ${origin.length}`);
      }
      return kernels.squaredNorm(values, origin);
    },
    createExactSum(options) {
      const { size, maxAddends, origin } = options;
      requireInteger("size", size, [0, 2 ** 40]);
      requireInteger("maxAddends", maxAddends, [1, 2 ** 40]);
      if (origin && origin.length !== size) {
        throw new RangeError(`origin: expected ${size} elements, got ${origin.length}`);
      }
      return kernels.createExactSum(options);
    },
    quantizeInt8(values, options) {
      if (!(options.scale > 0)) throw new RangeError(`scale: expected a number > 0, got ${options.scale}`);
      return kernels.quantizeInt8(values, options);
    },
    dequantizeInt8(levels, scale, out) {
      if (out.length !== levels.length) {
        throw new RangeError(`out: expected ${levels.length} elements, got ${out.length}`);
      }
      kernels.dequantizeInt8(levels, scale, out);
    },
    topK(values, k) {
      requireInteger("k", k, [1, values.length]);
      return kernels.topK(values, k);
    },
  };
}
