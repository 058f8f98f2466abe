import { createLayout, type WeightsLayout } from "@fedloom/fl-strategy";
import { type Tensor, tensor, type Variable } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";

/** A model's weights in its own order; what no optimizer touches, such as running means, is a statistic. */
export function layoutOf(model: LayersModel): WeightsLayout {
  return createLayout(
    model.weights.map((weight) => ({
      name: weight.originalName,
      shape: weight.shape as number[],
      role: weight.trainable ? "trainable" : "statistic",
    })),
  );
}

/** Copies a flat vector into the model's variables. */
export function writeWeights(
  variables: readonly Variable[],
  weights: Float32Array,
  layout: WeightsLayout,
): void {
  for (const [i, { offset, size, shape }] of layout.tensors.entries()) {
    const values = tensor(weights.subarray(offset, offset + size), [...shape]);
    variables[i]?.assign(values);
    values.dispose();
  }
}

/** Copies the model's variables into a new flat vector. */
export function readWeights(variables: readonly Tensor[], layout: WeightsLayout): Float32Array {
  const weights = new Float32Array(layout.size);
  for (const [i, { offset }] of layout.tensors.entries()) {
    weights.set(variables[i]?.dataSync() ?? [], offset);
  }
  return weights;
}
