import { describe, expect, it } from "vitest";
import { createPlanTrainer } from "./create-plan-trainer.js";
import { randomSamples } from "./testing-gradients.js";
import { digest, model, weights } from "./testing-training.js";

describe("predictByPlan", () => {
  it("predicts the same for a sample wherever it stands", async () => {
    using trainer = createPlanTrainer(model);
    const many = randomSamples(model, 600);
    const all = await trainer.predict(weights, many);
    expect(all.length).toBe(2400);
    const indices = Uint32Array.from({ length: 301 }, (_, i) => 599 - i);
    const some = await trainer.predict(weights, many, { indices });
    const expected = Array.from(indices, (index) => [...all.subarray(4 * index, 4 * index + 4)]).flat();
    expect(digest(some)).toBe(digest(expected));
    const alone = await trainer.predict(weights, many, { indices: Uint32Array.of(417) });
    expect([...alone]).toEqual([...all.subarray(4 * 417, 4 * 418)]);
    expect(alone.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
  });
});
