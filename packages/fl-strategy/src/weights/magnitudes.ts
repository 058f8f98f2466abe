import { vectorKernels } from "@fedloom/kernels";
import type { WeightsLayout } from "./layout.js";
import { rangesOf } from "./ranges.js";

/** The largest magnitude of an update's shared elements, looked up once however many ask. */
export interface Magnitudes {
  /** Infinity or NaN if an element is that; private tensors are not looked at. */
  of(values: Float32Array): number;
  /** To be called when the update that was asked for is dealt with: its memory may be another's next. */
  forget(): void;
}

export function createMagnitudes(layout: WeightsLayout): Magnitudes {
  let last: { readonly values: Float32Array; readonly magnitude: number } | undefined;
  return {
    of(values) {
      if (last?.values !== values) last = { values, magnitude: largest(values, layout) };
      return last.magnitude;
    },
    forget() {
      last = undefined;
    },
  };
}

function largest(values: Float32Array, layout: WeightsLayout): number {
  let max = 0;
  for (const { start, end } of rangesOf(layout, "shared")) {
    // Math.max, unlike a comparison, lets NaN through.
    max = Math.max(max, vectorKernels().maxMagnitude(values.subarray(start, end)));
  }
  return max;
}
