import type { Activation, LayerSpec, Padding } from "../models/model-spec.js";
import { initializerOf } from "./describe-initializer.js";
import type { KerasLayer } from "./from-layers-model.js";

/** Thrown and caught within this folder: something that a ModelSpec cannot say. */
export class NotKnown extends Error {}

/** An activation after the last layer that a loss takes over. */
export type FinalActivation = "softmax" | "sigmoid";

type Config = Readonly<Record<string, unknown>>;

/** Reads a layer's settings, and knows which of them have been read. */
interface Reader {
  readonly layer: KerasLayer;
  readonly config: Config;
  readonly final: FinalActivation | undefined;
}

/** The softmax or sigmoid that a layer ends with, if it does. */
export function finalActivationOf(layer: KerasLayer | undefined): FinalActivation | undefined {
  const className = layer?.getClassName();
  if (className === "Softmax") return "softmax";
  if (!layer || (className !== "Dense" && className !== "Activation")) return undefined;
  const { activation } = layer.getConfig();
  return activation === "softmax" || activation === "sigmoid" ? activation : undefined;
}

/**
 * A layer in words; none for one that does nothing. `final` is the activation that is left out, at the end of a model.
 * Throws NotKnown with the reason.
 */
export function describeLayer(layer: KerasLayer, final: FinalActivation | undefined): LayerSpec[] {
  const className = layer.getClassName();
  const describe = layerTypes[className];
  if (!describe) throw new NotKnown(`layer "${layer.name}" (${className}) is not one that the planner knows`);
  const reader: Reader = { layer, config: layer.getConfig(), final };
  requireNone(reader, [
    "kernelRegularizer",
    "biasRegularizer",
    "activityRegularizer",
    "depthwiseRegularizer",
    "pointwiseRegularizer",
    "betaRegularizer",
    "gammaRegularizer",
    "kernelConstraint",
    "biasConstraint",
    "depthwiseConstraint",
    "pointwiseConstraint",
    "betaConstraint",
    "gammaConstraint",
  ]);
  requireOne(reader, "dtype", [undefined, null, "float32"]);
  return describe(reader).map((spec) => ({ ...spec, ...nameOf(layer) }));
}

/** Without names that TensorFlow.js has made up: they count the layers of the process. */
function nameOf(layer: KerasLayer): { name?: string } {
  const madeUp = new RegExp(`^[a-z0-9_]+_${layer.getClassName()}\\d+$`);
  return madeUp.test(layer.name) ? {} : { name: layer.name };
}

const layerTypes: Readonly<Record<string, (reader: Reader) => LayerSpec[]>> = {
  InputLayer: () => [],
  Dense: (reader) => [
    {
      type: "dense",
      units: reader.config.units as number,
      ...weighted(reader),
      ...initializerOf(reader.config.kernelInitializer),
    },
  ],
  Conv2D: (reader) => [
    {
      type: "conv2d",
      filters: reader.config.filters as number,
      ...convolved(reader),
      ...weighted(reader),
      ...initializerOf(reader.config.kernelInitializer),
    },
  ],
  DepthwiseConv2D: (reader) => {
    // Its configuration tells the regularizer in the constraint's place.
    if (optionalField(reader.layer, "depthwiseConstraint")) throw unlike(reader, "a constraint", "none");
    const depthMultiplier = reader.config.depthMultiplier as number;
    return [
      {
        type: "depthwiseConv2d",
        depthMultiplier,
        ...convolved(reader),
        ...weighted(reader),
        ...initializerOf(reader.config.depthwiseInitializer),
      },
    ];
  },
  SeparableConv2D: (reader) => [
    {
      type: "separableConv2d",
      filters: reader.config.filters as number,
      // Its configuration does not tell.
      depthMultiplier: optionalField(reader.layer, "depthMultiplier") as number,
      ...convolved(reader),
      ...weighted(reader),
      ...initializerOf(reader.config.depthwiseInitializer),
    },
  ],
  MaxPooling2D: (reader) => [{ type: "maxPooling2d", ...pooled(reader) }],
  AveragePooling2D: (reader) => [{ type: "averagePooling2d", ...pooled(reader) }],
  GlobalAveragePooling2D: (reader) => {
    requireChannelsLast(reader);
    return [{ type: "globalAveragePooling2d" }];
  },
  GlobalMaxPooling2D: (reader) => {
    requireChannelsLast(reader);
    return [{ type: "globalMaxPooling2d" }];
  },
  BatchNormalization: (reader) => {
    requireOne(reader, "axis", [-1, rankOf(reader) - 1]);
    const { momentum } = reader.config;
    return [{ type: "batchNormalization", momentum: momentum as number, ...scaled(reader) }];
  },
  LayerNormalization: (reader) => [
    { type: "layerNormalization", over: normalizedAxes(reader), ...scaled(reader) },
  ],
  Dropout: (reader) => {
    requireNone(reader, ["noiseShape", "seed"]);
    return [{ type: "dropout", rate: reader.config.rate as number }];
  },
  Flatten: (reader) => {
    requireChannelsLast(reader);
    return [{ type: "flatten" }];
  },
  Activation: (reader) => activationLayer(activationOf(reader)),
  Softmax: (reader) => {
    requireOne(reader, "axis", [-1, rankOf(reader) - 1]);
    if (reader.final === "softmax") return [];
    throw unlike(reader, "softmax", "only at the end, before softmax cross entropy");
  },
  ReLU: (reader) => {
    requireOne(reader, "maxValue", [undefined, null, 6]);
    return activationLayer(reader.config.maxValue === 6 ? "relu6" : "relu");
  },
  LeakyReLU: (reader) => {
    requireOne(reader, "alpha", [0.2]);
    return activationLayer("leakyRelu");
  },
  ELU: (reader) => {
    requireOne(reader, "alpha", [1]);
    return activationLayer("elu");
  },
};

function optionalField(layer: KerasLayer, field: string): unknown {
  return (layer as unknown as Config)[field];
}

function activationLayer(activation: Activation): LayerSpec[] {
  return activation === "linear" ? [] : [{ type: "activation", activation }];
}

const activations: Readonly<Record<string, Activation>> = {
  linear: "linear",
  relu: "relu",
  relu6: "relu6",
  elu: "elu",
  selu: "selu",
  gelu: "gelu",
  swish: "swish",
  sigmoid: "sigmoid",
  tanh: "tanh",
};

function activationOf(reader: Reader): Activation {
  const name = (reader.config.activation ?? "linear") as string;
  if (name === reader.final) return "linear";
  const activation = activations[name];
  if (!activation)
    throw unlike(reader, `activation ${name}`, `one of ${Object.keys(activations).join(", ")}`);
  return activation;
}

function weighted(reader: Reader) {
  const { useBias } = reader.config;
  return { activation: activationOf(reader), useBias: useBias as boolean, ...trained(reader) };
}

function trained({ layer }: Reader): { trainable?: boolean } {
  return layer.trainable ? {} : { trainable: false };
}

function convolved(reader: Reader) {
  requireChannelsLast(reader);
  requireOne(reader, "dilationRate", [undefined, null, 1, [1], [1, 1]]);
  const { kernelSize, strides } = reader.config;
  return { kernelSize: pair(kernelSize), strides: pair(strides), padding: paddingOf(reader) };
}

function pooled(reader: Reader) {
  requireChannelsLast(reader);
  const { poolSize, strides } = reader.config;
  return { poolSize: pair(poolSize), strides: pair(strides ?? poolSize), padding: paddingOf(reader) };
}

function scaled(reader: Reader) {
  const { center, scale, epsilon } = reader.config;
  return {
    center: center as boolean,
    scale: scale as boolean,
    epsilon: epsilon as number,
    ...trained(reader),
  };
}

function pair(value: unknown): [number, number] {
  const [height, width = height] = Array.isArray(value) ? value : [value];
  return [height as number, width as number];
}

function paddingOf(reader: Reader): Padding {
  requireOne(reader, "padding", [undefined, null, "valid", "same"]);
  return (reader.config.padding ?? "valid") as Padding;
}

function normalizedAxes(reader: Reader): "last" | "sample" {
  const rank = rankOf(reader);
  const axes = [reader.config.axis].flat().map((axis) => ((axis as number) + rank) % rank);
  if (axes.join() === `${rank - 1}`) return "last";
  const all = Array.from({ length: rank - 1 }, (_, i) => i + 1);
  if (axes.join() === all.join()) return "sample";
  throw unlike(reader, `axis [${axes.join(", ")}]`, "the last one, or all but the batch in their order");
}

/** Axes of the input, the batch's among them. */
function rankOf({ layer }: Reader): number {
  return (layer.input as { shape: readonly unknown[] }).shape.length;
}

function requireChannelsLast(reader: Reader): void {
  requireOne(reader, "dataFormat", [undefined, null, "channelsLast"]);
}

function requireNone(reader: Reader, fields: readonly string[]): void {
  for (const field of fields) {
    if (reader.config[field] !== undefined && reader.config[field] !== null) {
      throw unlike(reader, `a ${field}`, "none");
    }
  }
}

function requireOne(reader: Reader, field: string, allowed: readonly unknown[]): void {
  const received = JSON.stringify(reader.config[field]);
  if (allowed.some((value) => JSON.stringify(value) === received)) return;
  throw unlike(
    reader,
    `${field} ${received}`,
    `one of ${allowed.map((one) => JSON.stringify(one)).join(", ")}`,
  );
}

function unlike({ layer }: Reader, received: string, expected: string): NotKnown {
  return new NotKnown(`layer "${layer.name}" (${layer.getClassName()}): ${received}; known is ${expected}`);
}
