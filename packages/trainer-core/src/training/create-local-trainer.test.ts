import { randomStream } from "@fedloom/fl-strategy";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import type { Samples } from "../data/dataset.js";
import { openEngine } from "../engine/open-engine.js";
import { findModel } from "../models/registry.js";
import { createLocalTrainer } from "./create-local-trainer.js";
import type { LocalTrainer, LocalTrainOptions } from "./local-trainer.js";

/** Noise with horizontal stripes in class 1 and vertical ones in class 0. */
function stripes(numSamples: number, seed: number, label?: number): Samples {
  const random = randomStream(seed, "stripes");
  const labels = Uint8Array.from({ length: numSamples }, (_, i) => label ?? i % 2);
  const features = Float32Array.from({ length: numSamples * 784 }, (_, i) => {
    const [row, column] = [Math.floor((i % 784) / 28), i % 28];
    const line = labels[Math.floor(i / 784)] === 1 ? row : column;
    return Number(line % 4 < 2) + 2 * random.uniform();
  });
  return { numSamples, features, labels };
}

const samples = stripes(256, 1);
const test = stripes(100, 2);
const options = { model: findModel("pneumonia-cnn"), sampleShape: [28, 28, 1], numClasses: 2 } as const;
let trainer: LocalTrainer;

beforeAll(async () => {
  await openEngine({ engine: "wasm" });
  trainer = createLocalTrainer(options);
});

function settings(changes: Partial<LocalTrainOptions> = {}): LocalTrainOptions {
  const random = randomStream(5, "test");
  const { signal } = new AbortController();
  return { epochs: 1, batchSize: 32, learningRate: 0.002, random, signal, ...changes };
}

describe("createLocalTrainer", () => {
  it("lays every tensor of the model out under a name of its own", () => {
    expect(trainer.layout.size).toBe(13_250);
    expect(trainer.layout.tensors.map(({ shape }) => shape)).toEqual([
      [3, 3, 1, 12],
      [12],
      [3, 3, 12, 24],
      [24],
      [3, 3, 24, 48],
      [48],
      [48, 2],
      [2],
    ]);
    // A second model of the kind has the same layout, whatever TensorFlow.js calls its layers meanwhile.
    using other = createLocalTrainer(options);
    expect(other.layout).toEqual(trainer.layout);
  });

  it("begins with the same weights for the same seed, 0 too, and others for another", () => {
    for (const seed of [0, 1, 0xffff_ffff]) {
      expect(trainer.initialWeights(seed)).toEqual(trainer.initialWeights(seed));
    }
    expect(trainer.initialWeights(1)).not.toEqual(trainer.initialWeights(2));
  });

  it("learns, leaves the weights it was given alone, and does the same again bit for bit", async () => {
    const weights = trainer.initialWeights(1);
    const kept = weights.slice();
    const epochs: number[] = [];
    const onEpochEnd = ({ loss }: { loss: number }) => epochs.push(loss);
    const first = await trainer.train(weights, samples, settings({ epochs: 4, onEpochEnd }));
    expect(weights).toEqual(kept);
    expect(first).toMatchObject({ numSamples: 256, numSteps: 32, loss: epochs.at(-1) });
    expect(epochs).toHaveLength(4);
    expect((await trainer.evaluate(first.weights, test)).auroc).toBeGreaterThan(0.95);
    await trainer.train(trainer.initialWeights(2), samples, settings());
    const again = await trainer.train(weights, samples, settings({ epochs: 4 }));
    expect(again.weights).toEqual(first.weights);
  });

  it("learns nothing from which class is common: one class alone costs no loss and moves nothing far", async () => {
    const weights = trainer.initialWeights(1);
    const { loss, weights: trained } = await trainer.train(weights, stripes(256, 3, 1), settings());
    expect(loss).toBeLessThan(0.05);
    const furthest = trained.reduce((most, value, i) => Math.max(most, Math.abs(value - weights[i]!)), 0);
    expect(furthest).toBeLessThan(0.02);
  });

  it("stays near the start with a proximal term, and reports the loss without it", async () => {
    const weights = trainer.initialWeights(1);
    const distance = (to: Float32Array) => Math.hypot(...to.map((value, i) => value - weights[i]!));
    const free = await trainer.train(weights, samples, settings({ epochs: 2 }));
    const held = await trainer.train(weights, samples, settings({ epochs: 2, proximalMu: 100 }));
    expect(distance(held.weights)).toBeLessThan(distance(free.weights) / 3);
    expect(held.loss).toBeLessThan(2);
    const none = await trainer.train(weights, samples, settings({ epochs: 2, proximalMu: 0 }));
    expect(none.weights).toEqual(free.weights);
  });

  it("adds a correction to every gradient of plain SGD steps", async () => {
    const weights = trainer.initialWeights(1);
    const train = (correction: number) =>
      trainer.train(
        weights,
        stripes(32, 3),
        settings({ batchSize: 32, gradientCorrection: new Float32Array(weights.length).fill(correction) }),
      );
    const [plain, corrected] = [await train(0), await train(0.5)];
    expect(plain.numSteps).toBe(1);
    // One step of w - eta (g + c) differs by eta c everywhere.
    const eta = settings({}).learningRate;
    for (const [i, value] of corrected.weights.entries()) {
      expect(plain.weights[i]! - value).toBeCloseTo(0.5 * eta, 6);
    }
    const short = settings({ gradientCorrection: new Float32Array(3) });
    await expect(trainer.train(weights, samples, short)).rejects.toThrow(
      "gradientCorrection: expected 13250 elements",
    );
  });

  it("evaluates without training", async () => {
    const weights = trainer.initialWeights(1);
    const metrics = await trainer.evaluate(weights, test);
    expect(Object.keys(metrics)).toEqual(["loss", "accuracy", "precision", "recall", "f1", "auroc"]);
    expect(await trainer.evaluate(weights, test)).toEqual(metrics);
  });

  it("stops within a batch when it is told to", async () => {
    const stop = new AbortController();
    const onEpochEnd = () => stop.abort(new Error("enough"));
    const training = trainer.train(
      trainer.initialWeights(1),
      samples,
      settings({ epochs: 1000, signal: stop.signal, onEpochEnd }),
    );
    await expect(training).rejects.toThrow("enough");
  });

  it("leaves no tensor behind", async () => {
    const weights = trainer.initialWeights(1);
    await trainer.train(weights, samples, settings());
    const { numTensors } = tf.memory();
    await trainer.train(weights, samples, settings({ epochs: 2 }));
    await trainer.evaluate(weights, test);
    trainer.initialWeights(3);
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});
