// For this folder's tests.
import type { Samples } from "./dataset.js";

/** The values of samples that are in memory. */
export function valuesOf({ features }: Samples): Float32Array | Uint8Array {
  if (features instanceof Float32Array || features instanceof Uint8Array) return features;
  throw new Error(`expected samples in memory, got those of ${features.path}`);
}
