import { randomStream } from "@fedloom/fl-strategy";
import { describe, expect, it } from "vitest";
import type { LayerSpec } from "../models/model-spec.js";
import { resolveModel } from "../models/resolve-model.js";
import { createPlanTrainer } from "./create-plan-trainer.js";
import { conv, digest, layers, model, options, partOf, samples, train, weights } from "./testing-training.js";

describe("createPlanTrainer", () => {
  it("learns to tell classes apart, the last batch smaller than the others", async () => {
    const first: number[] = [];
    const inputs = Float32Array.from(samples.features as Float32Array, (value, i) => {
      const label = samples.labels[Math.floor(i / 64)] as number;
      return 0.3 * value + (i % 64 < 16 * (label + 1) && i % 64 >= 16 * label ? 1 : 0);
    });
    const separable = { ...samples, features: inputs };
    const result = await train({ epochs: 30, onEpochEnd: ({ loss }) => first.push(loss) }, separable);
    expect(result).toMatchObject({ numSamples: 50, numSteps: 30 * 7 });
    expect(result.loss).toBeLessThan((first[0] as number) / 4);
    expect(result.accuracy).toBeGreaterThan(0.9);
    using trainer = createPlanTrainer({ inputShape: [8, 8, 1], layers });
    const predictions = await trainer.predict(result.weights, separable);
    const isRight = (label: number, sample: number) => {
      const row = [...predictions.subarray(4 * sample, 4 * sample + 4)];
      return row.indexOf(Math.max(...row)) === label;
    };
    expect([...samples.labels].filter(isRight).length).toBeGreaterThan(45);
  });

  it("gives the same weights, to the last bit, for the same seed, and others for another", async () => {
    const [one, two] = [await train(), await train()];
    expect(digest(one.weights)).toBe(digest(two.weights));
    expect(one.loss).toBe(two.loss);
    const other = await train({ randomFor: (purpose) => randomStream(99, purpose) });
    expect(digest(other.weights)).not.toBe(digest(one.weights));
  });

  it("does not depend on what the trainer did before", async () => {
    using trainer = createPlanTrainer(model);
    await trainer.train(weights, samples, options({ batchSize: 50, optimizer: { name: "adam" } }));
    await trainer.predict(weights, samples);
    const { weights: after } = await trainer.train(weights, samples, options());
    expect(digest(after)).toBe(digest((await train()).weights));
  });

  it("goes on from an optimizer's state as if it had never stopped", async () => {
    for (const optimizer of [{ name: "adam" }, { name: "sgd", momentum: 0.9 }, { name: "sgd" }] as const) {
      const undisturbed = await train({ optimizer, epochs: 4 });
      const streams = {
        shuffle: randomStream(13, "shuffle"),
        augment: randomStream(13, "augment"),
        dropout: randomStream(13, "dropout"),
      };
      const parts = { optimizer, epochs: 2, randomFor: (purpose: keyof typeof streams) => streams[purpose] };
      using trainer = createPlanTrainer(model);
      const { weights: half, optimizerState } = await trainer.train(weights, samples, options(parts));
      const resumed = await trainer.train(half, samples, options({ ...parts, optimizerState }));
      expect(digest(resumed.weights)).toBe(digest(undisturbed.weights));
      expect(resumed.optimizerState.numSteps).toBe(undisturbed.optimizerState.numSteps);
      expect(resumed.loss).toBe(undisturbed.loss);
    }
  });

  it("leaves what it is given as it was", async () => {
    const before = digest(weights);
    const indices = Uint32Array.from([3, 1, 2]);
    await train({ indices, optimizer: { name: "adam" } });
    expect(digest(weights)).toBe(before);
    expect([...indices]).toEqual([3, 1, 2]);
  });

  it("does not move frozen layers, whatever the optimizer", async () => {
    const frozen = resolveModel({
      inputShape: [8, 8, 1],
      layers: [{ ...conv, trainable: false, name: "frozen" }, ...layers.slice(1)] as LayerSpec[],
    });
    using trainer = createPlanTrainer(frozen);
    const optimizer = { name: "adam", weightDecay: 0.1 } as const;
    const { weights: after } = await trainer.train(weights, samples, options({ optimizer, proximalMu: 1 }));
    // Kernel and bias of the convolution are the first 30.
    expect([...after.subarray(0, 30)]).toEqual([...weights.subarray(0, 30)]);
    expect([...partOf(after, "last/kernel")]).not.toEqual([...partOf(weights, "last/kernel")]);
  });

  it("comes to an end with values that are no numbers", async () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1e38]) {
      const features = new Float32Array(50 * 64).fill(value);
      const { loss, accuracy } = await train({}, { ...samples, features });
      expect(typeof loss).toBe("number");
      expect(accuracy).toBeLessThanOrEqual(1);
    }
  });

  it("stops when the signal is aborted, before training and within an epoch", async () => {
    const reason = new Error("enough");
    await expect(train({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    let epochs = 0;
    setTimeout(() => controller.abort(reason), 0);
    const onEpochEnd = () => {
      epochs += 1;
    };
    const endless = train({ epochs: 1e6, signal: controller.signal, onEpochEnd });
    await expect(endless).rejects.toBe(reason);
    expect(epochs).toBeLessThan(1e6);
    using trainer = createPlanTrainer(model);
    const signal = AbortSignal.abort(reason);
    await expect(trainer.predict(weights, samples, { signal })).rejects.toBe(reason);
  });

  it("refuses a second call while one is at work, since they share its memory", async () => {
    using trainer = createPlanTrainer(model);
    const controller = new AbortController();
    const endless = trainer.train(weights, samples, options({ epochs: 1e6, signal: controller.signal }));
    const busy = "trainer: expected one call at a time";
    await expect(trainer.predict(weights, samples)).rejects.toThrow(busy);
    await expect(trainer.train(weights, samples, options())).rejects.toThrow(busy);
    controller.abort();
    await expect(endless).rejects.toThrow();
    await expect(trainer.predict(weights, samples)).resolves.toBeDefined();
  });
});
