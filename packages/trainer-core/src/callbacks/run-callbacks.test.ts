import { describe, expect, it } from "vitest";
import { keeper, playWith as play } from "../testing/callback-runs.js";
import { eventsOf } from "../testing/small-task.js";
import type { TrainerCallback } from "./trainer-callback.js";

describe("a run's callbacks", () => {
  it("see each round's metrics and weights, but nothing of test data", async () => {
    const { seen, ...callback } = keeper();
    const { weights } = await play([callback], { numRounds: 2 });
    expect(seen.map(({ unit, step, totalSteps }) => [unit, step, totalSteps])).toEqual([
      ["round", 1, 2],
      ["round", 2, 2],
    ]);
    const names = Object.keys(seen[0]?.metrics ?? {});
    expect(names).toEqual(expect.arrayContaining(["train_loss", "train_accuracy", "val_loss", "val_auroc"]));
    expect(names.filter((name) => name.startsWith("test"))).toEqual([]);
    expect(seen[1]?.weights).toBe(weights);
    expect(seen[1]?.bytes).toBe(2 * 2 * 3 * 67 * 4);
  });

  it("multiply the learning rate, and keep state that is passed in and out", async () => {
    const halving: TrainerCallback<number> = {
      name: "halving",
      init: () => 1,
      beforeStep: (_start, factor) => ({ learningRateFactor: factor, state: factor / 2 }),
    };
    const { events } = await play([
      halving,
      { name: "fixed", beforeStep: () => ({ learningRateFactor: 2 }) },
    ]);
    const rates = eventsOf(events, "metrics").flatMap(({ data }) => data.metrics.learning_rate ?? []);
    expect(rates).toEqual([0.1, 0.05, 0.025, 0.0125]);
    expect(eventsOf(events, "client_progress").at(-1)?.data.learningRate).toBe(0.0125);
  });

  it("may end the run, for a reason of their own", async () => {
    const { events } = await play([
      { name: "boss", afterStep: ({ step }) => (step === 2 ? { stop: { reason: "enough" } } : undefined) },
    ]);
    const [stopped] = eventsOf(events, "early_stopping");
    expect(stopped?.data).toMatchObject({ round: 2, reason: "enough", metricName: "val_auroc", patience: 0 });
    expect(events.at(-1)?.data).toMatchObject({ status: "completed", totalRounds: 2 });
  });

  it("cost only their own say when they throw", async () => {
    const { events } = await play(
      [
        {
          name: "clumsy",
          beforeStep: () => ({ learningRateFactor: Number.NaN }),
          afterStep: () => ({ weights: new Float32Array(3) }),
          beforeEnd: () => {
            throw new Error("no end");
          },
          onStepClosed: async () => Promise.reject(new Error("no disk")),
        },
      ],
      { numRounds: 1 },
    );
    expect(eventsOf(events, "error").map(({ data }) => [data.errorType, data.error, data.fatal])).toEqual([
      [
        "callback_failed",
        "callback clumsy: beforeStep threw: learningRateFactor: expected a finite number >= 0, got NaN",
        false,
      ],
      ["callback_failed", "callback clumsy: afterStep threw: weights: expected 67 elements, got 3", false],
      ["callback_failed", "callback clumsy: beforeEnd threw: no end", false],
      ["callback_failed", "callback clumsy: onStepClosed threw: no disk", false],
    ]);
    expect(events.at(-1)?.data).toMatchObject({ status: "completed", totalRounds: 1 });
  });

  it("must have names of their own", async () => {
    await expect(play([{ name: "a" }, { name: "a" }])).rejects.toThrow('got "a" twice');
    const unnamed = { afterStep: () => undefined } as unknown as TrainerCallback;
    await expect(play([unnamed])).rejects.toThrow("callbacks: expected a name for each, got one without");
  });
});
