import type { KernelVector } from "../kernels.js";
import { chunkSize } from "../wasm/chunks.js";

type Lanes = [number, number, number, number, number, number, number, number];

/** The twin of the kernels on single vectors. */
export const plainVectors = {
  createVector: (size: number): KernelVector => ({ values: new Float32Array(size), release() {} }),

  hold: (values: Float32Array) => () => values,

  // Any memory will do here.
  owns: (_values: Float32Array) => true,

  maxMagnitude(values: Float32Array): number {
    let max = 0;
    for (let i = 0; i < values.length; i += 1) {
      const magnitude = Math.abs(values[i] as number);
      if (Number.isNaN(magnitude)) return magnitude;
      if (magnitude > max) max = magnitude;
    }
    return max;
  },

  squaredNorm(values: Float32Array, origin?: Float32Array): number {
    let total = 0;
    for (let start = 0; start < values.length; ) {
      const end = start + chunkSize(values.length - start);
      // Eight sums side by side, added up as the lanes of the SIMD kernel are.
      const lanes = new Float64Array(8);
      for (let i = start; i < end; i += 1) {
        const value = (values[i] as number) - (origin ? (origin[i] as number) : 0);
        const lane = (i - start) & 7;
        lanes[lane] = (lanes[lane] as number) + value * value;
      }
      const [a0, a1, b0, b1, c0, c1, d0, d1] = lanes as unknown as Lanes;
      total += a0 + b0 + (c0 + d0) + (a1 + b1 + (c1 + d1));
      start = end;
    }
    return total;
  },

  quantizeInt8(values: Float32Array, options: { scale: number; key: number; first?: number }): Int8Array {
    const { scale, key, first = 0 } = options;
    const inverse = 1 / scale;
    const levels = new Int8Array(values.length);
    for (let i = 0; i < values.length; i += 1) {
      const bits = mix(mix((first + i) ^ key) ^ key) >>> 0;
      const level = Math.floor((values[i] as number) * inverse + bits * 2 ** -32);
      levels[i] = Math.min(127, Math.max(-127, level));
    }
    return levels;
  },

  dequantizeInt8(levels: Int8Array, scale: number, out: Float32Array): void {
    const factor = Math.fround(scale);
    for (let i = 0; i < levels.length; i += 1) out[i] = (levels[i] as number) * factor;
  },

  topK(values: Float32Array, k: number): Uint32Array {
    const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
    const { threshold, ties } = kthMagnitude(k, (counts, shift, prefix) => {
      for (let i = 0; i < bits.length; i += 1) {
        const magnitude = (bits[i] as number) & 0x7fffffff;
        if (prefix !== undefined && magnitude >>> LOW_BITS !== prefix) continue;
        const place = (magnitude >>> shift) & (counts.length - 1);
        counts[place] = (counts[place] as number) + 1;
      }
    });
    const indices = new Uint32Array(k);
    let written = 0;
    let left = ties;
    for (let i = 0; written < k; i += 1) {
      const magnitude = (bits[i] as number) & 0x7fffffff;
      if (magnitude < threshold || (magnitude === threshold && left === 0)) continue;
      if (magnitude === threshold) left -= 1;
      indices[written] = i;
      written += 1;
    }
    return indices;
  },
};

/** Bits of a magnitude that the second pass of {@link kthMagnitude} counts. */
export const LOW_BITS = 15;

/**
 * The k-th largest magnitude as float32 bits, and how many that equal it are among the first k, in two passes of
 * counting: first the upper 16 bits, then the lower 15 of those whose upper bits are right.
 */
export function kthMagnitude(
  k: number,
  count: (counts: Uint32Array, shift: number, prefix: number | undefined) => void,
): { threshold: number; ties: number } {
  const upper = new Uint32Array(1 << 16);
  count(upper, LOW_BITS, undefined);
  const high = rankFrom(upper, k);
  const lower = new Uint32Array(1 << LOW_BITS);
  count(lower, 0, high.place);
  const low = rankFrom(lower, high.left);
  return { threshold: high.place * (1 << LOW_BITS) + low.place, ties: low.left };
}

/** The place, counted down from the top, that holds the k-th element, and its rank there. */
function rankFrom(counts: Uint32Array, k: number): { place: number; left: number } {
  let left = k;
  let place = counts.length - 1;
  while (place > 0 && left > (counts[place] as number)) {
    left -= counts[place] as number;
    place -= 1;
  }
  return { place, left };
}

/** A 32-bit mixer (the multipliers of "lowbias32", C. Wellons). */
function mix(value: number): number {
  let bits = value ^ (value >>> 16);
  bits = Math.imul(bits, 0x7feb352d);
  bits ^= bits >>> 15;
  bits = Math.imul(bits, 0x846ca68b);
  return bits ^ (bits >>> 16);
}
