import { randomStream } from "@fedloom/fl-strategy";
import { expect, it } from "vitest";
import { createLocalTrainer } from "./create-local-trainer.js";

it("trains by a plan without loading TensorFlow.js", async () => {
  const { trainer } = await createLocalTrainer({
    model: { inputShape: [2], layers: [{ type: "dense", units: 2 }] },
  });
  const samples = { numSamples: 2, features: Float32Array.of(1, 0, 0, 1), labels: Uint8Array.of(0, 1) };
  await trainer.train(trainer.initialWeights(1), samples, {
    epochs: 1,
    batchSize: 2,
    learningRate: 0.1,
    randomFor: (purpose) => randomStream(1, purpose),
    signal: new AbortController().signal,
  });
  const marks = () => Object.keys(globalThis).filter((name) => name.startsWith("_tf"));
  expect(marks()).toEqual([]);
  await import("@tensorflow/tfjs-core");
  expect(marks()).not.toEqual([]);
});
