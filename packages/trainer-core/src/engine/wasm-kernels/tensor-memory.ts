import { type MatrixKernels, openMatrixKernels, type WasmMemory } from "@fedloom/kernels";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { getKernel, type KernelFunc, type TensorInfo } from "@tensorflow/tfjs-core";

/** What the WASM backend hands to a kernel. */
export interface KernelCall<Inputs, Attrs> {
  readonly inputs: { readonly [Name in keyof Inputs]: TensorInfo };
  readonly attrs: Attrs;
  readonly backend: BackendWasm;
}

/** One kernel of ours and the name under which TensorFlow.js looks for it. */
export interface WasmKernel {
  readonly kernelName: string;
  readonly kernelFunc: KernelFunc;
}

/** Gives a kernel with typed inputs and attributes the loose type that the registry wants. */
export function defineKernel<Inputs, Attrs>(
  kernelName: string,
  kernel: (call: KernelCall<Inputs, Attrs>) => TensorInfo,
): WasmKernel {
  return { kernelName, kernelFunc: kernel as unknown as KernelFunc };
}

/** A kernel that does some calls itself and leaves the others to the one that the backend ships. */
export function definePartly<Inputs, Attrs>(
  kernelName: string,
  kernel: (call: KernelCall<Inputs, Attrs>) => TensorInfo | undefined,
): WasmKernel | undefined {
  const shipped = getKernel(kernelName, "wasm")?.kernelFunc;
  if (!shipped) return undefined;
  return {
    kernelName,
    kernelFunc: (call) => kernel(call as unknown as KernelCall<Inputs, Attrs>) ?? shipped(call),
  };
}

interface Opened {
  readonly kernels: MatrixKernels;
  /** A block of the backend's memory, and how long it is. */
  scratch: number;
  scratchBytes: number;
}

const opened = new WeakMap<BackendWasm, Opened>();

/** Our kernels, working on the backend's own memory: tensors are neither copied in nor out. */
export function kernelsOf(backend: BackendWasm): MatrixKernels {
  return openedOf(backend).kernels;
}

function openedOf(backend: BackendWasm): Opened {
  const known = opened.get(backend);
  if (known) return known;
  const fresh = { kernels: openMatrixKernels(memoryOf(backend)), scratch: 0, scratchBytes: 0 };
  opened.set(backend, fresh);
  return fresh;
}

/** The memory is among the exports of the backend's module, under a name that may be shortened. */
function memoryOf({ wasm }: BackendWasm): WasmMemory {
  const { asm = {} } = wasm as unknown as { asm?: Record<string, unknown> };
  const memory = Object.values(asm).find((value) => {
    const { buffer } = (value ?? {}) as { buffer?: unknown };
    return buffer instanceof ArrayBuffer && "grow" in (value as object);
  });
  if (!memory) throw new Error("the WASM backend does not show its memory, as 4.22 does");
  return memory as WasmMemory;
}

/** Exports of the backend's module that its types leave out. */
interface Allocator {
  _malloc(bytes: number): number;
  _free(address: number): void;
}

const CACHE_LINE = 64;

/**
 * Address of a block of the backend's memory for the time of one kernel call. One block serves all calls and grows with
 * them. To be taken before the views of tensors, which an allocation may invalidate.
 */
export function scratchOf(backend: BackendWasm, bytes: number): number {
  const block = openedOf(backend);
  if (block.scratchBytes < bytes) {
    const { _malloc, _free } = backend.wasm as unknown as Allocator;
    if (block.scratch !== 0) _free(block.scratch);
    block.scratch = _malloc(bytes + CACHE_LINE) >>> 0;
    block.scratchBytes = bytes;
  }
  return Math.ceil(block.scratch / CACHE_LINE) * CACHE_LINE;
}

/** Where a tensor's values begin, in bytes. */
export function addressOf(tensor: TensorInfo, backend: BackendWasm): number {
  return backend.getMemoryOffset(tensor.dataId);
}

/**
 * The tensor's values where they lie in the backend's memory, without a copy.
 *
 * Valid until the next allocation, which may move the memory: allocate first, then take every view.
 */
export function floatsOf(tensor: TensorInfo, backend: BackendWasm): Float32Array {
  return backend.typedArrayFromHeap(tensor) as Float32Array;
}
