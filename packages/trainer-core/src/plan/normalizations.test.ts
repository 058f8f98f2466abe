import { describe, expect, it } from "vitest";
import { resolveModel } from "../models/resolve-model.js";
import { createPlanTrainer } from "./create-plan-trainer.js";
import { oneStep } from "./testing-gradients.js";

describe("batch normalisation of the plan", () => {
  it("moves the moving moments by those of the batch, variance over n, and no frozen ones", async () => {
    const flat = resolveModel({ inputShape: [2], layers: [{ type: "batchNormalization", momentum: 0.9 }] });
    const frozen = resolveModel({
      inputShape: [2],
      layers: [{ type: "batchNormalization", trainable: false }],
    });
    const features = Float32Array.of(1, 10, 3, 10, 5, 40);
    const on = { numSamples: 3, features, labels: Uint8Array.of(0, 1, 0) };
    const start = Float32Array.of(1, 1, 0, 0, 2, 4, 1, 2);
    using trainer = createPlanTrainer(flat);
    const { weights: after } = await trainer.train(start, on, oneStep(3, 0));
    const expected = [1, 1, 0, 0, 0.9 * 2 + 0.1 * 3, 0.9 * 4 + 0.1 * 20, 0.9 + 0.1 * (8 / 3), 0.9 * 2 + 20];
    for (const [i, value] of expected.entries()) expect(after[i]).toBeCloseTo(value, 5);
    using still = createPlanTrainer(frozen);
    const { weights: kept } = await still.train(start, on, oneStep(3, 1));
    expect([...kept]).toEqual([...start]);
  });
});
