import type { Variable } from "@tensorflow/tfjs-core";
import {
  input as createInput,
  model as createModel,
  layers as keras,
  type LayersModel,
  type SymbolicTensor,
} from "@tensorflow/tfjs-layers";
import type { Activation, ModelSpec } from "../models/model-spec.js";
import { asResolved, type ResolvedLayer, type ResolvedModel, type Window } from "../models/resolve-model.js";
import { LEAKY_RELU_ALPHA } from "./apply-activation.js";
import { writeVariables } from "./variables.js";

type Layer = LayersModel["layers"][number];

/** What has been built so far. */
interface Building {
  readonly names: Set<string>;
  /** The layers that have weights, in the layout's order. */
  readonly weighted: Layer[];
}

/**
 * Builds a TensorFlow.js `LayersModel` with these weights, one float32 per element of the model's layout.
 *
 * Layers keep their names. The outputs are logits (or numbers, for
 * squared error), as in the model: a softmax is not added. A batch norm without scale or offset predicts but does not
 * train there: TensorFlow.js 4.22 needs both.
 * @throws TrainerError `invalid_option` for weights of another size than the layout.
 */
export function toLayersModel(spec: ModelSpec | ResolvedModel, weights: Float32Array): LayersModel {
  const model = asResolved(spec);
  const building: Building = { names: new Set(), weighted: [] };
  const inputs = createInput({ shape: [...model.inputShape] });
  const outputs = applyLayers(model.layers, inputs, building);
  const built = createModel({ inputs, outputs });
  const variables = building.weighted.flatMap((layer) =>
    layer.weights.map((weight) => weight.read() as Variable),
  );
  writeVariables(variables, weights, model.layout);
  return built;
}

function applyLayers(
  layers: readonly ResolvedLayer[],
  x: SymbolicTensor,
  building: Building,
): SymbolicTensor {
  let result = x;
  for (const layer of layers) result = applyLayer(layer, result, building);
  return result;
}

function applyLayer(layer: ResolvedLayer, x: SymbolicTensor, building: Building): SymbolicTensor {
  const name = freeName(layer.name, building);
  const apply = (layer: Layer, to = x) => layer.apply(to) as SymbolicTensor;
  if (layer.type === "residual") {
    const sides = [applyLayers(layer.layers, x, building), applyLayers(layer.shortcut, x, building)];
    return keras.add({ name }).apply(sides) as SymbolicTensor;
  }
  const trainable = layer.weights.some((weight) => weight.trainable);
  const built = createLayer(layer, { name, trainable });
  if (layer.weights.length > 0) building.weighted.push(built);
  const y = apply(built);
  const needsOwnLayer =
    "activation" in layer && layer.type !== "activation" && layer.activation === "leakyRelu";
  if (!needsOwnLayer) return y;
  return apply(leakyRelu(freeName(`${layer.name}_leakyRelu`, building)), y);
}

function createLayer(
  layer: Exclude<ResolvedLayer, { type: "residual" }>,
  common: { readonly name: string; readonly trainable: boolean },
): Layer {
  const { name } = common;
  switch (layer.type) {
    case "dense":
      return keras.dense({ ...common, ...activated(layer), units: layer.units });
    case "conv2d": {
      const filters = layer.outputShape.at(-1) as number;
      return keras.conv2d({ ...common, ...activated(layer), ...convolved(layer.window), filters });
    }
    case "depthwiseConv2d": {
      const { depthMultiplier } = layer;
      return keras.depthwiseConv2d({
        ...common,
        ...activated(layer),
        ...convolved(layer.window),
        depthMultiplier,
      });
    }
    case "separableConv2d": {
      const { depthMultiplier } = layer;
      const filters = layer.outputShape.at(-1) as number;
      const sizes = { filters, depthMultiplier };
      return keras.separableConv2d({ ...common, ...activated(layer), ...convolved(layer.window), ...sizes });
    }
    case "maxPooling2d":
      return keras.maxPooling2d({ name, ...pooled(layer.window) });
    case "averagePooling2d":
      return keras.averagePooling2d({ name, ...pooled(layer.window) });
    case "globalAveragePooling2d":
      return keras.globalAveragePooling2d({ name, dataFormat: "channelsLast" });
    case "globalMaxPooling2d":
      return keras.globalMaxPooling2d({ name, dataFormat: "channelsLast" });
    case "batchNormalization": {
      const { center, scale, epsilon, momentum } = layer;
      const { isTrainable: trainable } = layer;
      return keras.batchNormalization({ name, trainable, center, scale, epsilon, momentum });
    }
    case "layerNormalization": {
      const { center, scale, epsilon, over, inputShape } = layer;
      const axis = over === "last" ? -1 : inputShape.map((_, i) => i + 1);
      return keras.layerNormalization({ ...common, center, scale, epsilon, axis });
    }
    case "dropout":
      return keras.dropout({ name, rate: layer.rate });
    case "flatten":
      return keras.flatten({ name });
    case "activation":
      if (layer.activation === "leakyRelu") return leakyRelu(name);
      return keras.activation({ name, activation: kerasActivation(layer.activation) });
  }
}

function leakyRelu(name: string): Layer {
  return keras.leakyReLU({ name, alpha: LEAKY_RELU_ALPHA });
}

function activated({ activation, useBias }: { activation: Activation; useBias: boolean }) {
  return { activation: kerasActivation(activation), useBias };
}

/** Linear for `leakyRelu`, which TensorFlow.js has as a layer only. */
function kerasActivation(activation: Activation) {
  return activation === "leakyRelu" ? "linear" : activation;
}

function convolved({ height, width, strideHeight, strideWidth, padding }: Window) {
  const kernelSize: [number, number] = [height, width];
  const strides: [number, number] = [strideHeight, strideWidth];
  return { kernelSize, strides, padding };
}

function pooled({ height, width, strideHeight, strideWidth, padding }: Window) {
  const poolSize: [number, number] = [height, width];
  const strides: [number, number] = [strideHeight, strideWidth];
  return { poolSize, strides, padding };
}

/** The name, or one like it if another layer has it. */
function freeName(name: string, { names }: Building): string {
  let free = name;
  for (let i = 2; names.has(free); i += 1) free = `${name}_${i}`;
  names.add(free);
  return free;
}
