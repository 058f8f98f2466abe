import {
  BatchMatMul,
  type BatchMatMulAttrs,
  type BatchMatMulInputs,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { addressOf, definePartly, type KernelCall, kernelsOf, scratchOf } from "./tensor-memory.js";

/**
 * Matrix products. The backend's own path for a transposed factor, which every gradient of a dense layer takes, is scalar
 * and many times slower; for plain factors ours takes half to nine tenths of its time. Left to it are factors whose
 * outer axes have to be broadcast.
 */
export const createBatchMatMul = () => definePartly(BatchMatMul, batchMatMul);

function batchMatMul(call: KernelCall<BatchMatMulInputs, BatchMatMulAttrs>): TensorInfo | undefined {
  const { inputs, attrs, backend } = call;
  const { a, b } = inputs;
  const { transposeA, transposeB } = attrs;
  if (a.dtype !== "float32" || b.dtype !== "float32") return undefined;
  const [rowsA = 1, columnsA = 1] = a.shape.slice(-2);
  const [rowsB = 1, columnsB = 1] = b.shape.slice(-2);
  const [m, k] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA];
  const [innerB, n] = transposeB ? [columnsB, rowsB] : [rowsB, columnsB];
  const [outer, outerB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  if (k !== innerB || outer.join() !== outerB.join()) return undefined;
  const batch = outer.reduce((product, size) => product * size, 1);
  const out = backend.makeOutput([...outer, m, n], "float32");
  const kernels = kernelsOf(backend);
  const scratch = scratchOf(backend, kernels.matMulScratch(m, n, k, transposeA, transposeB));
  const [toOut, toA, toB] = [out, a, b].map((tensor) => addressOf(tensor, backend)) as [
    number,
    number,
    number,
  ];
  for (let i = 0; i < batch; i += 1) {
    const c = toOut + 4 * i * m * n;
    const left = toA + 4 * i * m * k;
    const right = toB + 4 * i * k * n;
    kernels.matMul(c, left, right, m, n, k, transposeA, transposeB, false, scratch);
  }
  return out;
}
