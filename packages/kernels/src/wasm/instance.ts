import { vectorKernelsBinary } from "../generated/vector-kernels.js";
import { decodeBase64 } from "./base64.js";
import { type WasmMemory, WebAssembly } from "./web-assembly.js";

/** What all order statistics of columns are given. */
type Columns = [
  out: number,
  rows: number,
  numRows: number,
  width: number,
  block: number,
  network: number,
  grouped: number,
  comparators: number,
];

/** What assembly/vectors exports; addresses and sizes are numbers, sizes count elements. */
export interface VectorKernelExports {
  readonly memory: WasmMemory;
  heapBase(): number;
  add(sums: number, values: number, size: number, factor: number, maxBits: number): number;
  addFrom(
    sums: number,
    values: number,
    origin: number,
    size: number,
    factor: number,
    maxBits: number,
  ): number;
  remove(sums: number, values: number, size: number, factor: number): void;
  removeFrom(sums: number, values: number, origin: number, size: number, factor: number): void;
  totals(out: number, sums: number, size: number, count: number, quantum: number): void;
  sumSquares(values: number, size: number): number;
  sumSquaresFrom(values: number, origin: number, size: number): number;
  maxAbsBits(values: number, size: number): number;
  maxAbsBitsFrom(values: number, origin: number, size: number): number;
  median(...columns: Columns): void;
  trimmedMean(...columns: [...Columns, cut: number]): void;
  nearestMedianMean(...columns: [...Columns, keep: number]): void;
  addSquaredDistances(distances: number, rows: number, numRows: number, width: number): void;
  quantizeInt8(out: number, values: number, size: number, inverse: number, key: number, first: number): void;
  dequantizeInt8(out: number, levels: number, size: number, scale: number): void;
  countBits(
    counts: number,
    values: number,
    size: number,
    shift: number,
    mask: number,
    prefixShift: number,
    prefix: number,
  ): void;
  collectTopK(
    out: number,
    values: number,
    size: number,
    first: number,
    threshold: number,
    ties: number,
  ): bigint;
}

/** Starts the kernels; throws where WebAssembly, its SIMD instructions or compiling at all is not allowed. */
export function startVectorKernels(): VectorKernelExports {
  const module = new WebAssembly.Module(decodeBase64(vectorKernelsBinary));
  return new WebAssembly.Instance(module, {}).exports as VectorKernelExports;
}
