import {
  type TensorInfo,
  UnsortedSegmentSum,
  type UnsortedSegmentSumAttrs,
  type UnsortedSegmentSumInputs,
} from "@tensorflow/tfjs-core";
import { defineKernel, floatsOf, type KernelCall } from "./tensor-memory.js";

/** Adds each row of `x` to the row of the result that `segmentIds` names: the gradient of gather and of embeddings. */
function unsortedSegmentSum(call: KernelCall<UnsortedSegmentSumInputs, UnsortedSegmentSumAttrs>): TensorInfo {
  const { inputs, attrs, backend } = call;
  const { x, segmentIds } = inputs;
  const out = backend.makeOutput([attrs.numSegments, ...x.shape.slice(1)], "float32");
  const sums = floatsOf(out, backend).fill(0);
  const rows = floatsOf(x, backend);
  const ids = backend.typedArrayFromHeap(segmentIds) as Int32Array;
  const rowSize = rows.length / Math.max(1, ids.length);
  for (let row = 0; row < ids.length; row += 1) {
    const id = ids[row] as number;
    // A negative id drops its row, as the operation is defined.
    if (id < 0 || id >= attrs.numSegments) continue;
    for (let i = 0; i < rowSize; i += 1) {
      const at = id * rowSize + i;
      sums[at] = (sums[at] as number) + (rows[row * rowSize + i] as number);
    }
  }
  return out;
}

export const segmentKernels = [defineKernel(UnsortedSegmentSum, unsortedSegmentSum)];
