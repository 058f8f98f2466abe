import type { Activation, Initializer, LayerSpec, Padding } from "../model-spec.js";
import { show } from "../require-field.js";
import { createKerasConfig, type KerasConfig, requireObject, unsupported } from "./keras-config.js";
import { LEAKY_SLOPE } from "./layers-model-files.js";

/** What a layer of a `model.json` is here. */
export interface ReadLayer {
  readonly spec?: LayerSpec;
  /** What it does to outputs if it is the last one; softmax elsewhere has no equal here. */
  readonly output?: "softmax" | "sigmoid";
  /** How many axes a sample must have before it, so that the axis it names is the one it has here. */
  readonly inputAxes?: number;
}

/** Keras's names of activations that differ from ours. */
const activations: Readonly<Record<string, Activation>> = {
  linear: "linear",
  relu: "relu",
  relu6: "relu6",
  elu: "elu",
  selu: "selu",
  gelu: "gelu",
  swish: "swish",
  silu: "swish",
  sigmoid: "sigmoid",
  tanh: "tanh",
};

/**
 * Reads a layer in the words of Keras.
 * @throws TrainerError `model_unsupported` for a layer or a setting that has no equal here, `invalid_model` for damage.
 */
export function readKerasLayer(className: string, fields: Readonly<Record<string, unknown>>): ReadLayer {
  const name = typeof fields.name === "string" ? fields.name : show(fields.name);
  const config = createKerasConfig(`layer ${JSON.stringify(name)} (${className})`, fields);
  const read = Object.hasOwn(readers, className) ? readers[className] : undefined;
  if (!read) {
    throw unsupported(
      `layer ${JSON.stringify(name)}`,
      `one of ${Object.keys(readers).join(", ")}`,
      show(className),
    );
  }
  return read(config, name);
}

type Read = (config: KerasConfig, name: string) => ReadLayer;

const only = (spec: LayerSpec): ReadLayer => ({ spec });

const readers: Readonly<Record<string, Read>> = {
  Dense: (config, name) =>
    weighted(config, ["kernel", "bias"], {
      type: "dense",
      name,
      units: config.number("units"),
      ...initializerIn(config, "kernel_initializer"),
    }),
  Conv2D: (config, name) =>
    weighted(config, ["kernel", "bias"], {
      type: "conv2d",
      name,
      filters: config.number("filters"),
      ...convolution(config),
      ...initializerIn(config, "kernel_initializer"),
    }),
  DepthwiseConv2D: (config, name) =>
    weighted(config, ["depthwise", "bias"], {
      type: "depthwiseConv2d",
      name,
      depthMultiplier: config.number("depth_multiplier", 1),
      ...convolution(config),
      ...initializerIn(config, "depthwise_initializer"),
    }),
  SeparableConv2D: (config, name) =>
    weighted(config, ["depthwise", "pointwise", "bias"], {
      type: "separableConv2d",
      name,
      filters: config.number("filters"),
      depthMultiplier: config.number("depth_multiplier", 1),
      ...convolution(config),
      ...initializerIn(config, "depthwise_initializer"),
    }),
  MaxPooling2D: (config, name) => only({ type: "maxPooling2d", name, ...pooling(config) }),
  AveragePooling2D: (config, name) => only({ type: "averagePooling2d", name, ...pooling(config) }),
  GlobalAveragePooling2D: (config, name) => only({ type: "globalAveragePooling2d", name, ...global(config) }),
  GlobalMaxPooling2D: (config, name) => only({ type: "globalMaxPooling2d", name, ...global(config) }),
  BatchNormalization(config, name) {
    const momentum = config.number("momentum", 0.99);
    const { over, ...axes } = axesIn(config);
    if (over === "sample") throw unsupported(`${config.place}: axis`, "one", show(config.value("axis")));
    return { spec: { type: "batchNormalization", name, momentum, ...normalization(config) }, ...axes };
  },
  LayerNormalization(config, name) {
    const { over, ...axes } = axesIn(config);
    return { spec: { type: "layerNormalization", name, over, ...normalization(config) }, ...axes };
  },
  Dropout(config, name) {
    config.mustBe("noise_shape");
    return only({ type: "dropout", name, rate: config.number("rate") });
  },
  Flatten(config, name) {
    config.mustBe("data_format", "channels_last");
    return only({ type: "flatten", name });
  },
  Activation: (config, name) => activationLayer(name, activationIn(config, "activation")),
  ReLU(config, name) {
    config.mustBe("negative_slope", 0);
    config.mustBe("threshold", 0);
    config.mustBe("max_value", 6);
    return activationLayer(name, config.has("max_value") ? "relu6" : "relu");
  },
  LeakyReLU(config, name) {
    const slope = config.number("alpha", config.number("negative_slope", 0.3));
    if (Math.abs(slope - LEAKY_SLOPE) > 1e-6) {
      throw unsupported(`${config.place}: alpha`, `${LEAKY_SLOPE}`, `${slope}`);
    }
    return activationLayer(name, "leakyRelu");
  },
  ELU(config, name) {
    config.mustBe("alpha", 1);
    return activationLayer(name, "elu");
  },
  Softmax(config, name) {
    config.mustBe("axis", -1);
    return activationLayer(name, "softmax");
  },
};

function activationLayer(name: string, activation: Activation | "softmax"): ReadLayer {
  if (activation === "softmax") return { output: activation };
  const spec = { type: "activation", name, activation } as const;
  return activation === "sigmoid" ? { spec, output: activation } : { spec };
}

type Weighted = Extract<LayerSpec, { readonly useBias?: boolean }>;

function weighted(config: KerasConfig, tensors: readonly string[], spec: Weighted): ReadLayer {
  for (const tensor of [...tensors, "activity"]) config.mustBe(`${tensor}_regularizer`);
  for (const tensor of tensors) config.mustBe(`${tensor}_constraint`);
  const common = {
    ...trainableIn(config),
    ...(!config.flag("use_bias", true) && { useBias: false }),
  };
  const activation = activationIn(config, "activation");
  if (activation === "softmax") return { spec: { ...spec, ...common }, output: activation };
  if (activation === "linear") return { spec: { ...spec, ...common } };
  const activated = { ...spec, ...common, activation };
  return activation === "sigmoid" ? { spec: activated, output: activation } : { spec: activated };
}

function activationIn(config: KerasConfig, field: string): Activation | "softmax" {
  if (!config.has(field)) return "linear";
  const name = config.text(field);
  if (name === "softmax") return name;
  const activation = Object.hasOwn(activations, name) ? activations[name] : undefined;
  if (activation) return activation;
  throw unsupported(`${config.place}: ${field}`, `one of ${Object.keys(activations).join(", ")}`, show(name));
}

function trainableIn(config: KerasConfig) {
  return config.flag("trainable", true) ? {} : { trainable: false };
}

function convolution(config: KerasConfig) {
  config.mustBe("data_format", "channels_last");
  config.mustBe("dilation_rate", 1, [1, 1]);
  config.mustBe("groups", 1);
  return {
    kernelSize: config.pair("kernel_size"),
    strides: config.pair("strides", 1),
    padding: paddingIn(config),
  };
}

function pooling(config: KerasConfig) {
  config.mustBe("data_format", "channels_last");
  const poolSize = config.pair("pool_size", 2);
  return { poolSize, strides: config.pair("strides", [...poolSize]), padding: paddingIn(config) };
}

/** Checked by `resolveModel`. */
function paddingIn(config: KerasConfig): Padding {
  return config.has("padding") ? (config.text("padding") as Padding) : "valid";
}

function global(config: KerasConfig) {
  config.mustBe("data_format", "channels_last");
  config.mustBe("keepdims", false);
  return {};
}

/** The axes that moments are taken for or over: counted with the batch from 0, or from the end. */
function axesIn(config: KerasConfig): { over: "last" | "sample"; inputAxes?: number } {
  const value = config.value("axis") ?? -1;
  const axes: readonly unknown[] = Array.isArray(value) ? value : [value];
  const [axis] = axes;
  if (axes.length === 1 && axis === -1) return { over: "last" };
  if (axes.length === 1 && typeof axis === "number" && axis >= 1) return { over: "last", inputAxes: axis };
  const isAll = axes.every((axis, i) => axis === i + 1) || axes.every((axis, i) => axis === i - axes.length);
  if (isAll && axes.length > 1) return { over: "sample", inputAxes: axes.length };
  throw unsupported(`${config.place}: axis`, "the last one, or all of a sample", show(value));
}

function normalization(config: KerasConfig) {
  for (const tensor of ["beta", "gamma"]) {
    config.mustBe(`${tensor}_regularizer`);
    config.mustBe(`${tensor}_constraint`);
  }
  return {
    center: config.flag("center", true),
    scale: config.flag("scale", true),
    epsilon: config.number("epsilon", 0.001),
    ...trainableIn(config),
  };
}

/** The initializer that a kernel had, if it is one of ours: it only matters for weights that are drawn anew. */
function initializerIn(config: KerasConfig, field: string): { initializer?: Initializer } {
  const value = config.value(field);
  if (typeof value !== "object") return {};
  const { class_name: name, config: inner } = requireObject(`${config.place}: ${field}`, value);
  const simple: Readonly<Record<string, Initializer>> = {
    HeNormal: "heNormal",
    HeUniform: "heUniform",
    Zeros: "zeros",
    Ones: "ones",
  };
  if (typeof name === "string" && Object.hasOwn(simple, name))
    return { initializer: simple[name] as Initializer };
  if (name !== "VarianceScaling") return {};
  const scaling = createKerasConfig(`${config.place}: ${field}`, requireObject(field, inner ?? {}));
  if (scaling.value("mode") !== "fan_in" || scaling.value("scale") !== 2) return {};
  return { initializer: scaling.value("distribution") === "uniform" ? "heUniform" : "heNormal" };
}
