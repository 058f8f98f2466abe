import { type KernelVector, vectorKernels } from "@fedloom/kernels";
import type { WeightsLayout } from "./layout.js";
import { rangesOf } from "./ranges.js";

/**
 * The update that a round is looking at, brought into kernel memory once, however many checks and sums read it.
 */
export interface Staging {
  /** The largest magnitude of the shared elements: Infinity or NaN if one is that. */
  maxMagnitude(values: Float32Array): number;
  /** The same values, where kernels read them without a copy if they were brought there. */
  staged(values: Float32Array): () => Float32Array;
  /** To be called when the update is dealt with: its memory may be another's next. */
  forget(): void;
  /** Gives the memory back. */
  release(): void;
}

// A round that was abandoned gives its memory back when it is collected.
const forgotten = new FinalizationRegistry<KernelVector>((vector) => vector.release());

interface Looked {
  readonly values: Float32Array;
  readonly staged: () => Float32Array;
  readonly magnitude: number;
}

export function createStaging(layout: WeightsLayout): Staging {
  let vector: KernelVector | undefined;
  let last: Looked | undefined;

  function bring(values: Float32Array): () => Float32Array {
    const held = vectorKernels().hold(values);
    // Values in kernel memory stay where they are, and those of another length are for others to refuse.
    if (vectorKernels().owns(values) || values.length !== layout.size) return held;
    if (!vector) {
      vector = vectorKernels().createVector(layout.size);
      forgotten.register(staging, vector, staging);
    }
    vector.values.set(values);
    return () => (vector as KernelVector).values;
  }

  const staging: Staging = {
    maxMagnitude(values) {
      if (last?.values !== values) {
        const staged = bring(values);
        let magnitude = 0;
        for (const { start, end } of rangesOf(layout, "shared")) {
          // Math.max, unlike a comparison, lets NaN through.
          magnitude = Math.max(magnitude, vectorKernels().maxMagnitude(staged().subarray(start, end)));
        }
        last = { values, staged, magnitude };
      }
      return last.magnitude;
    },
    staged: (values) => (last?.values === values ? last.staged : vectorKernels().hold(values)),
    forget() {
      last = undefined;
    },
    release() {
      last = undefined;
      forgotten.unregister(staging);
      vector?.release();
      vector = undefined;
    },
  };
  return staging;
}
