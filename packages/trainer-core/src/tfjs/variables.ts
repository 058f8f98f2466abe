import type { WeightsLayout } from "@fedloom/fl-strategy";
import { type Tensor, tensor, tidy, type Variable } from "@tensorflow/tfjs-core";
import { TrainerError } from "../errors.js";

/**
 * Copies a flat vector into variables that lie in the layout's order.
 * @throws TrainerError `invalid_option` for a vector of another size than the layout.
 */
export function writeVariables(
  variables: readonly Variable[],
  weights: Float32Array,
  layout: WeightsLayout,
): void {
  requireSize("weights", weights, layout);
  for (const [i, { offset, size, shape }] of layout.tensors.entries()) {
    tidy(() => {
      // A copy: some backends keep the array that they are given.
      variables[i]?.assign(tensor(weights.slice(offset, offset + size), [...shape]));
    });
  }
}

/** Copies tensors that lie in the layout's order into a flat vector; without `weights` into a new one. */
export async function readTensors(
  tensors: readonly Tensor[],
  layout: WeightsLayout,
  weights: Float32Array = new Float32Array(layout.size),
): Promise<Float32Array> {
  const values = await Promise.all(tensors.map((each) => each.data()));
  for (const [i, { offset }] of layout.tensors.entries()) weights.set(values[i] ?? [], offset);
  return weights;
}

export function requireSize(field: string, values: Float32Array, { size }: WeightsLayout): void {
  if (values.length === size) return;
  throw new TrainerError("invalid_option", `${field}: expected ${size} elements, got ${values.length}`);
}
