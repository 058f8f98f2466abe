import {
  backend_util,
  Cast,
  type CastAttrs,
  type CastInputs,
  GatherV2,
  type GatherV2Attrs,
  type GatherV2Inputs,
  Identity,
  type IdentityInputs,
  Sum,
  type SumAttrs,
  type SumInputs,
  type TensorInfo,
  util,
} from "@tensorflow/tfjs-core";
import { addressOf, definePartly, type KernelCall, kernelsOf, type WasmKernel } from "./tensor-memory.js";

/** The same tensor again, counted instead of copied. */
function identity({ inputs, backend }: KernelCall<IdentityInputs, object>): TensorInfo | undefined {
  const { dataId, shape, dtype } = inputs.x;
  if (dtype === "string") return undefined;
  backend.incRef(dataId);
  return { dataId, shape, dtype };
}

/** A cast to what the tensor is already, as the gradient of relu has it. */
function cast({ inputs, attrs, backend }: KernelCall<CastInputs, CastAttrs>): TensorInfo | undefined {
  if (inputs.x.dtype !== attrs.dtype) return undefined;
  return identity({ inputs, attrs: {}, backend });
}

/** Sums over leading axes, as the gradient of a bias has them, column by column and without a transpose. */
function sum({ inputs, attrs, backend }: KernelCall<SumInputs, SumAttrs>): TensorInfo | undefined {
  const { x } = inputs;
  const axes = util.parseAxisParam(attrs.axis, x.shape);
  const isLeading = axes.length < x.shape.length && axes.every((axis) => axis < axes.length);
  if (x.dtype !== "float32" || axes.length === 0 || !isLeading) return undefined;
  const rows = util.sizeFromShape(x.shape.slice(0, axes.length));
  const kept = x.shape.slice(axes.length);
  const columns = util.sizeFromShape(kept);
  if (rows === 0 || columns === 0) return undefined;
  const out = backend.makeOutput(kept, "float32");
  kernelsOf(backend).biasGradient(addressOf(out, backend), addressOf(x, backend), 0, rows, columns, 0);
  if (attrs.keepDims) out.shape = backend_util.expandShapeToKeepDim(kept, axes);
  return out;
}

/** Rows by their numbers, moved as a whole. */
function gatherV2({
  inputs,
  attrs,
  backend,
}: KernelCall<GatherV2Inputs, GatherV2Attrs>): TensorInfo | undefined {
  const { x, indices } = inputs;
  const [axis = 0] = util.parseAxisParam(attrs.axis, x.shape);
  if (axis !== 0 || attrs.batchDims !== 0 || x.dtype === "string" || indices.dtype !== "int32")
    return undefined;
  const [numRows = 0, ...rowShape] = x.shape;
  const rowSize = util.sizeFromShape(rowShape);
  const out = backend.makeOutput([...indices.shape, ...rowShape], x.dtype);
  const [rows, ids, to] = [x, indices, out].map((tensor) => backend.typedArrayFromHeap(tensor));
  if (!rows || !ids || !to) return undefined;
  for (const [i, id] of ids.entries()) {
    if (id < 0 || id >= numRows) {
      backend.disposeData(out.dataId);
      throw new Error(`gather: index ${id} is not in [0, ${numRows - 1}]`);
    }
    to.set(rows.subarray(id * rowSize, (id + 1) * rowSize), i * rowSize);
  }
  return out;
}

/** Kernels that the backend has right, but spends far more time on than they take. */
export function createCheapKernels(): WasmKernel[] {
  const kernels = [
    definePartly(Identity, identity),
    definePartly(Cast, cast),
    definePartly(Sum, sum),
    definePartly(GatherV2, gatherV2),
  ];
  return kernels.filter((kernel) => kernel !== undefined);
}
