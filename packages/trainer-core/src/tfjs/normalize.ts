import * as tf from "@tensorflow/tfjs-core";
import type { ResolvedLayer } from "../models/resolve-model.js";
import type { LayerPass } from "./resolved-network.js";

/**
 * Batch normalization over every axis but the last: Ioffe and Szegedy, "Batch Normalization", 2015, algorithm 1. While
 * training, the moving moments take their share of the batch's mean and variance (the biased one, as in Keras). A frozen
 * layer keeps its moments and normalizes by them.
 */
export function normalizeBatch(
  layer: Extract<ResolvedLayer, { type: "batchNormalization" }>,
  x: tf.Tensor,
  pass: LayerPass,
): tf.Tensor {
  const [movingMean, movingVariance] = [pass.weight("moving_mean"), pass.weight("moving_variance")];
  if (!movingMean || !movingVariance) return x;
  if (!pass.training || !layer.isTrainable) {
    return scaled(x, { mean: movingMean, variance: movingVariance }, { layer, pass });
  }
  const axes = x.shape.slice(0, -1).map((_, axis) => axis);
  const { mean, variance } = tf.moments(x, axes);
  for (const [moving, moment] of [
    [movingMean, mean],
    [movingVariance, variance],
  ] as const) {
    const { momentum } = layer;
    moving.assign(tf.add(tf.mul(moving, momentum), tf.mul(moment, 1 - momentum)));
  }
  return scaled(x, { mean, variance }, { layer, pass });
}

/** Layer normalization of each sample, over its last axis or all: Ba et al., "Layer Normalization", 2016, eq. 4. */
export function normalizeLayer(
  layer: Extract<ResolvedLayer, { type: "layerNormalization" }>,
  x: tf.Tensor,
  pass: LayerPass,
): tf.Tensor {
  const axes = layer.over === "last" ? [x.rank - 1] : x.shape.map((_, axis) => axis).slice(1);
  return scaled(x, tf.moments(x, axes, true), { layer, pass });
}

/** gamma (x - mean) / sqrt(variance + epsilon) + beta. */
function scaled(
  x: tf.Tensor,
  { mean, variance }: { mean: tf.Tensor; variance: tf.Tensor },
  { layer, pass }: { layer: { readonly epsilon: number }; pass: LayerPass },
): tf.Tensor {
  const normal = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, layer.epsilon)));
  const [gamma, beta] = [pass.weight("gamma"), pass.weight("beta")];
  const stretched = gamma ? tf.mul(normal, gamma) : normal;
  return beta ? tf.add(stretched, beta) : stretched;
}
