import * as tf from "@tensorflow/tfjs-core";
import { initialWeights } from "../models/initial-weights.js";
import type { ResolvedLayer, ResolvedModel, Window } from "../models/resolve-model.js";
import { mix32 } from "../plan/dropout.js";
import { applyActivation } from "./apply-activation.js";
import type { Network, Pass } from "./network.js";
import { normalizeBatch, normalizeLayer } from "./normalize.js";

interface NumberedPass extends Pass {
  /** Numbers the dropout layers, as a plan does. */
  nextNumber(): number;
}

/** What a layer's computation needs beside its input. */
export interface LayerPass extends NumberedPass {
  /** A weight of the layer, by Keras's name for it; undefined where the layer does without. */
  weight(name: string): tf.Variable | undefined;
}

type Run = (layer: ResolvedLayer, x: tf.Tensor, pass: NumberedPass) => tf.Tensor;

/** A network whose layers are known. */
export interface ResolvedNetwork extends Network {
  /** Some of the model's layers one after the other, as in predictions. Differentiable. */
  runLayers(layers: readonly ResolvedLayer[], x: tf.Tensor): tf.Tensor;
}

/** Opens a resolved model as variables, with the computations of its layers in TensorFlow.js's operations. */
export function openResolvedNetwork(model: ResolvedModel): ResolvedNetwork {
  const variables = model.weights.map(({ shape, trainable }) =>
    tf.tidy(() => tf.variable(tf.zeros([...shape]), trainable)),
  );
  const byName = new Map(model.weights.map(({ name }, i) => [name, variables[i] as tf.Variable]));

  const runAll = (layers: readonly ResolvedLayer[], x: tf.Tensor, pass: NumberedPass) =>
    layers.reduce((values, layer) => run(layer, values, pass), x);
  const run: Run = (layer, x, pass) => {
    if (layer.type === "residual") {
      return tf.add(runAll(layer.layers, x, pass), runAll(layer.shortcut, x, pass));
    }
    return runLayer(layer, x, { ...pass, weight: (name) => byName.get(`${layer.name}/${name}`) });
  };
  const number = () => {
    let last = 0;
    return () => {
      last += 1;
      return last;
    };
  };

  return {
    inputShape: model.inputShape,
    numOutputs: model.numOutputs,
    loss: model.loss,
    layout: model.layout,
    variables,
    isTrainable: model.weights.map(({ trainable }) => trainable),
    initialWeights: (seed) => initialWeights(model, seed),
    run: (x, pass) => runAll(model.layers, x, { ...pass, nextNumber: number() }) as tf.Tensor2D,
    runLayers: (layers, x) => runAll(layers, x, { training: false, dropoutKey: 0, nextNumber: number() }),
    [Symbol.dispose]: () => tf.dispose(variables),
  };
}

function runLayer(
  layer: Exclude<ResolvedLayer, { type: "residual" }>,
  x: tf.Tensor,
  pass: LayerPass,
): tf.Tensor {
  switch (layer.type) {
    case "dense":
    case "conv2d":
    case "depthwiseConv2d":
    case "separableConv2d": {
      const product = runProduct(layer, x, pass);
      const bias = pass.weight("bias");
      return applyActivation(layer.activation, bias ? tf.add(product, bias) : product);
    }
    case "maxPooling2d":
      return tf.maxPool(x as tf.Tensor4D, ...moves(layer.window));
    case "averagePooling2d":
      return tf.avgPool(x as tf.Tensor4D, ...moves(layer.window));
    case "globalAveragePooling2d":
      return tf.mean(x, [1, 2]);
    case "globalMaxPooling2d":
      return tf.max(x, [1, 2]);
    case "batchNormalization":
      return normalizeBatch(layer, x, pass);
    case "layerNormalization":
      return normalizeLayer(layer, x, pass);
    case "dropout":
      return pass.training && layer.rate > 0 ? drop(x, layer.rate, pass) : x;
    case "flatten":
      return tf.reshape(x, [x.shape[0] as number, -1]);
    case "activation":
      return applyActivation(layer.activation, x);
  }
}

function runProduct(
  layer: Extract<ResolvedLayer, { type: "dense" | "conv2d" | "depthwiseConv2d" | "separableConv2d" }>,
  x: tf.Tensor,
  { weight }: LayerPass,
): tf.Tensor {
  if (layer.type === "dense") return tf.matMul(x as tf.Tensor2D, weight("kernel") as tf.Tensor2D);
  const { strideHeight, strideWidth, padding } = layer.window;
  const strides: [number, number] = [strideHeight, strideWidth];
  const images = x as tf.Tensor4D;
  if (layer.type === "conv2d") {
    return tf.conv2d(images, weight("kernel") as tf.Tensor4D, strides, padding);
  }
  const depthwise = tf.depthwiseConv2d(images, weight("depthwise_kernel") as tf.Tensor4D, strides, padding);
  if (layer.type === "depthwiseConv2d") return depthwise;
  return tf.conv2d(depthwise, weight("pointwise_kernel") as tf.Tensor4D, 1, "valid");
}

function moves({ height, width, strideHeight, strideWidth, padding }: Window) {
  return [
    [height, width] as [number, number],
    [strideHeight, strideWidth] as [number, number],
    padding,
  ] as const;
}

/** Drops the same values as a plan does with the same key. */
function drop(x: tf.Tensor, rate: number, { dropoutKey, nextNumber }: LayerPass): tf.Tensor {
  const key = mix32(dropoutKey, nextNumber());
  const limit = Math.floor(rate * 2 ** 32);
  const scale = 1 / (1 - rate);
  const mask = new Float32Array(x.size);
  for (let i = 0; i < mask.length; i += 1) mask[i] = mix32(key, i) < limit ? 0 : scale;
  return tf.mul(x, tf.tensor(mask, x.shape));
}
