import type { WeightsLayout } from "./layout.js";
import { rangesOf } from "./ranges.js";

/**
 * The weights moved by the difference, trainable tensors by `scale` times it: summed in float64, then rounded to float32
 * once. Statistics are averaged, never optimised, so that they move by the difference itself.
 */
export function addDelta(
  layout: WeightsLayout,
  { weights, delta, scale = 1 }: { weights: Float32Array; delta: Float64Array; scale?: number },
): Float32Array {
  const moved = weights.slice();
  for (const [role, factor] of [
    ["trainable", scale],
    ["statistic", 1],
  ] as const) {
    for (const { start, end } of rangesOf(layout, role)) {
      for (let i = start; i < end; i += 1) moved[i] = (weights[i] as number) + factor * (delta[i] as number);
    }
  }
  return moved;
}
