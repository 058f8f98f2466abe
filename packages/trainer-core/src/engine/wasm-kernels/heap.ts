import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { getKernel, type KernelFunc, type NamedAttrMap, type TensorInfo } from "@tensorflow/tfjs-core";

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

/** Runs a kernel that the backend has. */
export function runKernel(
  kernelName: string,
  inputs: Record<string, TensorInfo>,
  attrs: object,
  backend: BackendWasm,
): TensorInfo {
  const kernel = getKernel(kernelName, "wasm");
  if (!kernel) throw new Error(`the WASM backend has no kernel ${kernelName}`);
  return kernel.kernelFunc({ inputs, attrs: attrs as NamedAttrMap, backend }) as TensorInfo;
}

/**
 * The tensor's values where they lie in the backend's memory, without a copy.
 *
 * Valid until the next allocation, which may move the memory: allocate first, then take every view.
 */
export function floatsOf(tensor: TensorInfo, backend: BackendWasm): Float32Array {
  return backend.typedArrayFromHeap(tensor) as Float32Array;
}
