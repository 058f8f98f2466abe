import type { Samples } from "../data/dataset.js";
import type { LayerSpec } from "../models/model-spec.js";
import { resolveModel } from "../models/resolve-model.js";
import type { LocalResult, LocalTrainOptions } from "../training/local-trainer.js";
import { createPlanTrainer } from "./create-plan-trainer.js";
import { oneStep, randomSamples, randomWeights } from "./testing-gradients.js";

export const conv: LayerSpec = { type: "conv2d", filters: 3, kernelSize: 3, activation: "relu" };

export const layers: readonly LayerSpec[] = [
  conv,
  { type: "batchNormalization", name: "norm" },
  { type: "maxPooling2d" },
  { type: "flatten" },
  { type: "dropout", rate: 0.3 },
  { type: "dense", units: 4, name: "last" },
];

/** A small model of many kinds of layers, with samples and weights for it. */
export const model = resolveModel({ inputShape: [8, 8, 1], layers });
export const samples = randomSamples(model, 50);
export const weights = randomWeights(model);

export function options(changes: Partial<LocalTrainOptions> = {}): LocalTrainOptions {
  return { ...oneStep(8, 0.05), epochs: 2, ...changes };
}

/** Trains the model from its weights by a fresh trainer. */
export async function train(
  changes: Partial<LocalTrainOptions> = {},
  on: Samples = samples,
): Promise<LocalResult> {
  using trainer = createPlanTrainer(model);
  return await trainer.train(weights, on, options(changes));
}

/** All bits of many numbers in a few letters, since a difference of long arrays takes minutes to print. */
export function digest(values: ArrayLike<number>): string {
  let hash = 0;
  const bits = new Int32Array(Float32Array.from(values).buffer);
  for (const bit of bits) hash = Math.imul(hash ^ bit, 0x9e3779b1) ^ (hash >>> 15);
  return `${values.length}: ${hash}`;
}

/** The elements of one tensor. */
export function partOf(values: Float32Array, name: string): Float32Array {
  const tensor = model.layout.tensors.find((tensor) => tensor.name === name);
  return values.slice(tensor?.offset, (tensor?.offset ?? 0) + (tensor?.size ?? 0));
}
