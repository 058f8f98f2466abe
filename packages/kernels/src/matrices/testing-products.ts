// Products as their definitions say, in double precision and one number after another; and a memory that notices writes
// beside what was asked for.
import { createMatrixMemory } from "./matrix-memory.js";
import { type MatrixKernelVariant, openMatrixKernels } from "./open-matrix-kernels.js";
import type { ConvolutionSizes, ProductKernels } from "./product-kernels.js";

type Vector = Float32Array | Float64Array;

/** Numbers between -1 and 1, a few of them 0, as after a relu. */
export function testNumbers(size: number, seed: number): Float32Array {
  let state = seed * 2_654_435_761;
  return Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % 7 === 0 ? 0 : state / 2 ** 31 - 1;
  });
}

/** The largest difference, relative to the largest expected magnitude. */
export function relativeError(actual: Vector, expected: Vector): number {
  let error = actual.length === expected.length ? 0 : Number.POSITIVE_INFINITY;
  let scale = 1e-30;
  for (const [i, value] of expected.entries()) {
    const difference = Math.abs((actual[i] as number) - value);
    error = Math.max(error, difference);
    scale = Math.max(scale, Math.abs(value));
  }
  return error / scale;
}

export interface ProductCall {
  operands: readonly Float32Array[];
  /** Numbers of the result, which holds `before` or NaN when the kernel is called. */
  size: number;
  before?: Float32Array;
  scratchBytes: number;
  call(kernels: ProductKernels, places: { out: number; at: readonly number[]; scratch: number }): void;
}

const FENCE = -77;

/**
 * Runs kernels on fresh places of one memory; throws when anything but the result and the scratch was written. By turns, one
 * of the operands ends where the memory ends: to read on behind it is a trap.
 */
export function createProductRunner(variant: MatrixKernelVariant) {
  const memory = createMatrixMemory({ initialBytes: 1 << 24 });
  const kernels = openMatrixKernels(memory.memory, { variant });
  const floats = memory.float32;
  let runs = 0;
  return {
    kernels,
    run({ operands, size, before, scratchBytes, call }: ProductCall): Float32Array {
      runs += 1;
      let end = 16;
      const place = (length: number) => {
        // A float past a multiple of 64 bytes: nothing may count on more than that an address is one of a float.
        const at = Math.ceil(end / 16) * 16 + 17;
        end = at + length;
        if (end * 2 > floats.length) throw new Error("the test's memory is too small");
        return at;
      };
      const last = runs % operands.length;
      const at = operands.map(({ length }, i) => (i === last ? floats.length - length : place(length)));
      const out = place(size);
      const scratchSize = Math.ceil(scratchBytes / 4);
      const scratch = Math.ceil(place(scratchSize + 16) / 16) * 16;
      const used = floats.subarray(0, end + 64).fill(FENCE);
      for (const [i, operand] of operands.entries()) floats.set(operand, at[i] as number);
      floats.set(before ?? new Float32Array(size).fill(Number.NaN), out);
      floats.fill(Number.NaN, scratch, scratch + scratchSize);
      const kept = used.slice();
      call(kernels, { out: out * 4, at: at.map((place) => place * 4), scratch: scratch * 4 });
      for (let i = 0; i < used.length; i += 1) {
        const isFree = (i >= out && i < out + size) || (i >= scratch && i < scratch + scratchSize);
        if (!isFree && used[i] !== kept[i])
          throw new Error(`wrote ${i - out} floats from the result's start`);
      }
      return floats.slice(out, out + size);
    },
  };
}

export interface MatMulCase {
  m: number;
  n: number;
  k: number;
  transposeA: boolean;
  transposeB: boolean;
}

export function naiveMatMul(
  { m, n, k, transposeA, transposeB }: MatMulCase,
  a: Vector,
  b: Vector,
): Float64Array {
  const c = new Float64Array(m * n);
  for (let i = 0; i < m; i += 1) {
    for (let j = 0; j < n; j += 1) {
      for (let t = 0; t < k; t += 1) {
        const left = a[transposeA ? t * m + i : i * k + t] as number;
        c[i * n + j] = (c[i * n + j] as number) + left * (b[transposeB ? j * k + t : t * n + j] as number);
      }
    }
  }
  return c;
}

export interface Geometry {
  batch: number;
  height: number;
  width: number;
  channels: number;
  filter: readonly [height: number, width: number];
  stride: readonly [height: number, width: number];
  padding: "same" | "valid" | readonly [top: number, left: number, bottom: number, right: number];
  /** Output channels, or outputs per channel of a depthwise convolution. */
  out: number;
}

/** The sizes in the kernels' order. */
export function sizesOf(geometry: Geometry): ConvolutionSizes {
  const { batch, height, width, channels, filter, stride, padding, out } = geometry;
  const [outHeight, top] = along([height, filter[0], stride[0]], padding, 0);
  const [outWidth, left] = along([width, filter[1], stride[1]], padding, 1);
  return [batch, height, width, channels, ...filter, ...stride, top, left, outHeight, outWidth, out];
}

function along(
  [size, filter, stride]: [number, number, number],
  padding: Geometry["padding"],
  axis: 0 | 1,
): [out: number, before: number] {
  if (padding === "valid") return [Math.floor((size - filter) / stride) + 1, 0];
  if (padding !== "same") {
    return [Math.floor((size + padding[axis] + padding[axis + 2]! - filter) / stride) + 1, padding[axis]];
  }
  const out = Math.ceil(size / stride);
  return [out, Math.floor(Math.max(0, (out - 1) * stride + filter - size) / 2)];
}

/** Visits every product that a convolution adds up, by the places of its three numbers; w is undefined per channel. */
export function eachTap(
  geometry: Geometry,
  depthwise: boolean,
  visit: (y: number, x: number, w: number) => void,
): void {
  const [batch, height, width, channels, fh, fw, sh, sw, top, left, outHeight, outWidth, out] =
    sizesOf(geometry);
  for (let b = 0; b < batch; b += 1)
    for (let i = 0; i < outHeight; i += 1)
      for (let j = 0; j < outWidth; j += 1)
        for (let f = 0; f < fh; f += 1)
          for (let g = 0; g < fw; g += 1) {
            const r = i * sh - top + f;
            const s = j * sw - left + g;
            if (r < 0 || r >= height || s < 0 || s >= width) continue;
            const y = (b * outHeight + i) * outWidth + j;
            const x = ((b * height + r) * width + s) * channels;
            for (let c = 0; c < channels; c += 1)
              for (let o = 0; o < out; o += 1) {
                const w = ((f * fw + g) * channels + c) * out + o;
                visit(depthwise ? y * channels * out + c * out + o : y * out + o, x + c, w);
              }
          }
}
