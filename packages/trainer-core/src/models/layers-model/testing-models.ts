import { randomStream } from "@fedloom/fl-strategy";
import type { Samples } from "../../data/dataset.js";
import { initialWeights } from "../initial-weights.js";
import type { LayerSpec, ModelSpec } from "../model-spec.js";
import { type ResolvedModel, resolveModel } from "../resolve-model.js";

const image = [8, 7, 3] as const;
const end: LayerSpec[] = [{ type: "flatten" }, { type: "dense", units: 3 }];
const same = { kernelSize: 3, padding: "same" } as const;

/** Models that have every layer and every setting between them, for tests. */
export const testingModels: Readonly<Record<string, ModelSpec>> = {
  dense: {
    inputShape: [5],
    layers: [
      { type: "dense", units: 7, activation: "relu", initializer: "heNormal" },
      { type: "dense", units: 6, activation: "leakyRelu", useBias: false },
      { type: "dropout", rate: 0.3 },
      { type: "dense", units: 6, activation: "gelu", trainable: false },
      { type: "dense", units: 3 },
    ],
  },
  activations: {
    inputShape: [5],
    layers: [
      ...(["relu6", "elu", "selu", "swish", "sigmoid", "tanh", "leakyRelu", "gelu", "relu"] as const).flatMap(
        (activation): LayerSpec[] => [
          { type: "dense", units: 8, activation, initializer: "heUniform" },
          { type: "activation", activation },
        ],
      ),
      { type: "dense", units: 1 },
    ],
    loss: "sigmoidCrossEntropy",
  },
  convolutions: {
    inputShape: image,
    layers: [
      { type: "conv2d", filters: 4, ...same, activation: "relu" },
      { type: "depthwiseConv2d", kernelSize: [3, 2], depthMultiplier: 2, activation: "tanh" },
      { type: "separableConv2d", filters: 5, ...same, strides: 2, depthMultiplier: 2, useBias: false },
      { type: "conv2d", filters: 3, kernelSize: [1, 2], strides: [1, 2], useBias: false },
      ...end,
    ],
  },
  pools: {
    inputShape: image,
    layers: [
      { type: "maxPooling2d", poolSize: [3, 2], strides: 1 },
      { type: "averagePooling2d", padding: "same", poolSize: 3, strides: 2 },
      { type: "globalMaxPooling2d" },
      { type: "dense", units: 2 },
    ],
    loss: "meanSquaredError",
  },
  norms: {
    inputShape: image,
    layers: [
      { type: "layerNormalization", over: "sample", center: false, scale: false, epsilon: 1e-6 },
      { type: "batchNormalization", momentum: 0.9 },
      { type: "layerNormalization", over: "sample" },
      { type: "batchNormalization", scale: false, trainable: false },
      { type: "layerNormalization" },
      { type: "globalAveragePooling2d" },
      { type: "layerNormalization", over: "sample" },
      { type: "batchNormalization" },
      { type: "dense", units: 3, personal: true },
    ],
  },
  residuals: {
    inputShape: image,
    layers: [
      {
        type: "residual",
        name: "input",
        layers: [
          { type: "conv2d", name: "probabilities", filters: 3, ...same, activation: "leakyRelu" },
          { type: "residual", layers: [{ type: "conv2d", filters: 3, ...same }] },
        ],
      },
      {
        type: "residual",
        layers: [{ type: "conv2d", filters: 4, ...same, strides: 2 }, { type: "batchNormalization" }],
        shortcut: [
          { type: "conv2d", filters: 4, kernelSize: 1, strides: 2, useBias: false },
          { type: "residual", layers: [{ type: "activation", activation: "relu" }] },
        ],
      },
      ...end,
    ],
  },
};

/** Weights in which no tensor is what a layer starts with. */
export function testingWeights(spec: ModelSpec, seed = 5): { model: ResolvedModel; weights: Float32Array } {
  const model = resolveModel(spec);
  const weights = initialWeights(model, seed);
  const random = randomStream(seed, "testing");
  // Small enough that variances stay positive.
  for (let i = 0; i < weights.length; i += 1)
    weights[i] = (weights[i] as number) + 0.2 * (random.uniform() - 0.5);
  return { model, weights };
}

export function testingSamples({ inputShape }: ResolvedModel, numSamples = 6): Samples {
  const size = inputShape.reduce((product, axis) => product * axis, 1);
  const random = randomStream(1, "samples");
  const features = Float32Array.from({ length: numSamples * size }, () => random.normal());
  return { numSamples, features, labels: new Uint8Array(numSamples) };
}
