import { randomStream } from "@fedloom/fl-strategy";
import type { Samples } from "../data/dataset.js";
import type { EngineName } from "../engine/engine.js";
import type { ModelSpec } from "../models/model-spec.js";
import { createLocalTrainer } from "../training/create-local-trainer.js";

const model: ModelSpec = {
  inputShape: [8, 8, 1],
  layers: [
    { type: "conv2d", filters: 4, kernelSize: 3, padding: "same", activation: "relu" },
    { type: "batchNormalization" },
    { type: "averagePooling2d", poolSize: 3, strides: 2, padding: "same" },
    { type: "depthwiseConv2d", kernelSize: 3, activation: "tanh" },
    { type: "maxPooling2d" },
    { type: "flatten" },
    { type: "dropout", rate: 0.2 },
    { type: "dense", units: 2 },
  ],
};

export interface Trained {
  readonly engine: string;
  readonly reason: string;
  readonly weights: readonly number[];
  readonly loss: number;
}

/** Trains a small model for two epochs, for tests that compare engines and pages. */
export async function trained(engine: EngineName | "auto"): Promise<Trained> {
  const random = randomStream(1, "page");
  const numSamples = 64;
  const samples: Samples = {
    numSamples,
    features: Float32Array.from({ length: numSamples * 64 }, () => random.normal()),
    labels: Uint8Array.from({ length: numSamples }, (_, i) => i % 2),
  };
  const created = await createLocalTrainer({ model, engine });
  using trainer = created.trainer;
  const { weights, loss } = await trainer.train(trainer.initialWeights(1), samples, {
    epochs: 2,
    batchSize: 16,
    learningRate: 0.01,
    optimizer: { name: "adam" },
    randomFor: (purpose) => randomStream(2, purpose),
    signal: new AbortController().signal,
  });
  return { engine: trainer.engine, reason: created.engine.reason, weights: [...weights], loss };
}

/** The same for a model that no plan knows, on the WASM backend of TensorFlow.js. */
export async function trainedUnknown(): Promise<Trained> {
  const { openBackend } = await import("../engine/open-backend.js");
  const { layers, sequential } = await import("@tensorflow/tfjs-layers");
  (await openBackend("wasm")).use();
  const unknown = sequential({
    layers: [
      layers.reshape({ targetShape: [4, 2], inputShape: [8] }),
      layers.simpleRNN({
        units: 3,
        name: "memory",
        kernelInitializer: "ones",
        recurrentInitializer: "zeros",
      }),
      layers.dense({ units: 2, kernelInitializer: "ones" }),
    ],
  });
  const created = await createLocalTrainer({ model: unknown, engine: "wasm" });
  using trainer = created.trainer;
  const features = Float32Array.from({ length: 128 }, (_, i) => Math.sin(i));
  const labels = Uint8Array.from({ length: 16 }, (_, i) => Number((features[8 * i] as number) > 0));
  const samples: Samples = { numSamples: 16, features, labels };
  const { weights, loss } = await trainer.train(trainer.initialWeights(1), samples, {
    epochs: 3,
    batchSize: 4,
    learningRate: 0.1,
    randomFor: (purpose) => randomStream(2, purpose),
    signal: new AbortController().signal,
  });
  return { engine: trainer.engine, reason: created.engine.reason, weights: [...weights], loss };
}
