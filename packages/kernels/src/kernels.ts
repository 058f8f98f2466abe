import type { ExactSum, ExactSumOptions } from "./exact-sum.js";

/** A float32 vector in the memory that the kernels work on. */
export interface KernelVector {
  /** To be fetched anew each time: memory that grows leaves earlier views empty. */
  readonly values: Float32Array;
  /** Gives the memory back. */
  release(): void;
}

/**
 * The vector arithmetic under aggregation, on float32 vectors, in float64 where it adds up.
 *
 * Both kinds give the same results, to the last bit.
 */
export interface VectorKernels {
  readonly kind: "wasm" | "javascript";
  /** A vector of zeros that the kernels read without a copy: a place to receive an update in. */
  createVector(size: number): KernelVector;
  /** A weighted sum that is exact, so that it does not depend on the order of its addends. */
  createExactSum(options: ExactSumOptions): ExactSum;
  /** A way to the values that lasts: memory that grows leaves views of it empty. Other arrays are given back. */
  hold(values: Float32Array): () => Float32Array;
  /** Whether the values lie in the memory that the kernels work on. */
  owns(values: Float32Array): boolean;
  /** The largest magnitude; Infinity or NaN if an element is that. */
  maxMagnitude(values: Float32Array): number;
  /** ||values||^2, or ||values - origin||^2. */
  squaredNorm(values: Float32Array, origin?: Float32Array): number;
  /** Squared distances between rows of one length, row after row: n x n, symmetric, 0 on the diagonal. */
  squaredDistances(rows: readonly Float32Array[]): Float64Array;
  /** The median of each column: the mean of the two middle values for an even number of rows. No NaN among them. */
  columnMedian(rows: readonly Float32Array[]): Float64Array;
  /** The mean of each column without its `cut` smallest and `cut` largest values; 2 cut < number of rows. */
  columnTrimmedMean(rows: readonly Float32Array[], cut: number): Float64Array;
  /** The mean of the `keep` values of each column that are nearest to its median; a tie takes the smaller ones. */
  columnNearestMedianMean(rows: readonly Float32Array[], keep: number): Float64Array;
  /**
   * Integers q_i = floor(x_i / scale + u_i) in [-127, 127], with u_i uniform on [0, 1) drawn from `key` (32 bits) and
   * the index: scale q_i is x_i on average. `first` is the index of the first value.
   */
  quantizeInt8(values: Float32Array, options: { scale: number; key: number; first?: number }): Int8Array;
  /** scale q_i, into `out`. */
  dequantizeInt8(levels: Int8Array, scale: number, out: Float32Array): void;
  /** Ascending indices of the k largest magnitudes; of equal ones those with the lowest index. No NaN among them. */
  topK(values: Float32Array, k: number): Uint32Array;
}
