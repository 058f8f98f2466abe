import { describe, expect, it } from "vitest";
import type { LayerSpec } from "../models/model-spec.js";
import { resolveModel } from "../models/resolve-model.js";
import { classPrior } from "../training/class-prior.js";
import { createPlanTrainer } from "./create-plan-trainer.js";
import { oneStep } from "./testing-gradients.js";

describe("compileTraining", () => {
  it("adds the class prior to the logits while training, and tells accuracy without it", async () => {
    const linear = resolveModel({ inputShape: [2], layers: [{ type: "dense", units: 3 }] });
    const labels = Uint8Array.of(0, 0, 0, 1);
    const on = { numSamples: 4, features: new Float32Array(8), labels };
    const start = Float32Array.of(0, 0, 0, 0, 0, 0, 0.5, -1, 1);
    using trainer = createPlanTrainer(linear);
    const trained = await trainer.train(start, on, { ...oneStep(4, 1), balancedSoftmax: true });
    const prior = classPrior(labels, 3);
    const powers = [0.5, -1, 1].map((logit, i) => Math.exp(logit + (prior[i] as number)));
    const sum = powers.reduce((total, power) => total + power, 0);
    const shares = [3 / 4, 1 / 4, 0];
    for (const [i, power] of powers.entries()) {
      const gradient = (start[6 + i] as number) - (trained.weights[6 + i] as number);
      expect(gradient).toBeCloseTo(power / sum - (shares[i] as number), 5);
    }
    const mean = powers.reduce((total, power, i) => total - (shares[i] as number) * Math.log(power / sum), 0);
    expect(trained.loss).toBeCloseTo(mean, 5);
    expect(trained.accuracy).toBe(0);
  });

  it("tells the share of right signs for labels, and no accuracy for numbers", async () => {
    const dense: LayerSpec[] = [{ type: "dense", units: 2 }];
    const on = {
      numSamples: 2,
      features: Float32Array.of(1, 2),
      labels: new Uint8Array(2),
      targets: Float32Array.of(1, 0, 1, 1),
    };
    const start = Float32Array.of(1, -1, 0, 0);
    using signs = createPlanTrainer({ inputShape: [1], layers: dense, loss: "sigmoidCrossEntropy" });
    const labelled = await signs.train(start, on, oneStep(2, 0));
    expect(labelled.accuracy).toBe(0.75);
    const softplus = (x: number) => Math.log1p(Math.exp(x));
    expect(labelled.loss).toBeCloseTo((softplus(-1) + softplus(-1) + softplus(-2) + softplus(2)) / 4, 6);
    const probabilities = await signs.predict(start, on);
    expect(probabilities[3]).toBeCloseTo(1 / (1 + Math.exp(2)), 6);
    using numbers = createPlanTrainer({ inputShape: [1], layers: dense, loss: "meanSquaredError" });
    const fitted = await numbers.train(start, on, oneStep(2, 0));
    expect(fitted.accuracy).toBeNaN();
    expect(fitted.loss).toBeCloseTo((0 + 1 + 1 + 9) / 4, 6);
    expect([...(await numbers.predict(start, on))]).toEqual([1, -1, 2, -2]);
  });

  it("takes the label as target of one output", async () => {
    using one = createPlanTrainer({
      inputShape: [1],
      layers: [{ type: "dense", units: 1 }],
      loss: "sigmoidCrossEntropy",
    });
    const on = { numSamples: 2, features: Float32Array.of(1, -1), labels: Uint8Array.of(1, 0) };
    const { accuracy, loss } = await one.train(Float32Array.of(1, 0), on, oneStep(2, 0));
    expect(accuracy).toBe(1);
    expect(loss).toBeCloseTo(Math.log1p(Math.exp(-1)), 6);
  });
});
