import type { Activation, Initializer } from "../model-spec.js";
import type { ResolvedLayer, Window } from "../resolved-layer.js";
import { type KerasLayer, LEAKY_SLOPE } from "./layers-model-files.js";

type SimpleLayer = Exclude<ResolvedLayer, { type: "residual" }>;

/** A name that no layer of the model has, like the one that is wanted. */
export type FreeName = (wanted: string) => string;

/** A layer in the words of Keras: two where Keras has its activation as a layer only. */
export function kerasLayersOf(layer: SimpleLayer, freeName: FreeName): KerasLayer[] {
  const { name } = layer;
  const activated = (product: KerasLayer) => withActivation(product, layer, freeName);
  const keras = (class_name: string, config: object = {}): KerasLayer => ({
    class_name,
    config: { name, trainable: trains(layer), ...config },
  });
  switch (layer.type) {
    case "dense":
      return activated(keras("Dense", { units: layer.units, ...kernelConfig(layer) }));
    case "conv2d":
    case "separableConv2d": {
      const filters = layer.outputShape[2];
      if (layer.type === "conv2d") {
        return activated(keras("Conv2D", { filters, ...convConfig(layer), ...kernelConfig(layer) }));
      }
      const config = { filters, ...convConfig(layer), ...depthwiseConfig(layer) };
      return activated(keras("SeparableConv2D", config));
    }
    case "depthwiseConv2d": {
      const config = { ...convConfig(layer), ...depthwiseConfig(layer) };
      return activated(keras("DepthwiseConv2D", config));
    }
    case "maxPooling2d":
      return [keras("MaxPooling2D", poolConfig(layer.window))];
    case "averagePooling2d":
      return [keras("AveragePooling2D", poolConfig(layer.window))];
    case "globalAveragePooling2d":
      return [keras("GlobalAveragePooling2D", { data_format: "channels_last" })];
    case "globalMaxPooling2d":
      return [keras("GlobalMaxPooling2D", { data_format: "channels_last" })];
    case "batchNormalization": {
      const { center, scale, epsilon, momentum } = layer;
      return [keras("BatchNormalization", { axis: -1, center, scale, epsilon, momentum })];
    }
    case "layerNormalization": {
      const { center, scale, epsilon } = layer;
      const isLast = layer.over === "last" || layer.inputShape.length === 1;
      const axis = isLast ? -1 : layer.inputShape.map((_, i) => i + 1);
      return [keras("LayerNormalization", { axis, center, scale, epsilon })];
    }
    case "dropout":
      return [keras("Dropout", { rate: layer.rate })];
    case "flatten":
      return [keras("Flatten")];
    case "activation":
      return [activationLayer(name, layer.activation)];
  }
}

/** An activation as a layer of its own. */
export function activationLayer(name: string, activation: Activation | "softmax"): KerasLayer {
  if (activation === "leakyRelu") return { class_name: "LeakyReLU", config: { name, alpha: LEAKY_SLOPE } };
  return { class_name: "Activation", config: { name, activation } };
}

function withActivation(product: KerasLayer, layer: SimpleLayer, freeName: FreeName): KerasLayer[] {
  const activation = "activation" in layer ? layer.activation : "linear";
  const isLayer = activation === "leakyRelu";
  const config = { ...product.config, activation: isLayer ? "linear" : activation };
  if (!isLayer) return [{ ...product, config }];
  return [{ ...product, config }, activationLayer(freeName(`${layer.name}.${activation}`), activation)];
}

function trains(layer: SimpleLayer): boolean {
  if (layer.type === "batchNormalization") return layer.isTrainable;
  return layer.weights.every(({ trainable }) => trainable);
}

function kernelConfig(layer: Extract<ResolvedLayer, { type: "dense" | "conv2d" }>) {
  const kernel = layer.weights[0]?.initializer ?? "glorotUniform";
  return {
    use_bias: layer.useBias,
    kernel_initializer: initializerOf(kernel),
    bias_initializer: initializerOf("zeros"),
  };
}

function depthwiseConfig(layer: Extract<ResolvedLayer, { type: "depthwiseConv2d" | "separableConv2d" }>) {
  const initializer = initializerOf(layer.weights[0]?.initializer ?? "glorotUniform");
  return {
    depth_multiplier: layer.depthMultiplier,
    use_bias: layer.useBias,
    depthwise_initializer: initializer,
    ...(layer.type === "separableConv2d" && { pointwise_initializer: initializer }),
    bias_initializer: initializerOf("zeros"),
  };
}

function convConfig({ window }: { window: Window }) {
  return {
    kernel_size: [window.height, window.width],
    strides: [window.strideHeight, window.strideWidth],
    padding: window.padding,
    data_format: "channels_last",
    dilation_rate: [1, 1],
  };
}

function poolConfig({ height, width, strideHeight, strideWidth, padding }: Window) {
  return {
    pool_size: [height, width],
    strides: [strideHeight, strideWidth],
    padding,
    data_format: "channels_last",
  };
}

/** As TensorFlow.js writes them, so that it and Keras read them alike. */
function initializerOf(initializer: Initializer) {
  const scaling = (scale: number, mode: string, distribution: string) => ({
    class_name: "VarianceScaling",
    config: { scale, mode, distribution, seed: null },
  });
  switch (initializer) {
    case "glorotUniform":
      return scaling(1, "fan_avg", "uniform");
    case "heUniform":
      return scaling(2, "fan_in", "uniform");
    case "heNormal":
      return scaling(2, "fan_in", "truncated_normal");
    case "zeros":
      return { class_name: "Zeros", config: {} };
    case "ones":
      return { class_name: "Ones", config: {} };
  }
}
