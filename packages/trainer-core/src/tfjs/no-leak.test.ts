import { randomStream } from "@fedloom/fl-strategy";
import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import type { Samples } from "../data/dataset.js";
import { openBackend } from "../engine/open-backend.js";
import type { LayerSpec } from "../models/model-spec.js";
import { resolveModel } from "../models/resolve-model.js";
import type { OptimizerSpec } from "../training/optimizer-spec.js";
import { openResolvedNetwork } from "./resolved-network.js";
import { createTfjsTrainer } from "./tfjs-trainer.js";

const conv: LayerSpec = { type: "conv2d", filters: 2, kernelSize: 3, activation: "relu" };
const dense: LayerSpec = { type: "dense", units: 2 };
const cases: { title: string; layers: LayerSpec[]; numSteps: number; optimizer: OptimizerSpec }[] = [
  {
    title: "10,000 steps of a small network",
    layers: [conv, { type: "flatten" }, dense],
    numSteps: 10_000,
    optimizer: { name: "sgd" },
  },
  {
    title: "500 steps of one with everything",
    layers: [
      { type: "layerNormalization" },
      conv,
      { type: "batchNormalization" },
      {
        type: "residual",
        layers: [{ type: "separableConv2d", filters: 2, kernelSize: 3, padding: "same" }],
      },
      { type: "maxPooling2d", padding: "same" },
      { type: "averagePooling2d", padding: "same" },
      { type: "dropout", rate: 0.2 },
      { type: "flatten" },
      dense,
    ],
    numSteps: 500,
    optimizer: { name: "adam", weightDecay: 0.01 },
  },
];

it.each(cases)("keeps no tensor and no memory over $title", { timeout: 120_000 }, async (one) => {
  const model = resolveModel({ inputShape: [5, 5, 1], layers: one.layers });
  const backend = await openBackend("wasm");
  backend.use();
  const before = tf.memory();
  const trainer = createTfjsTrainer({ network: openResolvedNetwork(model), backend, engine: "wasm" });
  const random = randomStream(1, "leak");
  const numSamples = 500;
  const samples: Samples = {
    numSamples,
    features: Float32Array.from({ length: numSamples * 25 }, () => random.normal()),
    labels: Uint8Array.from({ length: numSamples }, (_, i) => i % 2),
  };
  const weights = trainer.initialWeights(1);
  const train = (epochs: number) =>
    trainer.train(weights, samples, {
      epochs,
      batchSize: 2,
      learningRate: 0.01,
      optimizer: one.optimizer,
      proximalMu: 0.1,
      randomFor: (purpose) => randomStream(2, purpose),
      signal: new AbortController().signal,
    });
  const heap = () => {
    const { wasm } = tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } };
    return { bytes: wasm.HEAPU8.length, numDataIds: tf.engine().backend.numDataIds() };
  };
  await train(1);
  await trainer.predict(weights, samples);
  const [tensors, atStart] = [tf.memory(), heap()];
  const { numSteps } = await train(one.numSteps / 250);
  await trainer.predict(weights, samples);
  expect(numSteps).toBe(one.numSteps);
  expect([tf.memory().numTensors, tf.memory().numBytes]).toEqual([tensors.numTensors, tensors.numBytes]);
  expect(heap()).toEqual(atStart);
  // Not on the way out either, nor when a call is broken off.
  const stop = new AbortController();
  const { signal } = stop;
  const aborted = trainer.train(weights, samples, {
    epochs: 9,
    batchSize: 2,
    learningRate: 0.01,
    randomFor: (purpose) => randomStream(2, purpose),
    signal,
    onEpochEnd: () => stop.abort(new Error("enough")),
  });
  await expect(aborted).rejects.toThrow("enough");
  trainer[Symbol.dispose]();
  expect(tf.memory().numTensors).toBe(before.numTensors);
});
