import { randomStream } from "@fedloom/fl-strategy";
import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { initialWeights } from "../models/initial-weights.js";
import type { ModelSpec } from "../models/model-spec.js";
import { findModel } from "../models/registry.js";
import { resolveModel } from "../models/resolve-model.js";
import { openResolvedNetwork } from "../tfjs/resolved-network.js";
import { writeVariables } from "../tfjs/variables.js";
import { openClassActivation } from "./class-activation.js";

const images = (count: number, size: number) => {
  const random = randomStream(3, "images");
  return Float32Array.from({ length: count * size }, () => random.uniform());
};

async function opened(spec: ModelSpec, weights = initialWeights(resolveModel(spec), 5)) {
  const activation = await openClassActivation(spec, weights);
  if (!activation) throw new Error("expected a class activation");
  return { activation, weights };
}

async function logitsOf(spec: ModelSpec, weights: Float32Array, values: Float32Array): Promise<Float32Array> {
  const model = resolveModel(spec);
  using network = openResolvedNetwork(model);
  writeVariables(network.variables, weights, model.layout);
  const [height = 0, width = 0, channels = 0] = model.inputShape;
  const x = tf.tensor(values, [values.length / (height * width * channels), height, width, channels]);
  const logits = network.run(x, { training: false, dropoutKey: 0 });
  const result = (await logits.data()) as Float32Array;
  tf.dispose([x, logits]);
  return result;
}

it("adds up to the class's logit, with the bias, where the model ends in a mean and a dense layer", async () => {
  const spec = findModel("pneumonia-cnn").build({ sampleShape: [28, 28, 1], numOutputs: 2 });
  const weights = initialWeights(resolveModel(spec), 5);
  weights.set([0.25, -0.5], weights.length - 2);
  const { activation } = await opened(spec, weights);
  // More than one batch of them.
  const count = 18;
  const values = images(count, 28 * 28);
  const logits = await logitsOf(spec, weights, values);
  const classes = Array.from({ length: count }, (_, i) => i % 2);
  const maps = await activation.mapsOf(values, classes);
  const size = activation.height * activation.width;
  expect([activation.height, activation.width]).toEqual([7, 7]);
  for (const [i, label] of classes.entries()) {
    const sum = maps.subarray(i * size, (i + 1) * size).reduce((total, value) => total + value, 0);
    const bias = label === 0 ? 0.25 : -0.5;
    expect(sum + bias).toBeCloseTo(logits[i * 2 + label] as number, 4);
  }
  activation[Symbol.dispose]();
});

it("lights the corner that the model looks at, for the class that it speaks for", async () => {
  const spec: ModelSpec = {
    inputShape: [8, 8, 1],
    layers: [
      { type: "conv2d", filters: 1, kernelSize: 1, useBias: false },
      { type: "globalAveragePooling2d" },
      { type: "dense", units: 2, useBias: false },
    ],
  };
  const { activation } = await opened(spec, Float32Array.of(1, -2, 2));
  const image = new Float32Array(64);
  for (const place of [6 * 8 + 6, 6 * 8 + 7, 7 * 8 + 6, 7 * 8 + 7]) image[place] = 1;
  const [for0, for1] = await Promise.all([activation.mapsOf(image, [0]), activation.mapsOf(image, [1])]);
  expect([...for1].flatMap((value, place) => (value > 0 ? [place] : []))).toEqual([54, 55, 62, 63]);
  expect([...for0].flatMap((value, place) => (value < 0 ? [place] : []))).toEqual([54, 55, 62, 63]);
  activation[Symbol.dispose]();
});

it("weighs each map by the mean of its gradient where places have weights of their own", async () => {
  const spec: ModelSpec = {
    inputShape: [2, 2, 1],
    layers: [
      { type: "conv2d", filters: 1, kernelSize: 1, useBias: false },
      { type: "maxPooling2d", poolSize: 1, strides: 1 },
      { type: "flatten" },
      { type: "dense", units: 2, useBias: false },
    ],
  };
  // The convolution doubles; class 0 has weights 1, 2, 3, 6 by place, of mean 3, and class 1 has -1 everywhere.
  const { activation } = await opened(spec, Float32Array.of(2, 1, -1, 2, -1, 3, -1, 6, -1));
  const image = Float32Array.of(1, 0, 0.5, 2);
  const maps = await activation.mapsOf(Float32Array.of(...image, ...image), [0, 1]);
  expect([...maps]).toEqual([6, 0, 3, 12, -2, 0, -1, -4].map((value) => expect.closeTo(value, 5)));
  activation[Symbol.dispose]();
});

it.each([
  ["mnist-cnn", 14],
  ["small-resnet", 7],
])("is Grad-CAM at the last maps that are not pooled, for %s", async (name, side) => {
  const spec = findModel(name).build({ sampleShape: [28, 28, 1], numOutputs: 3 });
  const { activation } = await opened(spec);
  expect([activation.height, activation.width]).toEqual([side, side]);
  const maps = await activation.mapsOf(images(2, 28 * 28), [0, 2]);
  expect(maps).toHaveLength(2 * side * side);
  expect(maps.every(Number.isFinite)).toBe(true);
  expect(new Set(maps).size).toBeGreaterThan(10);
  activation[Symbol.dispose]();
});

it("keeps no tensor", async () => {
  const spec = findModel("mnist-cnn").build({ sampleShape: [28, 28, 1], numOutputs: 2 });
  const before = tf.memory().numTensors;
  const { activation } = await opened(spec);
  await activation.mapsOf(images(3, 28 * 28), [0, 1, 0]);
  activation[Symbol.dispose]();
  expect(tf.memory().numTensors).toBe(before);
});

it("is none of a model without convolutions", async () => {
  const none = async (name: string, sampleShape: number[]) => {
    const spec = findModel(name).build({ sampleShape, numOutputs: 2 });
    return openClassActivation(spec, initialWeights(resolveModel(spec), 1));
  };
  expect(await none("logistic-regression", [28, 28, 1])).toBeUndefined();
  expect(await none("tabular", [9])).toBeUndefined();
});
