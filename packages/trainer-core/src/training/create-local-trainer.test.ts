import { randomStream } from "@fedloom/fl-strategy";
import * as tf from "@tensorflow/tfjs-core";
import * as keras from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Samples } from "../data/dataset.js";
import { openBackend } from "../engine/open-backend.js";
import { TrainerError } from "../errors.js";
import type { ModelSpec } from "../models/model-spec.js";
import { readLayersModel, writeLayersModel } from "../tfjs/layers-model-weights.js";
import { createLocalTrainer, type LocalTrainerOptions } from "./create-local-trainer.js";
import type { LocalTrainOptions } from "./local-trainer.js";

const { layers } = keras;
const linear: ModelSpec = { inputShape: [4], layers: [{ type: "dense", units: 2 }] };

/** About 40 million operations a sample to train: large, for this purpose. */
const large: ModelSpec = {
  inputShape: [24, 24, 16],
  layers: [
    { type: "conv2d", filters: 48, kernelSize: 3, padding: "same" },
    { type: "flatten" },
    { type: "dense", units: 2 },
  ],
};

/** Sequences of five steps that rise in class 1 and fall in class 0. */
function sequences(numSamples: number): Samples {
  const random = randomStream(4, "sequences");
  const labels = Uint8Array.from({ length: numSamples }, (_, i) => i % 2);
  const features = Float32Array.from({ length: numSamples * 5 }, (_, i) => {
    const step = (i % 5) - 2;
    return (labels[Math.floor(i / 5)] === 1 ? step : -step) + 0.5 * random.normal();
  });
  return { numSamples, features, labels };
}

const samples = sequences(64);

function settings(changes: Partial<LocalTrainOptions> = {}): LocalTrainOptions {
  const { signal } = new AbortController();
  const randomFor = (purpose: string) => randomStream(5, purpose);
  return {
    epochs: 8,
    batchSize: 8,
    learningRate: 0.02,
    optimizer: { name: "adam" },
    randomFor,
    signal,
    ...changes,
  };
}

/** A layer that neither TensorFlow.js nor a plan knows: the square of each value. */
class Square extends layers.Layer {
  static readonly className = "Square";

  override computeOutputShape(shape: keras.Shape): keras.Shape {
    return shape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => tf.square(Array.isArray(inputs) ? (inputs[0] as tf.Tensor) : inputs));
  }
}

beforeAll(async () => {
  (await openBackend("wasm")).use();
});

describe("createLocalTrainer", () => {
  it("plans a small known model without measuring anything", async () => {
    const { trainer, engine } = await createLocalTrainer({ model: linear });
    expect(engine.name).toBe("wasm");
    expect(engine.reason).toContain("the fastest for a model of this size");
    expect(trainer.engine).toMatch(/^wasm \((relaxed )?SIMD, planned\)$/);
  });

  it("takes the engine that is asked for", async () => {
    for (const engine of ["wasm", "cpu"] as const) {
      const created = await createLocalTrainer({ model: linear, engine });
      expect(created.engine).toEqual({ name: engine, reason: "asked for" });
      expect(created.trainer.engine.startsWith(engine)).toBe(true);
    }
  });

  it("says what to install for an engine that is not there, and refuses unknown ones", async () => {
    for (const engine of ["tfjs-node", "webgpu", "webgl"] as const) {
      const error = await createLocalTrainer({ model: linear, engine }).catch((error: unknown) => error);
      if (error instanceof TrainerError) {
        expect(error.code).toBe("engine_unavailable");
        expect(error.message).toContain(`engine: expected ${engine} to work here, but `);
      } else {
        expect(engine).toBe("tfjs-node");
      }
    }
    const unknown = createLocalTrainer({ model: linear, engine: "gpu" as "cpu" });
    await expect(unknown).rejects.toThrow(
      'engine: expected auto or one of tfjs-node, webgpu, webgl, wasm, cpu, got "gpu"',
    );
  });

  it("looks for something faster for a large model, and tells what it found", async () => {
    const { engine } = await createLocalTrainer({ model: large });
    expect(engine.reason).toMatch(/^the (only one that works here|fastest of those measured)/);
    if (engine.name === "wasm") expect(engine.reason).toMatch(/tfjs-node(: it is | \d)/);
  });

  it("plans a LayersModel that is known, and begins with the weights it has", async () => {
    const model = keras.sequential({
      layers: [
        layers.dense({ units: 6, inputShape: [5], activation: "tanh" }),
        layers.dense({ units: 2, activation: "softmax" }),
      ],
    });
    const before = await readLayersModel(model);
    const { trainer } = await createLocalTrainer({ model });
    expect(trainer.engine).toContain("planned");
    expect(trainer.initialWeights(1)).toEqual(before);
    const trained = await trainer.train(before, samples, settings());
    expect(trained.accuracy).toBeGreaterThan(0.95);
    await writeLayersModel(model, trained.weights);
    const outputs = (
      model.predict(tf.tensor(samples.features as Float32Array, [64, 5])) as tf.Tensor
    ).dataSync();
    const expected = await trainer.predict(trained.weights, samples);
    for (const [i, value] of outputs.entries()) expect(value).toBeCloseTo(expected[i] as number, 5);
  });

  it("trains a LayersModel that is not known through TensorFlow.js, and says why", async () => {
    const model = keras.sequential({
      layers: [
        layers.reshape({ targetShape: [5, 1], inputShape: [5] }),
        layers.lstm({
          units: 4,
          name: "memory",
          recurrentInitializer: "glorotUniform",
          kernelInitializer: keras.initializers.glorotUniform({ seed: 3 }),
        }),
        layers.dropout({ rate: 0.2 }),
        layers.dense({ units: 2, activation: "softmax", name: "classes" }),
      ],
    });
    const before = await readLayersModel(model);
    const { trainer, engine } = await createLocalTrainer({ model });
    expect(engine.reason).toContain("through TensorFlow.js, since layer ");
    expect(engine.reason).toContain("is not one that the planner knows");
    expect(trainer.initialWeights(1)).toEqual(before);
    expect(trainer.loss).toBe("softmaxCrossEntropy");
    const trained = await trainer.train(before, samples, settings());
    expect(trained.accuracy).toBeGreaterThan(0.9);
    const again = await trainer.train(before, samples, settings());
    expect(again.weights).toEqual(trained.weights);
    // The model itself still ends with a softmax, and now has what was learned.
    const outputs = (
      model.predict(tf.tensor(samples.features as Float32Array, [64, 5])) as tf.Tensor
    ).dataSync();
    const expected = await trainer.predict(trained.weights, samples);
    for (const [i, value] of outputs.entries()) expect(value).toBeCloseTo(expected[i] as number, 5);
  });

  it("trains a model with a layer of the user's own, whatever it ends with", async () => {
    const ends = [
      [layers.dense({ units: 1 }), layers.activation({ activation: "sigmoid" })],
      [layers.dense({ units: 2 }), layers.softmax()],
    ];
    for (const end of ends) {
      const first = layers.dense({
        units: 6,
        inputShape: [5],
        kernelInitializer: keras.initializers.glorotUniform({ seed: 1 }),
      });
      const model = keras.sequential({
        layers: [
          first,
          new Square({ name: "square" }),
          layers.dense({ units: 6, activation: "tanh" }),
          ...end,
        ],
      });
      const { trainer, engine } = await createLocalTrainer({ model, engine: "wasm" });
      expect(engine.reason).toBe(
        'asked for; through TensorFlow.js, since layer "square" (Square) is not one that the planner knows',
      );
      // Whether a sequence changes much, which squares tell.
      const labels = samples.labels.map((_, i) =>
        Number(Math.abs((samples.features as Float32Array)[5 * i] as number) > 2),
      );
      const result = await trainer.train(
        trainer.initialWeights(0),
        { ...samples, labels },
        settings({ epochs: 30 }),
      );
      expect(result.accuracy).toBeGreaterThan(0.8);
    }
  });

  it("refuses what is no model, and a loss that nobody would heed", async () => {
    const refusal = (options: object) => createLocalTrainer(options as LocalTrainerOptions);
    await expect(refusal({})).rejects.toThrow("model: expected a ModelSpec or a LayersModel, got undefined");
    await expect(refusal({ model: "mlp" })).rejects.toThrow('got "mlp"');
    await expect(refusal({ model: linear, loss: "mse" })).rejects.toThrow(
      'loss: expected one of softmaxCrossEntropy, sigmoidCrossEntropy, meanSquaredError, got "mse"',
    );
    await expect(refusal({ model: linear, loss: "meanSquaredError" })).rejects.toThrow(
      "loss: expected none beside a ModelSpec, which has its own, got meanSquaredError",
    );
  });

  it("refuses a model of several outputs in words", async () => {
    const input = keras.input({ shape: [4] });
    const outputs = [1, 2].map((units) => layers.dense({ units }).apply(input) as keras.SymbolicTensor);
    const model = keras.model({ inputs: input, outputs });
    await expect(createLocalTrainer({ model })).rejects.toThrow("model: expected one output, got 2");
  });
});
