import { WASM_PAGE, type WasmMemory, WebAssembly } from "../wasm/web-assembly.js";

/** Blocks begin at multiples of a cache line. */
const ALIGNMENT = 64;

/** A WebAssembly memory that is handed out from its beginning and never given back, but as a whole. */
export interface MatrixMemory {
  readonly memory: WasmMemory;
  /** Byte address of a fresh block of zeros, a multiple of 64 and never 0. Throws RangeError when no more can be had. */
  allocate(bytes: number): number;
  /** Views of the whole memory; to be fetched anew after `allocate`, which may replace the buffer under them. */
  readonly float32: Float32Array;
  readonly int32: Int32Array;
  readonly uint8: Uint8Array;
}

/** Makes a memory for {@link openMatrixKernels}; it grows when more than `initialBytes` are asked of it. */
export function createMatrixMemory({ initialBytes = 0 }: { initialBytes?: number } = {}): MatrixMemory {
  const memory = new WebAssembly.Memory({ initial: Math.ceil((initialBytes + ALIGNMENT) / WASM_PAGE) });
  // Address 0 stands for "none" in the kernels.
  let end = ALIGNMENT;
  let views = viewsOf(memory.buffer);
  const current = () => {
    if (views.buffer !== memory.buffer) views = viewsOf(memory.buffer);
    return views;
  };
  return {
    memory,
    allocate(bytes) {
      const address = end;
      const next = address + Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
      const missing = next - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / WASM_PAGE));
      end = next;
      return address;
    },
    get float32() {
      return current().float32;
    },
    get int32() {
      return current().int32;
    },
    get uint8() {
      return current().uint8;
    },
  };
}

function viewsOf(buffer: ArrayBuffer) {
  return {
    buffer,
    float32: new Float32Array(buffer),
    int32: new Int32Array(buffer),
    uint8: new Uint8Array(buffer),
  };
}
