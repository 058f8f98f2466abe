import { describe, expect, it } from "vitest";
import { resolveModel } from "../models/resolve-model.js";
import { createPlanTrainer } from "./create-plan-trainer.js";
import { oneStep } from "./testing-gradients.js";
import { model, samples, train } from "./testing-training.js";

describe("requireTraining", () => {
  it("refuses what it cannot train with, before it begins", async () => {
    const labels = samples.labels.slice();
    labels[7] = 4;
    await expect(train({}, { ...samples, labels })).rejects.toThrow("labels[7]: expected less than the 4");
    const without = Uint32Array.from({ length: 7 }, (_, i) => i);
    await expect(train({ indices: without }, { ...samples, labels })).resolves.toBeDefined();
    await expect(train({ indices: Uint32Array.of(50) })).rejects.toThrow("indices: expected less than 50");
    const features = new Float32Array(10);
    await expect(train({}, { ...samples, features })).rejects.toThrow("features: expected 3200, got 10");
    await expect(train({ batchSize: 0 })).rejects.toMatchObject({ code: "invalid_option" });
    const optimizer = { name: "sgd", momentum: 1 } as const;
    await expect(train({ optimizer })).rejects.toThrow(
      "optimizer.momentum: expected a number in [0, 1), got 1",
    );
    const optimizerState = { numSteps: 1, moments: [new Float32Array(model.layout.size)] };
    await expect(train({ optimizerState })).rejects.toThrow("optimizerState: expected 0 moments, got 1");
    const gradientCorrection = new Float32Array(3);
    await expect(train({ gradientCorrection })).rejects.toThrow(/gradientCorrection: expected \d+ elements/);
    using trainer = createPlanTrainer(model);
    await expect(trainer.predict(new Float32Array(3), samples)).rejects.toThrow(/weights: expected \d+/);
  });

  it("refuses targets that are none", async () => {
    const numbers = resolveModel({
      inputShape: [1],
      layers: [{ type: "dense", units: 1 }],
      loss: "meanSquaredError",
    });
    const trainWith = async (on: typeof numbers, target: number) => {
      using trainer = createPlanTrainer(on);
      const targets = Float32Array.of(0, target);
      const data = { numSamples: 2, features: new Float32Array(2), labels: new Uint8Array(2), targets };
      await trainer.train(trainer.initialWeights(1), data, oneStep(2, 0.1));
    };
    await expect(trainWith(numbers, Number.NaN)).rejects.toThrow(
      "samples: targets of sample 1: expected a finite number, got NaN",
    );
    await expect(trainWith({ ...numbers, loss: "sigmoidCrossEntropy" }, 2)).rejects.toThrow(
      "samples: targets of sample 1: expected a number in [0, 1], got 2",
    );
  });
});
