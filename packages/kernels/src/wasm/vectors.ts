import type { KernelVector } from "../kernels.js";
import { kthMagnitude, LOW_BITS } from "../plain/vectors.js";
import { CHUNK, chunksOf } from "./chunks.js";
import type { VectorKernelExports } from "./instance.js";
import type { KernelMemory } from "./memory.js";

/** Kernels on single vectors, which pass through a chunk of kernel memory. */
export function createVectorKernelFunctions(code: VectorKernelExports, memory: KernelMemory) {
  const first = memory.scratch;
  const second = memory.allocate(CHUNK * 4);
  const counts = memory.allocate((1 << 16) * 4);

  return {
    createVector(size: number): KernelVector {
      const address = memory.allocate(((size + 7) & ~7) * 4);
      return {
        get values() {
          return memory.float32.subarray(address / 4, address / 4 + size);
        },
        release: () => memory.release(address),
      };
    },

    hold: memory.hold,

    owns: (values: Float32Array) => values.buffer === memory.float32.buffer,

    maxMagnitude(values: Float32Array): number {
      let max = 0;
      for (const { address, size } of chunksOf(memory, values)) {
        max = Math.max(max, code.maxAbsBits(address, size));
      }
      bits.setInt32(0, max);
      return bits.getFloat32(0);
    },

    squaredNorm(values: Float32Array, origin?: Float32Array): number {
      let total = 0;
      for (const { address, offset, size } of chunksOf(memory, values)) {
        if (!origin) {
          total += code.sumSquares(address, size);
          continue;
        }
        const from = origin.subarray(offset, Math.min(offset + size, values.length));
        memory.float32.set(from, second / 4);
        memory.float32.fill(0, second / 4 + from.length, second / 4 + size);
        total += code.sumSquaresFrom(address, second, size);
      }
      return total;
    },

    quantizeInt8(values: Float32Array, options: { scale: number; key: number; first?: number }): Int8Array {
      const { scale, key, first: start = 0 } = options;
      const levels = new Int8Array(values.length);
      for (const { address, offset, size } of chunksOf(memory, values)) {
        code.quantizeInt8(second, address, size, 1 / scale, key | 0, (start + offset) | 0);
        const count = Math.min(size, values.length - offset);
        levels.set(memory.int8.subarray(second, second + count), offset);
      }
      return levels;
    },

    dequantizeInt8(levels: Int8Array, scale: number, out: Float32Array): void {
      for (let offset = 0; offset < levels.length; offset += CHUNK) {
        const size = Math.min(CHUNK, levels.length - offset);
        memory.int8.set(levels.subarray(offset, offset + size), first);
        code.dequantizeInt8(second, first, (size + 7) & ~7, scale);
        out.set(memory.float32.subarray(second / 4, second / 4 + size), offset);
      }
    },

    topK(values: Float32Array, k: number): Uint32Array {
      const { threshold, ties } = kthMagnitude(k, (found, shift, prefix) => {
        memory.uint32.fill(0, counts / 4, counts / 4 + found.length);
        eachSize(values, (offset, size) => {
          memory.float32.set(values.subarray(offset, offset + size), first / 4);
          const prefixShift = prefix === undefined ? 32 : LOW_BITS;
          code.countBits(counts, first, size, shift, found.length - 1, prefixShift, prefix ?? 0);
        });
        found.set(memory.uint32.subarray(counts / 4, counts / 4 + found.length));
      });
      const indices = new Uint32Array(k);
      let written = 0;
      let left = ties;
      eachSize(values, (offset, size) => {
        memory.float32.set(values.subarray(offset, offset + size), first / 4);
        const answer = code.collectTopK(second, first, size, offset, threshold, left);
        const count = Number(answer & 0xffffffffn);
        indices.set(memory.uint32.subarray(second / 4, second / 4 + count), written);
        written += count;
        left -= Number(answer >> 32n);
      });
      return indices;
    },
  };
}

const bits = new DataView(new ArrayBuffer(4));

function eachSize({ length }: Float32Array, each: (offset: number, size: number) => void): void {
  for (let offset = 0; offset < length; offset += CHUNK) each(offset, Math.min(CHUNK, length - offset));
}
