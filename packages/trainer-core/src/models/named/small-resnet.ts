import type { ModelDefinition, ModelInput } from "../model.js";
import type { LayerSpec, ModelSpec } from "../model-spec.js";
import { requireImage, specFor } from "../spec-for.js";

export interface SmallResnetOptions {
  /**
   * Default `layer`. Batch norm trains well on one data set, but the moments of a client with few classes are not those
   * of the others: their mean fits nobody (Hsieh et al., "The Non-IID Data Quagmire", 2020, section 5).
   */
  readonly norm?: "layer" | "batch";
}

/**
 * A residual network for small images: a convolution of 16 channels, then three blocks of two 3x3 convolutions with 16,
 * 32 and 64 channels, of which the last two halve height and width (He et al., "Deep Residual Learning", 2016, section
 * 4.2 with n = 1; shortcuts of 1x1 convolutions where the shape changes).
 */
export function smallResnetSpec(input: ModelInput, { norm = "layer" }: SmallResnetOptions = {}): ModelSpec {
  requireImage("small-resnet", input.sampleShape, 4);
  const normed = (name: string): LayerSpec =>
    norm === "layer"
      ? { type: "layerNormalization", name }
      : { type: "batchNormalization", name, momentum: 0.9 };
  return specFor("small-resnet", input, [
    conv("conv", 16),
    normed("norm"),
    { type: "activation", name: "relu", activation: "relu" },
    ...block("block1", normed, { filters: 16, strides: 1 }),
    ...block("block2", normed, { filters: 32, strides: 2 }),
    ...block("block3", normed, { filters: 64, strides: 2 }),
    { type: "globalAveragePooling2d", name: "mean" },
    { type: "dense", name: "logits", units: input.numOutputs },
  ]);
}

function block(
  name: string,
  normed: (name: string) => LayerSpec,
  { filters, strides }: { filters: number; strides: number },
): LayerSpec[] {
  return [
    {
      type: "residual",
      name,
      layers: [
        conv(`${name}_conv1`, filters, { strides }),
        normed(`${name}_norm1`),
        { type: "activation", name: `${name}_relu1`, activation: "relu" },
        conv(`${name}_conv2`, filters),
        normed(`${name}_norm2`),
      ],
      ...(strides > 1 && { shortcut: [conv(`${name}_shortcut`, filters, { strides, kernelSize: 1 })] }),
    },
    { type: "activation", name: `${name}_relu2`, activation: "relu" },
  ];
}

function conv(name: string, filters: number, { strides = 1, kernelSize = 3 } = {}): LayerSpec {
  // The normalization after it has the offset.
  const useBias = false;
  return {
    type: "conv2d",
    name,
    filters,
    kernelSize,
    strides,
    padding: "same",
    useBias,
    initializer: "heNormal",
  };
}

export const smallResnet: ModelDefinition = {
  name: "small-resnet",
  title: "small residual network with layer norm",
  build: (input) => smallResnetSpec(input),
  recommended: {
    localEpochs: 1,
    batchSize: 32,
    learningRate: 0.001,
    plainLearningRate: 0.05,
    optimizer: { name: "adam" },
  },
};
