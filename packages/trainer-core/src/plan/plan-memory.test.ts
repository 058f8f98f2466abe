import { describe, expect, it } from "vitest";
import { createPlanTrainer } from "./create-plan-trainer.js";
import { openPlanMemory } from "./plan-memory.js";
import { gradientOf, randomSamples } from "./testing-gradients.js";
import { digest, model, options, samples, weights } from "./testing-training.js";
import { trainByPlan } from "./train-by-plan.js";

describe("openPlanMemory", () => {
  it("takes 10,000 steps in the memory of the first", async () => {
    const plan = openPlanMemory(model);
    const context = { model, plan, takeTurns: () => undefined };
    const run = (epochs: number) => trainByPlan(context, { weights, samples, options: options({ epochs }) });
    await run(10);
    const bytes = plan.memory.memory.buffer.byteLength;
    const heap = process.memoryUsage().heapUsed;
    const { numSteps } = await run(1429);
    expect(numSteps).toBeGreaterThan(10_000);
    expect(plan.memory.memory.buffer.byteLength).toBe(bytes);
    expect(process.memoryUsage().heapUsed - heap).toBeLessThan(30 * 2 ** 20);
  });

  it("trains batches that need the memory to grow", async () => {
    using trainer = createPlanTrainer(model);
    const small = await gradientOf(trainer, weights, samples);
    const many = randomSamples(model, 5_000);
    await trainer.train(weights, many, options({ batchSize: 5_000, epochs: 1 }));
    expect(digest(await gradientOf(trainer, weights, samples))).toBe(digest(small));
  });
});
