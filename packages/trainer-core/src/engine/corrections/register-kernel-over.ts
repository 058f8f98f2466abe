import { getKernel, type KernelFunc, registerKernel, unregisterKernel } from "@tensorflow/tfjs-core";

/** Puts a kernel in the place of the one that a backend ships. */
export function registerKernelOver(backendName: string, kernelName: string, kernelFunc: KernelFunc): void {
  // Registering over a kernel warns on the console.
  if (getKernel(kernelName, backendName)) unregisterKernel(kernelName, backendName);
  registerKernel({ kernelName, backendName, kernelFunc });
}
