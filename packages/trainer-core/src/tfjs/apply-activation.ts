import * as tf from "@tensorflow/tfjs-core";
import type { Activation } from "../models/model-spec.js";

/** Slope of `leakyRelu` below 0. */
export const LEAKY_RELU_ALPHA = 0.2;

/** What an activation computes, with TensorFlow.js. */
export function applyActivation(activation: Activation, x: tf.Tensor): tf.Tensor {
  return activations[activation](x);
}

const activations: Readonly<Record<Activation, (x: tf.Tensor) => tf.Tensor>> = {
  linear: (x) => x,
  relu: (x) => tf.relu(x),
  relu6: (x) => tf.relu6(x),
  leakyRelu: (x) => tf.leakyRelu(x, LEAKY_RELU_ALPHA),
  elu: (x) => tf.elu(x),
  selu: (x) => tf.selu(x),
  // x Phi(x), by the error function: Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016, section 2.
  gelu: (x) => tf.mul(x, tf.mul(0.5, tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2))))),
  swish: (x) => tf.mul(x, tf.sigmoid(x)),
  sigmoid: (x) => tf.sigmoid(x),
  tanh: (x) => tf.tanh(x),
};
