import type { Dataset, Samples } from "./dataset.js";

/**
 * Copies samples into shared memory, so that workers read them where they are. What lies there already, or in a file,
 * stays; so does everything where there is no shared memory (a page that is not cross-origin isolated).
 */
export function moveToSharedMemory(samples: Samples): Samples;
export function moveToSharedMemory(dataset: Dataset): Dataset;
export function moveToSharedMemory(data: Samples | Dataset): Samples | Dataset {
  if (typeof SharedArrayBuffer === "undefined") return data;
  if (!("train" in data)) return shareSamples(data);
  return {
    ...data,
    train: shareSamples(data.train),
    val: shareSamples(data.val),
    test: shareSamples(data.test),
  };
}

function shareSamples(samples: Samples): Samples {
  const { features, labels, targets } = samples;
  return {
    ...samples,
    features: features instanceof Float32Array || features instanceof Uint8Array ? share(features) : features,
    labels: share(labels),
    ...(targets && { targets: share(targets) }),
  };
}

function share<T extends Float32Array | Uint8Array>(values: T): T {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const buffer = new SharedArrayBuffer(values.byteLength);
  const shared = values instanceof Uint8Array ? new Uint8Array(buffer) : new Float32Array(buffer);
  shared.set(values);
  return shared as T;
}
