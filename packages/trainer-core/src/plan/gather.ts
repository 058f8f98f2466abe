import type { RandomStream } from "@fedloom/fl-strategy";
import type { MatrixKernels, MatrixMemory } from "@fedloom/kernels";
import { type AugmentOptions, augmentImage } from "../data/augment.js";
import type { Features, Samples } from "../data/dataset.js";
import type { Program } from "./program.js";

/** Copies the samples at order[start], order[start + 1], … to the place where a program finds its batch. */
export type Gather = (order: Uint32Array, start: number, size: number) => void;

export interface GatherOptions {
  readonly memory: MatrixMemory;
  readonly kernels: MatrixKernels;
  readonly program: Program;
  /** Of one sample. */
  readonly sampleShape: readonly number[];
  readonly variation?: { readonly options: AugmentOptions; readonly random: RandomStream };
}

/** Rows of fewer values are copied one by one: a view of each would cost more. */
const SHORT = 48;

/** Opens the way of samples into a program; to be opened anew when the memory has grown. */
export function openGather(samples: Samples, options: GatherOptions): Gather {
  const { memory, program, sampleShape, variation } = options;
  const size = sampleShape.reduce((product, size) => product * size, 1);
  const gather = openRows(samples.features, size, options);
  if (!variation) return gather;
  const rows = Array.from({ length: program.capacity }, (_, i) => {
    const start = program.input / 4 + i * size;
    return memory.float32.subarray(start, start + size);
  });
  const scratch = new Float32Array(size);
  const how = { sampleShape, ...variation };
  return (order, start, count) => {
    gather(order, start, count);
    for (let i = 0; i < count; i += 1) augmentImage(rows[i] as Float32Array, scratch, how);
  };
}

function openRows(features: Features, size: number, { memory, kernels, program }: GatherOptions): Gather {
  const { input, staging, capacity } = program;
  if (features instanceof Float32Array) {
    const place = memory.float32.subarray(input / 4, input / 4 + capacity * size);
    return size < SHORT ? shortRows(place, features, size) : longRows(place, features, size);
  }
  const place = memory.uint8.subarray(staging, staging + capacity * size);
  const convert = (gather: Gather): Gather => {
    return (order, start, count) => {
      gather(order, start, count);
      kernels.bytesToFloats(input, staging, count * size);
    };
  };
  if (features instanceof Uint8Array) {
    return convert(size < SHORT ? shortRows(place, features, size) : longRows(place, features, size));
  }
  const rows = Array.from({ length: capacity }, (_, i) => place.subarray(i * size, (i + 1) * size));
  return convert((order, start, count) => {
    for (let i = 0; i < count; i += 1) features.read(order[start + i] as number, rows[i] as Uint8Array);
  });
}

function longRows<T extends Float32Array | Uint8Array>(place: T, features: T, size: number): Gather {
  return (order, start, count) => {
    for (let i = 0; i < count; i += 1) {
      const from = (order[start + i] as number) * size;
      place.set(features.subarray(from, from + size), i * size);
    }
  };
}

function shortRows<T extends Float32Array | Uint8Array>(place: T, features: T, size: number): Gather {
  return (order, start, count) => {
    let at = 0;
    for (let i = 0; i < count; i += 1) {
      const from = (order[start + i] as number) * size;
      for (let j = 0; j < size; j += 1) {
        place[at] = features[from + j] as number;
        at += 1;
      }
    }
  };
}

/** Opens the way of the answers that go with the samples: labels, or rows of targets. */
export function openAnswers(
  { labels, targets }: Samples,
  { memory, address, numTargets }: { memory: MatrixMemory; address: number; numTargets: number },
): Gather {
  const first = address / 4;
  if (numTargets === 0) {
    const { int32 } = memory;
    return (order, start, count) => {
      for (let i = 0; i < count; i += 1) int32[first + i] = labels[order[start + i] as number] as number;
    };
  }
  const { float32 } = memory;
  // Without numbers to predict, the class is the one number.
  const from = targets ?? labels;
  return (order, start, count) => {
    let at = first;
    for (let i = 0; i < count; i += 1) {
      const row = (order[start + i] as number) * numTargets;
      for (let j = 0; j < numTargets; j += 1) {
        float32[at] = from[row + j] as number;
        at += 1;
      }
    }
  };
}
