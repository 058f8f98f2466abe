import { CHUNK } from "./chunks.js";
import type { VectorKernelExports } from "./instance.js";
import { WASM_PAGE } from "./web-assembly.js";

/** The memory of one WebAssembly instance, handed out in blocks; it grows when it must and never shrinks. */
export interface KernelMemory {
  /** Address of a fresh block of zeros, aligned to 16 bytes. Throws RangeError when no more can be had. */
  allocate(bytes: number): number;
  release(address: number): void;
  /** A way to the values that lasts, also if they lie in this memory and it grows. */
  hold(values: Float32Array): () => Float32Array;
  /** Address of {@link CHUNK} float32 for whoever is at work: nothing in it outlives the call that wrote it. */
  readonly scratch: number;
  /** Views of the whole memory; to be fetched anew after `allocate`, which may replace the buffer under them. */
  readonly float32: Float32Array;
  readonly float64: Float64Array;
  readonly int64: BigInt64Array;
  readonly uint32: Uint32Array;
  readonly int8: Int8Array;
}

/** Opens the memory of an instance, from the first byte that its code leaves free. */
export function openKernelMemory({ memory, heapBase }: VectorKernelExports): KernelMemory {
  let end = align(heapBase());
  const sizes = new Map<number, number>();
  const free = new Map<number, number[]>();
  let views = viewsOf(memory.buffer);
  const current = () => {
    if (views.buffer !== memory.buffer) views = viewsOf(memory.buffer);
    return views;
  };
  const allocate = (bytes: number): number => {
    const size = align(Math.max(bytes, 16));
    let address = free.get(size)?.pop();
    if (address === undefined) {
      const missing = end + size - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / WASM_PAGE));
      address = end;
      end += size;
    } else {
      current().float64.fill(0, address / 8, (address + size) / 8);
    }
    sizes.set(address, size);
    return address;
  };
  return {
    allocate,
    scratch: allocate(CHUNK * 4),
    hold(values) {
      if (values.buffer !== memory.buffer) return () => values;
      const start = values.byteOffset / 4;
      const end = start + values.length;
      return () => current().float32.subarray(start, end);
    },
    release(address) {
      const size = sizes.get(address);
      if (size === undefined) return;
      sizes.delete(address);
      const same = free.get(size);
      if (same) same.push(address);
      else free.set(size, [address]);
    },
    get float32() {
      return current().float32;
    },
    get float64() {
      return current().float64;
    },
    get int64() {
      return current().int64;
    },
    get uint32() {
      return current().uint32;
    },
    get int8() {
      return current().int8;
    },
  };
}

function viewsOf(buffer: ArrayBuffer) {
  return {
    buffer,
    float32: new Float32Array(buffer),
    float64: new Float64Array(buffer),
    int64: new BigInt64Array(buffer),
    uint32: new Uint32Array(buffer),
    int8: new Int8Array(buffer),
  };
}

function align(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}
