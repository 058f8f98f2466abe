import type { Samples } from "./dataset.js";

/** Copies the samples at `indices`, in that order; `sampleSize` is the number of values of one. */
export function copySamples(
  samples: Samples & { readonly features: Float32Array | Uint8Array },
  indices: Uint32Array,
  sampleSize: number,
): Samples {
  const { targets } = samples;
  return {
    numSamples: indices.length,
    features: copyRows(samples.features, indices, sampleSize),
    labels: copyRows(samples.labels, indices, 1),
    ...(targets && { targets: copyRows(targets, indices, targets.length / samples.numSamples) }),
  };
}

function copyRows<T extends Float32Array | Uint8Array>(values: T, rows: Uint32Array, rowSize: number): T {
  const size = rows.length * rowSize;
  const copies = values instanceof Uint8Array ? new Uint8Array(size) : new Float32Array(size);
  for (let i = 0; i < rows.length; i += 1) {
    const from = (rows[i] as number) * rowSize;
    copies.set(values.subarray(from, from + rowSize), i * rowSize);
  }
  return copies as T;
}
