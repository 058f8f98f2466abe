import { randomStream } from "@fedloom/fl-strategy";
import * as tf from "@tensorflow/tfjs-core";
import * as keras from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";
import { openBackend } from "../engine/open-backend.js";
import { initialWeights } from "../models/initial-weights.js";
import type { ModelSpec } from "../models/model-spec.js";
import { resolveModel } from "../models/resolve-model.js";
import { createPlanTrainer } from "../plan/create-plan-trainer.js";
import { describeLayersModel } from "./from-layers-model.js";
import { layersModelWeights, readLayersModel, writeLayersModel } from "./layers-model-weights.js";
import { toLayersModel } from "./to-layers-model.js";

const { layers } = keras;

beforeAll(async () => {
  (await openBackend("wasm")).use();
});

const everyLayer: ModelSpec = {
  inputShape: [12, 10, 2],
  layers: [
    { type: "layerNormalization", over: "sample", name: "standard" },
    {
      type: "conv2d",
      filters: 4,
      kernelSize: [3, 2],
      padding: "same",
      activation: "relu",
      name: "first.conv",
    },
    { type: "batchNormalization", momentum: 0.9, epsilon: 0.01 },
    {
      type: "residual",
      layers: [
        { type: "conv2d", filters: 4, kernelSize: 3, padding: "same" },
        { type: "batchNormalization" },
      ],
    },
    { type: "depthwiseConv2d", kernelSize: 3, depthMultiplier: 2, activation: "gelu", useBias: false },
    { type: "maxPooling2d", poolSize: 3, strides: 2, padding: "same" },
    {
      type: "residual",
      layers: [{ type: "separableConv2d", filters: 6, kernelSize: 2, strides: 2, activation: "selu" }],
      shortcut: [
        { type: "averagePooling2d" },
        { type: "conv2d", filters: 6, kernelSize: 1, trainable: false },
      ],
    },
    { type: "layerNormalization", center: false },
    { type: "activation", activation: "leakyRelu" },
    { type: "dropout", rate: 0.25 },
    { type: "flatten" },
    { type: "dense", units: 8, activation: "leakyRelu" },
    { type: "dense", units: 3, name: "logits" },
  ],
};

function noise(shape: number[]): { features: Float32Array; tensor: tf.Tensor } {
  const random = randomStream(1, "noise");
  const features = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal());
  return { features, tensor: tf.tensor(features, shape) };
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);
}

describe("toLayersModel", () => {
  it("builds a model that says what the plan says", async () => {
    const model = resolveModel(everyLayer);
    const weights = initialWeights(model, 3);
    const built = toLayersModel(model, weights);
    const { features, tensor } = noise([5, 12, 10, 2]);
    using planned = createPlanTrainer(model);
    const samples = { numSamples: 5, features, labels: new Uint8Array(5) };
    const expected = await planned.predict(weights, samples);
    const received = tf.softmax(built.predict(tensor) as tf.Tensor).dataSync();
    expect(largestDifference(received, expected)).toBeLessThan(1e-5);
    expect(built.layers.map(({ name }) => name)).toContain("first.conv");
    expect(built.trainableWeights).toHaveLength(model.weights.filter(({ trainable }) => trainable).length);
    built.dispose();
  });

  it("comes back as the same layers and the same weights", async () => {
    const model = resolveModel(everyLayer);
    const weights = initialWeights(model, 4);
    const built = toLayersModel(model, weights);
    const described = describeLayersModel(built);
    if (!described.isKnown) throw new Error(described.reason);
    // Leaky relu is a layer of its own in TensorFlow.js.
    expect(described.model.layers.map(({ type }) => type)).toEqual(
      model.layers.flatMap(({ type }, i) => (i === 11 ? [type, "activation"] : [type])),
    );
    const shapes = ({ weights }: typeof model) =>
      weights.map(({ shape, trainable }) => `${shape} ${trainable}`);
    expect(shapes(described.model)).toEqual(shapes(model));
    expect(await readLayersModel(built)).toEqual(weights);
    await writeLayersModel(built, initialWeights(model, 5));
    expect(await readLayersModel(built)).toEqual(initialWeights(model, 5));
    await expect(writeLayersModel(built, new Float32Array(3))).rejects.toThrow("weights: expected");
    built.dispose();
  });
});

const image = { inputShape: [6, 6, 1] };

describe("describeLayersModel", () => {
  it("knows a sequential model, without the names that TensorFlow.js made up", () => {
    const model = keras.sequential({
      layers: [
        layers.conv2d({
          ...image,
          filters: 2,
          kernelSize: 3,
          kernelInitializer: "heNormal",
          activation: "relu",
        }),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.flatten(),
        layers.dense({ units: 3, activation: "softmax", name: "classes" }),
      ],
    });
    expect(describeLayersModel(model)).toMatchObject({
      isKnown: true,
      spec: {
        inputShape: [6, 6, 1],
        loss: "softmaxCrossEntropy",
        layers: [
          {
            type: "conv2d",
            filters: 2,
            kernelSize: [3, 3],
            strides: [1, 1],
            padding: "valid",
            initializer: "heNormal",
          },
          { type: "maxPooling2d", poolSize: [2, 2], strides: [2, 2] },
          { type: "flatten" },
          { type: "dense", units: 3, activation: "linear", name: "classes" },
        ],
      },
    });
    const described = describeLayersModel(model);
    expect(described.isKnown && described.spec.layers.map(({ name }) => name)).toEqual([
      undefined,
      undefined,
      undefined,
      "classes",
    ]);
  });

  it("knows a model inside a model, and additions inside additions", () => {
    const input = keras.input({ shape: [6, 6, 2] });
    const conv = (name: string) => layers.conv2d({ name, filters: 2, kernelSize: 3, padding: "same" });
    const apply = (layer: ReturnType<typeof conv>, x: keras.SymbolicTensor) =>
      layer.apply(x) as keras.SymbolicTensor;
    const inner = apply(conv("b"), apply(conv("a"), input));
    const added = layers.add({ name: "one" }).apply([inner, input]) as keras.SymbolicTensor;
    const both = layers.add({ name: "two" }).apply([input, apply(conv("c"), added)]) as keras.SymbolicTensor;
    const head = keras.sequential({
      name: "head",
      layers: [layers.flatten({ inputShape: [6, 6, 2] }), layers.dense({ units: 1, activation: "sigmoid" })],
    });
    const hidden = head.apply(both) as keras.SymbolicTensor;
    const output = layers.dense({ units: 1, activation: "sigmoid" }).apply(hidden) as keras.SymbolicTensor;
    const described = describeLayersModel(keras.model({ inputs: input, outputs: output }));
    if (!described.isKnown) throw new Error(described.reason);
    expect(described.spec.loss).toBe("sigmoidCrossEntropy");
    expect(described.spec.layers).toMatchObject([
      {
        type: "residual",
        name: "two",
        layers: [{ type: "residual", name: "one", layers: [{ name: "a" }, { name: "b" }] }, { name: "c" }],
      },
      { type: "flatten" },
      { type: "dense", activation: "sigmoid" },
      { type: "dense", activation: "linear" },
    ]);
    expect(described.weighted.map(({ name }) => name).slice(0, 3)).toEqual(["a", "b", "c"]);
  });

  it("takes the loss from the last activation, the compilation or the option", () => {
    const dense = (activation: "linear" | "sigmoid" | "softmax") =>
      keras.sequential({ layers: [layers.dense({ units: 2, inputShape: [4], activation })] });
    const lossOf = (model: keras.LayersModel, options = {}) => {
      const described = describeLayersModel(model, options);
      return described.isKnown
        ? [described.spec.loss, (described.spec.layers[0] as { activation?: string }).activation]
        : described.reason;
    };
    expect(lossOf(dense("linear"))).toEqual(["softmaxCrossEntropy", "linear"]);
    expect(lossOf(dense("sigmoid"))).toEqual(["sigmoidCrossEntropy", "linear"]);
    expect(lossOf(dense("sigmoid"), { loss: "meanSquaredError" })).toEqual(["meanSquaredError", "sigmoid"]);
    expect(lossOf(dense("softmax"), { loss: "meanSquaredError" })).toContain("activation softmax");
    const compiled = dense("linear");
    compiled.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    expect(lossOf(compiled)).toEqual(["meanSquaredError", "linear"]);
  });

  it.each([
    [
      "a recurrent layer",
      () => [
        layers.lstm({ units: 3, inputShape: [5, 2], name: "memory", recurrentInitializer: "glorotUniform" }),
      ],
      '"memory" (LSTM)',
    ],
    [
      "dilation",
      () => [layers.conv2d({ ...image, filters: 1, kernelSize: 2, dilationRate: 2 }), layers.flatten()],
      "dilationRate",
    ],
    [
      "channels first",
      () => [
        layers.conv2d({ inputShape: [1, 6, 6], filters: 1, kernelSize: 2, dataFormat: "channelsFirst" }),
        layers.flatten(),
      ],
      "dataFormat",
    ],
    [
      "a penalty on weights",
      () => [layers.dense({ units: 2, inputShape: [3], kernelRegularizer: "l1l2" })],
      "kernelRegularizer",
    ],
    [
      "a constraint",
      () => [layers.dense({ units: 2, inputShape: [3], biasConstraint: "nonNeg" })],
      "biasConstraint",
    ],
    [
      "a depthwise constraint",
      () => [
        layers.depthwiseConv2d({ ...image, kernelSize: 2, depthwiseConstraint: "nonNeg" }),
        layers.flatten(),
      ],
      "constraint",
    ],
    ["another slope", () => [layers.dense({ units: 2, inputShape: [3] }), layers.leakyReLU()], "alpha 0.3"],
    [
      "an unknown activation",
      () => [layers.dense({ units: 2, inputShape: [3], activation: "mish" }), layers.dense({ units: 2 })],
      "activation mish",
    ],
    [
      "gelu's approximation",
      () => [layers.dense({ units: 2, inputShape: [3], activation: "gelu_new" }), layers.dense({ units: 2 })],
      "activation gelu_new",
    ],
    [
      "batch norm over another axis",
      () => [layers.batchNormalization({ ...image, axis: 1 }), layers.flatten()],
      "axis 1",
    ],
    [
      "layer norm over rows",
      () => [layers.layerNormalization({ ...image, axis: [1, 2] }), layers.flatten()],
      "axis [1, 2]",
    ],
    ["dropout with a seed", () => [layers.dropout({ rate: 0.5, seed: 3, inputShape: [3] })], "a seed"],
    [
      "relu with a ceiling",
      () => [layers.dense({ units: 2, inputShape: [3] }), layers.reLU({ maxValue: 3 })],
      "maxValue 3",
    ],
    [
      "softmax in the middle",
      () => [layers.dense({ units: 2, inputShape: [3], activation: "softmax" }), layers.dense({ units: 2 })],
      "activation softmax",
    ],
    [
      "an open size",
      () => [layers.globalAveragePooling2d({ inputShape: [null, 4, 1], dataFormat: "channelsLast" })],
      "not fixed",
    ],
    ["several rows of outputs", () => [layers.dense({ units: 2, inputShape: [3, 3] })], "1 axis"],
  ] as const)("does not know %s, and says so", (_, build, reason) => {
    const described = describeLayersModel(keras.sequential({ layers: [...build()] }));
    expect(described.isKnown ? "known" : described.reason).toContain(reason);
  });

  it("does not know a layer that is used twice, other merges, or several inputs", () => {
    const input = keras.input({ shape: [4] });
    const shared = layers.dense({ units: 4, name: "shared" });
    const twice = shared.apply(shared.apply(input)) as keras.SymbolicTensor;
    const reasonOf = (model: keras.LayersModel) => {
      const described = describeLayersModel(model);
      return described.isKnown ? "known" : described.reason;
    };
    expect(reasonOf(keras.model({ inputs: input, outputs: twice }))).toContain(
      '"shared" is used more than once',
    );
    const other = layers.dense({ units: 4 }).apply(input) as keras.SymbolicTensor;
    const product = layers.multiply({ name: "product" }).apply([input, other]) as keras.SymbolicTensor;
    expect(reasonOf(keras.model({ inputs: input, outputs: product }))).toContain(
      '"product" (Multiply of 2 inputs)',
    );
    const second = keras.input({ shape: [4] });
    const sum = layers.add().apply([input, second]) as keras.SymbolicTensor;
    expect(reasonOf(keras.model({ inputs: [input, second], outputs: sum }))).toContain("got 2 and 1");
  });
});

it("lays out a model that is not known layer by layer, under names of their own", () => {
  const model = keras.sequential({
    layers: [
      layers.lstm({ units: 2, inputShape: [5, 2], name: "memory", recurrentInitializer: "glorotUniform" }),
      layers.batchNormalization({ name: "norm" }),
      layers.dense({ units: 2, name: "out" }),
    ],
  });
  const { layout, isTrainable } = layersModelWeights(model);
  expect(layout.tensors.map(({ role }, i) => `${role} ${isTrainable[i]}`)).toEqual([
    ...Array(5).fill("trainable true"),
    ...Array(2).fill("statistic false"),
    ...Array(2).fill("trainable true"),
  ]);
  expect(new Set(layout.tensors.map(({ name }) => name)).size).toBe(layout.tensors.length);
});
