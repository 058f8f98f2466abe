import { randomStream } from "@fedloom/fl-strategy";
import { layers, regularizers, sequential } from "@tensorflow/tfjs-layers";
import { beforeAll, expect, it } from "vitest";
import { openBackend } from "../engine/open-backend.js";
import { createLocalTrainer } from "../training/create-local-trainer.js";

beforeAll(async () => {
  (await openBackend("wasm")).use();
});

it("takes off what a regularizer asks for, and reports the loss without it", async () => {
  const factor = 0.25;
  const model = sequential({
    layers: [
      layers.dense({
        inputShape: [2],
        units: 2,
        useBias: false,
        kernelRegularizer: regularizers.l2({ l2: factor }),
      }),
    ],
  });
  const { trainer, engine } = await createLocalTrainer({ model, engine: "wasm" });
  expect(engine.reason).toContain("kernelRegularizer");
  // Samples of zeros: nothing but the regularizer moves the weights, by 2 l2 w each step.
  const samples = { numSamples: 8, features: new Float32Array(16), labels: new Uint8Array(8) };
  const weights = Float32Array.of(1, -2, 3, 4);
  const trained = await trainer.train(weights, samples, {
    epochs: 1,
    batchSize: 4,
    learningRate: 0.1,
    randomFor: (purpose) => randomStream(1, purpose),
    signal: new AbortController().signal,
  });
  const left = (1 - 0.1 * 2 * factor) ** 2;
  for (const [i, weight] of weights.entries()) expect(trained.weights[i]).toBeCloseTo(left * weight, 5);
  expect(trained.loss).toBeCloseTo(Math.LN2, 5);
});
