import type { KernelMemory } from "./memory.js";

/** Elements that are copied into kernel memory at once: few enough to stay in the second-level cache. */
export const CHUNK = 131_072;

/** A piece of a vector in kernel memory; `size` is a multiple of 8, filled up with zeros. */
export interface Chunk {
  readonly address: number;
  /** Of its first element in the vector. */
  readonly offset: number;
  readonly size: number;
}

/** Elements of the next piece when so many are left: a multiple of 8 until fewer than 8 are left. */
export function chunkSize(left: number, most = CHUNK): number {
  return Math.min(most, left & ~7) || left;
}

/**
 * A vector's pieces, one after another copied to the memory's scratch unless they lie in kernel memory already; there they
 * have up to `mostInPlace` elements.
 */
export function* chunksOf(
  memory: KernelMemory,
  values: Float32Array,
  mostInPlace = CHUNK,
): Generator<Chunk, void, undefined> {
  const { scratch } = memory;
  const inPlace = values.buffer === memory.float32.buffer;
  for (let offset = 0; offset < values.length; ) {
    const size = chunkSize(values.length - offset, inPlace ? mostInPlace : CHUNK);
    const padded = (size + 7) & ~7;
    const address = inPlace && size === padded ? values.byteOffset + offset * 4 : scratch;
    if (address === scratch) {
      memory.float32.set(values.subarray(offset, offset + size), scratch / 4);
      if (padded > size) memory.float32.fill(0, scratch / 4 + size, scratch / 4 + padded);
    }
    yield { address, offset, size: padded };
    offset += size;
  }
}
