import type { ResolvedLayer, ResolvedModel } from "../models/resolve-model.js";

/** Roughly how many multiplications and additions it takes to train on one sample: forward, and twice that backward. */
export function trainingCost({ layers }: ResolvedModel): number {
  return 3 * layers.reduce((sum, layer) => sum + forwardCost(layer), 0);
}

function forwardCost(layer: ResolvedLayer): number {
  if (layer.type === "residual") {
    return [...layer.layers, ...layer.shortcut].reduce((sum, inner) => sum + forwardCost(inner), 0);
  }
  const kernels = layer.weights.filter(({ name }) => name.endsWith("kernel"));
  const size = kernels.reduce((sum, { shape }) => sum + product(shape), 0);
  const places = product(layer.outputShape.slice(0, -1));
  return 2 * size * places;
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total * size, 1);
}
