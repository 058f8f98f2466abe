import type { WeightsLayout } from "./layout.js";
import { rangesOf, type SharedRole } from "./ranges.js";

/** Multiplies the elements of each role by a factor of its own, in place. */
export function scaleRoles(
  values: Float64Array,
  layout: WeightsLayout,
  factors: Readonly<Record<SharedRole, number>>,
): Float64Array {
  for (const role of ["trainable", "statistic"] as const) {
    const factor = factors[role];
    for (const { start, end } of rangesOf(layout, role)) {
      for (let i = start; i < end; i += 1) values[i] = factor * (values[i] as number);
    }
  }
  return values;
}
