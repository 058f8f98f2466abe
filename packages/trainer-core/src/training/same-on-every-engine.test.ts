import { randomStream } from "@fedloom/fl-strategy";
import { afterAll, describe, expect, it } from "vitest";
import type { Samples } from "../data/dataset.js";
import { type Backend, openBackend } from "../engine/open-backend.js";
import type { Activation, LayerSpec, Loss, ModelSpec } from "../models/model-spec.js";
import { type ResolvedModel, resolveModel } from "../models/resolve-model.js";
import { createPlanTrainer } from "../plan/create-plan-trainer.js";
import { openResolvedNetwork } from "../tfjs/resolved-network.js";
import { createTfjsTrainer } from "../tfjs/tfjs-trainer.js";
import type { LocalTrainOptions } from "./local-trainer.js";

interface Case {
  readonly title: string;
  readonly inputShape?: readonly number[];
  readonly layers: readonly LayerSpec[];
  readonly loss?: Loss;
  readonly options?: Partial<LocalTrainOptions>;
}

const images = [9, 8, 2];
const flat: LayerSpec[] = [{ type: "flatten" }, { type: "dense", units: 3 }];
const conv: LayerSpec = { type: "conv2d", filters: 4, kernelSize: 3 };

const layerCases: Case[] = [
  {
    title: "dense",
    inputShape: [20],
    layers: [
      { type: "dense", units: 7, activation: "tanh" },
      { type: "dense", units: 3, useBias: false },
    ],
  },
  { title: "conv2d, valid", layers: [{ ...conv, activation: "relu" }, ...flat] },
  {
    title: "conv2d, same, oblong, strided",
    layers: [{ type: "conv2d", filters: 5, kernelSize: [3, 2], strides: [2, 3], padding: "same" }, ...flat],
  },
  {
    title: "conv2d of one tap, strided, no bias",
    layers: [{ type: "conv2d", filters: 8, kernelSize: 1, strides: 2, useBias: false }, ...flat],
  },
  {
    title: "two conv2d",
    layers: [
      { ...conv, padding: "same", activation: "relu" },
      { ...conv, filters: 8, activation: "elu" },
      ...flat,
    ],
  },
  {
    title: "depthwiseConv2d",
    layers: [conv, { type: "depthwiseConv2d", kernelSize: 3, depthMultiplier: 2, padding: "same" }, ...flat],
  },
  {
    title: "depthwiseConv2d, strided",
    layers: [conv, { type: "depthwiseConv2d", kernelSize: [2, 3], strides: 2, activation: "relu6" }, ...flat],
  },
  {
    title: "separableConv2d",
    layers: [
      conv,
      { type: "separableConv2d", filters: 6, kernelSize: 3, padding: "same", activation: "swish" },
      ...flat,
    ],
  },
  { title: "maxPooling2d", layers: [conv, { type: "maxPooling2d" }, ...flat] },
  {
    title: "maxPooling2d, same, overlapping",
    layers: [conv, { type: "maxPooling2d", poolSize: 3, strides: 2, padding: "same" }, ...flat],
  },
  { title: "averagePooling2d", layers: [conv, { type: "averagePooling2d" }, ...flat] },
  {
    title: "averagePooling2d, same, overlapping",
    layers: [conv, { type: "averagePooling2d", poolSize: [3, 2], strides: [2, 1], padding: "same" }, ...flat],
  },
  {
    title: "globalAveragePooling2d",
    layers: [conv, { type: "globalAveragePooling2d" }, { type: "dense", units: 3 }],
  },
  {
    title: "globalMaxPooling2d",
    layers: [conv, { type: "globalMaxPooling2d" }, { type: "dense", units: 3 }],
  },
  {
    title: "batchNormalization",
    layers: [conv, { type: "batchNormalization" }, { type: "activation", activation: "relu" }, ...flat],
  },
  {
    title: "batchNormalization, neither scale nor offset",
    layers: [
      conv,
      { type: "batchNormalization", center: false, scale: false, momentum: 0.5, epsilon: 0.1 },
      ...flat,
    ],
  },
  {
    title: "batchNormalization of vectors",
    inputShape: [20],
    layers: [{ type: "dense", units: 6 }, { type: "batchNormalization" }, { type: "dense", units: 3 }],
  },
  {
    title: "batchNormalization, frozen",
    layers: [conv, { type: "batchNormalization", trainable: false }, ...flat],
  },
  { title: "layerNormalization, last axis", layers: [conv, { type: "layerNormalization" }, ...flat] },
  {
    title: "layerNormalization, whole sample",
    layers: [
      { type: "layerNormalization", over: "sample" },
      conv,
      { type: "layerNormalization", over: "sample", scale: false },
      ...flat,
    ],
  },
  {
    title: "dropout",
    layers: [
      conv,
      { type: "dropout", rate: 0.4 },
      { type: "flatten" },
      { type: "dropout", rate: 0.1 },
      { type: "dense", units: 3 },
    ],
  },
  {
    title: "residual",
    layers: [
      conv,
      { type: "residual", layers: [{ ...conv, padding: "same" }, { type: "batchNormalization" }] },
      ...flat,
    ],
  },
  {
    title: "residual with a shortcut",
    layers: [
      {
        type: "residual",
        layers: [{ ...conv, padding: "same", strides: 2 }],
        shortcut: [{ type: "conv2d", filters: 4, kernelSize: 1, strides: 2 }],
      },
      { type: "activation", activation: "relu" },
      ...flat,
    ],
  },
  {
    title: "frozen layers",
    layers: [
      { ...conv, trainable: false },
      { type: "batchNormalization" },
      { type: "flatten" },
      { type: "dense", units: 3 },
    ],
  },
];

const activations: Activation[] = [
  "linear",
  "relu",
  "relu6",
  "leakyRelu",
  "elu",
  "selu",
  "gelu",
  "swish",
  "sigmoid",
  "tanh",
];
const activationCases = activations.map(
  (activation): Case => ({
    title: `activation ${activation}`,
    inputShape: [20],
    layers: [
      { type: "dense", units: 9, activation },
      { type: "activation", activation },
      { type: "dense", units: 3 },
    ],
  }),
);

const mlp: LayerSpec[] = [
  { type: "dense", units: 8, activation: "relu" },
  { type: "dense", units: 3 },
];
const small = { inputShape: [20], layers: mlp };
const settingCases: Case[] = [
  { title: "sigmoid cross entropy", ...small, loss: "sigmoidCrossEntropy" },
  { title: "squared error", ...small, loss: "meanSquaredError" },
  { title: "sgd with decay", ...small, options: { optimizer: { name: "sgd", weightDecay: 0.1 } } },
  { title: "momentum", ...small, options: { optimizer: { name: "sgd", momentum: 0.9 } } },
  {
    title: "momentum, Nesterov's, with decay",
    ...small,
    options: { optimizer: { name: "sgd", momentum: 0.8, nesterov: true, weightDecay: 0.05 } },
  },
  { title: "adam", ...small, options: { optimizer: { name: "adam" }, learningRate: 0.01 } },
  {
    title: "adam with other settings and decay",
    ...small,
    options: {
      optimizer: { name: "adam", beta1: 0.8, beta2: 0.99, epsilon: 1e-3, weightDecay: 0.1 },
      learningRate: 0.01,
    },
  },
  { title: "proximal term", ...small, options: { proximalMu: 2 } },
  {
    title: "correction",
    ...small,
    options: { gradientCorrection: Float32Array.from({ length: 195 }, (_, i) => Math.sin(i)) },
  },
  {
    title: "proximal term and correction",
    ...small,
    options: { proximalMu: 1, gradientCorrection: new Float32Array(195).fill(0.1) },
  },
  { title: "balanced softmax", ...small, options: { balancedSoftmax: true } },
  { title: "batches of one", ...small, options: { batchSize: 1, learningRate: 0.02 } },
  { title: "indices", ...small, options: { indices: Uint32Array.of(5, 3, 30, 31, 2, 1) } },
  {
    title: "augmentation",
    layers: [conv, ...flat],
    options: { augment: { maxShift: 2, flipHorizontal: true, maxBrightness: 0.2, maxContrast: 0.2 } },
  },
  {
    title: "a schedule over two epochs",
    ...small,
    options: { epochs: 2, learningRateAt: (epoch) => 1 / epoch },
  },
];

/** Labels and targets that follow from the sample, so that there is something to learn. */
function samplesFor({ inputShape, numOutputs, loss }: ResolvedModel): Samples {
  const random = randomStream(3, "same");
  const size = inputShape.reduce((product, length) => product * length, 1);
  const numSamples = 36;
  const features = Float32Array.from({ length: numSamples * size }, () => random.normal());
  const labels = Uint8Array.from({ length: numSamples }, (_, i) =>
    (features[i * size] as number) > 0 ? 1 : i % 3,
  );
  const target = (i: number) =>
    loss === "meanSquaredError" ? random.normal() : Number((features[i] as number) > 0);
  return {
    numSamples,
    features,
    labels,
    ...(loss === "softmaxCrossEntropy"
      ? {}
      : { targets: Float32Array.from({ length: numSamples * numOutputs }, (_, i) => target(i)) }),
  };
}

function settings(changes: Partial<LocalTrainOptions> = {}): LocalTrainOptions {
  const { signal } = new AbortController();
  const randomFor = (purpose: string) => randomStream(7, purpose);
  return { epochs: 1, batchSize: 8, learningRate: 0.05, randomFor, signal, ...changes };
}

/** Length of the difference, as a share of the length of `b - origin`. */
function difference(
  a: Float32Array,
  b: Float32Array,
  origin: Float32Array = new Float32Array(b.length),
): number {
  const length = (x: Float32Array, y: Float32Array) =>
    Math.sqrt(x.reduce((sum, value, i) => sum + (value - (y[i] as number)) ** 2, 0));
  return length(a, b) / length(b, origin);
}

describe.each([
  { engine: "wasm", cases: [...layerCases, ...activationCases, ...settingCases] },
  // Settings and activations go the same ways there.
  { engine: "cpu", cases: layerCases },
] as const)("a plan and TensorFlow.js on $engine", ({ engine, cases }) => {
  let backend: Backend;
  afterAll(() => backend?.use());

  it.each(cases)("train alike: $title", async (one) => {
    backend = await openBackend(engine);
    backend.use();
    const spec: ModelSpec = {
      inputShape: one.inputShape ?? images,
      layers: one.layers,
      ...(one.loss ? { loss: one.loss } : {}),
    };
    const model = resolveModel(spec);
    using planned = createPlanTrainer(model);
    using other = createTfjsTrainer({ network: openResolvedNetwork(model), backend, engine });
    const samples = samplesFor(model);
    const weights = planned.initialWeights(11);
    const [a, b] = [
      await planned.train(weights, samples, settings(one.options)),
      await other.train(weights, samples, settings(one.options)),
    ];
    expect(difference(b.weights, a.weights)).toBeLessThan(1e-4);
    // Of what has been learned, too: weights that hardly move would agree by themselves.
    expect(difference(b.weights, a.weights, weights)).toBeLessThan(1e-3);
    expect(difference(a.weights, weights)).toBeGreaterThan(1e-3);
    expect(b.loss).toBeCloseTo(a.loss, 4);
    if (model.loss === "meanSquaredError") expect([a.accuracy, b.accuracy]).toEqual([Number.NaN, Number.NaN]);
    else expect(b.accuracy).toBeCloseTo(a.accuracy, 6);
    expect(b.optimizerState.numSteps).toBe(a.optimizerState.numSteps);
    for (const [i, moment] of a.optimizerState.moments.entries()) {
      expect(difference(b.optimizerState.moments[i] as Float32Array, moment)).toBeLessThan(1e-3);
    }
    const [p, q] = [await planned.predict(a.weights, samples), await other.predict(a.weights, samples)];
    expect(difference(q, p)).toBeLessThan(1e-5);
  });
});
