import { type RandomStream, randomStream } from "@fedloom/fl-strategy";
import { describe, expect, it } from "vitest";
import type { FeatureFile, Samples } from "../data/dataset.js";
import type { ModelSpec } from "../models/model-spec.js";
import type { LocalTrainer, LocalTrainOptions } from "./local-trainer.js";

const SIZE = 6;

/** Stripes across in class 1 and down in class 0, under noise; values are 255ths. */
function stripes(numSamples: number, seed: number): Samples & { readonly features: Float32Array } {
  const random = randomStream(seed, "stripes");
  const labels = Uint8Array.from({ length: numSamples }, (_, i) => i % 2);
  const features = Float32Array.from({ length: numSamples * SIZE * SIZE }, (_, i) => {
    const [row, column] = [Math.floor((i % (SIZE * SIZE)) / SIZE), i % SIZE];
    const line = labels[Math.floor(i / (SIZE * SIZE))] === 1 ? row : column;
    return (100 * (line % 2) + random.integer(120)) / 255;
  });
  return { numSamples, features, labels };
}

const spec: ModelSpec = {
  inputShape: [SIZE, SIZE, 1],
  layers: [
    { type: "conv2d", filters: 4, kernelSize: 3, activation: "relu" },
    { type: "batchNormalization" },
    { type: "flatten" },
    { type: "dropout", rate: 0.2 },
    { type: "dense", units: 2 },
  ],
};

const linear: ModelSpec = {
  inputShape: [SIZE, SIZE, 1],
  layers: [{ type: "flatten" }, { type: "dense", units: 2, name: "logits" }],
};

const samples = stripes(96, 1);
const test = stripes(64, 2);

function settings(changes: Partial<LocalTrainOptions> = {}): LocalTrainOptions {
  const { signal } = new AbortController();
  const randomFor = (purpose: string) => randomStream(5, purpose);
  return { epochs: 1, batchSize: 16, learningRate: 0.1, randomFor, signal, ...changes };
}

function accuracy(probabilities: Float32Array, { labels }: Samples): number {
  const right = labels.filter((label, i) => {
    return (probabilities[2 * i + label] as number) > (probabilities[2 * i + 1 - label] as number);
  });
  return right.length / labels.length;
}

function distance(a: Float32Array, b: Float32Array): number {
  return Math.hypot(...a.map((value, i) => value - (b[i] as number)));
}

/** What every implementation of LocalTrainer must do. `open` makes a trainer for a model. */
export function describeLocalTrainer(name: string, open: (spec: ModelSpec) => Promise<LocalTrainer>): void {
  describe(`${name}, as a local trainer`, () => {
    it("tells its layout, outputs and loss", async () => {
      using trainer = await open(spec);
      expect(trainer.layout.tensors.map(({ name, role }) => `${name} ${role}`)).toEqual([
        "conv2d_1/kernel trainable",
        "conv2d_1/bias trainable",
        "batchNormalization_1/gamma trainable",
        "batchNormalization_1/beta trainable",
        "batchNormalization_1/moving_mean statistic",
        "batchNormalization_1/moving_variance statistic",
        "dense_1/kernel trainable",
        "dense_1/bias trainable",
      ]);
      expect([trainer.numOutputs, trainer.loss]).toEqual([2, "softmaxCrossEntropy"]);
      expect(trainer.engine).not.toBe("");
    });

    it("puts the trained weights where it is told to", async () => {
      using trainer = await open(linear);
      const weights = trainer.initialWeights(1);
      const into = new Float32Array(new SharedArrayBuffer(weights.byteLength));
      const trained = await trainer.train(weights, samples, settings({ into }));
      expect(trained.weights).toBe(into);
      expect([...into]).toEqual([...(await trainer.train(weights, samples, settings())).weights]);
    });

    it("begins with the same weights for the same seed and others for another", async () => {
      using trainer = await open(spec);
      expect(trainer.initialWeights(0)).toEqual(trainer.initialWeights(0));
      expect(distance(trainer.initialWeights(1), trainer.initialWeights(2))).toBeGreaterThan(0.1);
    });

    it("learns, leaves alone what it was given, and does the same again bit for bit", async () => {
      using trainer = await open(spec);
      const weights = trainer.initialWeights(1);
      const kept = weights.slice();
      const epochs: number[] = [];
      const first = await trainer.train(
        weights,
        samples,
        settings({ epochs: 6, onEpochEnd: ({ epoch }) => epochs.push(epoch) }),
      );
      expect(weights).toEqual(kept);
      expect(epochs).toEqual([1, 2, 3, 4, 5, 6]);
      expect([first.numSamples, first.numSteps]).toEqual([96, 36]);
      expect(first.loss).toBeLessThan(0.4);
      expect(first.accuracy).toBeGreaterThan(0.85);
      expect(accuracy(await trainer.predict(first.weights, test), test)).toBeGreaterThan(0.9);
      await trainer.train(trainer.initialWeights(2), samples, settings());
      const again = await trainer.train(weights, samples, settings({ epochs: 6 }));
      expect(again.weights).toEqual(first.weights);
      expect([again.loss, again.accuracy]).toEqual([first.loss, first.accuracy]);
    });

    it("takes bytes and files of bytes as 255ths", async () => {
      using trainer = await open(linear);
      const weights = trainer.initialWeights(1);
      const bytes = Uint8Array.from(samples.features, (value) => Math.round(255 * value));
      const rowBytes = SIZE * SIZE;
      const file: FeatureFile = {
        path: "memory",
        rowBytes,
        read: (row, into) => into.set(bytes.subarray(row * rowBytes, (row + 1) * rowBytes)),
      };
      const train = (features: Samples["features"]) =>
        trainer.train(weights, { ...samples, features }, settings());
      const floats = await train(samples.features);
      const [fromBytes, fromFile] = [await train(bytes), await train(file)];
      expect(distance(fromBytes.weights, floats.weights)).toBeLessThan(1e-5);
      expect(fromFile.weights).toEqual(fromBytes.weights);
    });

    it("trains and predicts on chosen samples only", async () => {
      using trainer = await open(linear);
      const weights = trainer.initialWeights(1);
      const indices = Uint32Array.of(7, 3, 90, 12, 5);
      const pick = ({ features, labels }: Samples & { features: Float32Array }): Samples => ({
        numSamples: indices.length,
        features: Float32Array.from([...indices].flatMap((i) => [...features.subarray(36 * i, 36 * i + 36)])),
        labels: Uint8Array.from(indices, (i) => labels[i] as number),
      });
      const [chosen, picked] = [
        await trainer.train(weights, samples, settings({ indices, batchSize: 2, epochs: 2 })),
        await trainer.train(weights, pick(samples), settings({ batchSize: 2, epochs: 2 })),
      ];
      expect(chosen.weights).toEqual(picked.weights);
      expect([chosen.numSamples, chosen.numSteps]).toEqual([5, 6]);
      expect(await trainer.predict(weights, samples, { indices })).toEqual(
        await trainer.predict(weights, pick(samples)),
      );
    });

    it("predicts probabilities that do not depend on what stands beside a sample", async () => {
      using trainer = await open(spec);
      const weights = trainer.initialWeights(1);
      const all = await trainer.predict(weights, test);
      expect(all).toHaveLength(2 * test.numSamples);
      for (let i = 0; i < all.length; i += 2) expect((all[i] ?? 0) + (all[i + 1] ?? 0)).toBeCloseTo(1, 5);
      const one = await trainer.predict(weights, test, { indices: Uint32Array.of(9) });
      expect(distance(one, all.slice(18, 20))).toBeLessThan(1e-6);
    });

    it("goes on from an optimizer's state as if it had never stopped", async () => {
      using trainer = await open(spec);
      const weights = trainer.initialWeights(1);
      for (const optimizer of [{ name: "adam" }, { name: "sgd", momentum: 0.9 }, { name: "sgd" }] as const) {
        const common = { optimizer, learningRate: 0.01 };
        const whole = await trainer.train(weights, samples, settings({ ...common, epochs: 4 }));
        // The random streams go on too.
        const streams = new Map<string, RandomStream>();
        const randomFor = (purpose: string) => {
          const stream = streams.get(purpose) ?? randomStream(5, purpose);
          streams.set(purpose, stream);
          return stream;
        };
        const half = await trainer.train(weights, samples, settings({ ...common, epochs: 2, randomFor }));
        const { optimizerState } = half;
        expect(optimizerState.numSteps).toBe(12);
        const rest = await trainer.train(
          half.weights,
          samples,
          settings({ ...common, epochs: 2, randomFor, optimizerState }),
        );
        expect(rest.weights).toEqual(whole.weights);
        expect(rest.optimizerState).toEqual(whole.optimizerState);
      }
    });

    it("leaves the moments out where nobody wants them", async () => {
      using trainer = await open(linear);
      const weights = trainer.initialWeights(1);
      const adam = { optimizer: { name: "adam" } as const, learningRate: 0.01 };
      const kept = await trainer.train(weights, samples, settings(adam));
      const left = await trainer.train(weights, samples, settings({ ...adam, keepOptimizerState: false }));
      expect(left.weights).toEqual(kept.weights);
      expect(left.optimizerState).toEqual({ numSteps: kept.optimizerState.numSteps, moments: [] });
      expect(kept.optimizerState.moments).toHaveLength(2);
    });

    it("multiplies the learning rate by the factor of the epoch", async () => {
      using trainer = await open(linear);
      const weights = trainer.initialWeights(1);
      const rates: number[] = [];
      const options = settings({
        epochs: 3,
        learningRateAt: (epoch) => (epoch === 1 ? 1 : 0),
        onEpochEnd: ({ learningRate }) => rates.push(learningRate),
      });
      const scheduled = await trainer.train(weights, samples, options);
      expect(rates).toEqual([0.1, 0, 0]);
      expect(scheduled.weights).toEqual((await trainer.train(weights, samples, settings())).weights);
    });

    it("stays near the start with a proximal term, and reports the loss without it", async () => {
      using trainer = await open(linear);
      const weights = trainer.initialWeights(1);
      const free = await trainer.train(weights, samples, settings({ epochs: 3 }));
      const held = await trainer.train(weights, samples, settings({ epochs: 3, proximalMu: 8 }));
      expect(distance(held.weights, weights)).toBeLessThan(distance(free.weights, weights) / 2);
      expect(held.loss).toBeLessThan(2);
      const none = await trainer.train(weights, samples, settings({ epochs: 3, proximalMu: 0 }));
      expect(none.weights).toEqual(free.weights);
    });

    it("adds a correction to every gradient of plain SGD steps, whatever the optimizer", async () => {
      using trainer = await open(linear);
      const weights = trainer.initialWeights(1);
      const train = (correction: number) =>
        trainer.train(
          weights,
          samples,
          settings({
            batchSize: 96,
            optimizer: { name: "adam" },
            gradientCorrection: new Float32Array(weights.length).fill(correction),
          }),
        );
      const [plain, corrected] = [await train(0), await train(0.5)];
      expect(plain.weights).toEqual(
        (await trainer.train(weights, samples, settings({ batchSize: 96 }))).weights,
      );
      // One step of w - eta (g + c) differs by eta c everywhere.
      for (const [i, value] of corrected.weights.entries()) {
        expect((plain.weights[i] as number) - value).toBeCloseTo(0.05, 6);
      }
    });

    it("learns nothing from which class is common when the classes are balanced", async () => {
      using trainer = await open(linear);
      const weights = new Float32Array(trainer.layout.size);
      const blank: Samples = {
        numSamples: 100,
        features: new Float32Array(100 * SIZE * SIZE),
        labels: Uint8Array.from({ length: 100 }, (_, i) => Number(i < 80)),
      };
      const options = { epochs: 20, batchSize: 100, learningRate: 1 };
      const [, common] = await trainer.predict(
        (await trainer.train(weights, blank, settings(options))).weights,
        blank,
      );
      expect(common).toBeCloseTo(0.8, 1);
      const balanced = settings({ ...options, balancedSoftmax: true });
      const [, even] = await trainer.predict((await trainer.train(weights, blank, balanced)).weights, blank);
      expect(even).toBeCloseTo(0.5, 1);
    });

    it("varies images anew in every epoch, by a stream of its own", async () => {
      using trainer = await open(linear);
      const weights = trainer.initialWeights(1);
      const plain = await trainer.train(weights, samples, settings());
      const varied = await trainer.train(weights, samples, settings({ augment: { maxShift: 2 } }));
      expect(distance(varied.weights, plain.weights)).toBeGreaterThan(1e-3);
      const none = await trainer.train(weights, samples, settings({ augment: {} }));
      expect(none.weights).toEqual(plain.weights);
    });

    it("keeps frozen layers as they are, the moments of a batch norm too", async () => {
      const layers = spec.layers.map((layer) => {
        return layer.type === "conv2d" || layer.type === "batchNormalization"
          ? { ...layer, trainable: false }
          : layer;
      });
      using trainer = await open({ ...spec, layers });
      const weights = trainer.initialWeights(1);
      const trained = await trainer.train(weights, samples, settings({ optimizer: { name: "adam" } }));
      for (const { name, offset, size } of trainer.layout.tensors) {
        const [before, after] = [weights, trained.weights].map((all) => all.slice(offset, offset + size));
        const moved = distance(before as Float32Array, after as Float32Array);
        if (name.startsWith("dense")) expect(moved).toBeGreaterThan(0);
        else expect(moved).toBe(0);
      }
    });

    it("predicts numbers and several labels at once", async () => {
      const targets = Float32Array.from(samples.labels, (label) => 3 * label - 1);
      using regression = await open({
        inputShape: [SIZE, SIZE, 1],
        layers: [{ type: "flatten" }, { type: "dense", units: 1 }],
        loss: "meanSquaredError",
      });
      const fitted = await regression.train(
        regression.initialWeights(1),
        { ...samples, targets },
        settings({ epochs: 30, learningRate: 0.02 }),
      );
      expect(fitted.loss).toBeLessThan(1);
      expect(fitted.accuracy).toBeNaN();
      using labels = await open({ ...linear, loss: "sigmoidCrossEntropy" });
      const both = Float32Array.from([...samples.labels].flatMap((label) => [label, 1 - label]));
      const learned = await labels.train(
        labels.initialWeights(1),
        { ...samples, targets: both },
        settings({ epochs: 20 }),
      );
      expect(learned.accuracy).toBeGreaterThan(0.85);
      const probabilities = await labels.predict(learned.weights, test);
      expect(
        accuracy(
          probabilities.map((value) => 1 - value),
          test,
        ),
      ).toBeGreaterThan(0.85);
    });

    it("stops within a batch when it is told to, and rejects with the reason", async () => {
      using trainer = await open(linear);
      const stop = new AbortController();
      const training = trainer.train(
        trainer.initialWeights(1),
        samples,
        settings({
          epochs: 100_000,
          signal: stop.signal,
          onEpochEnd: ({ epoch }) => epoch === 2 && stop.abort(new Error("enough")),
        }),
      );
      await expect(training).rejects.toThrow("enough");
      const { signal } = stop;
      const weights = trainer.initialWeights(1);
      await expect(trainer.train(weights, samples, settings({ signal }))).rejects.toThrow("enough");
      await expect(trainer.predict(weights, samples, { signal })).rejects.toThrow("enough");
      // It works on as if nothing had been.
      await trainer.train(weights, samples, settings());
    });

    it("lets timers run while it trains", async () => {
      using trainer = await open(spec);
      const stop = new AbortController();
      setTimeout(() => stop.abort(new Error("the timer's")), 20);
      const endless = settings({ epochs: 1_000_000, signal: stop.signal });
      await expect(trainer.train(trainer.initialWeights(1), samples, endless)).rejects.toThrow("timer");
    });

    it("refuses what does not fit, and names it", async () => {
      using trainer = await open(linear);
      const weights = trainer.initialWeights(1);
      const refusal = (changes: Partial<LocalTrainOptions>, other: Partial<Samples> = {}) =>
        trainer.train(weights, { ...samples, ...other }, settings(changes)).catch(String);
      expect(await refusal({ batchSize: 0 })).toContain("batchSize: expected an integer >= 1, got 0");
      expect(await refusal({ epochs: 1.5 })).toContain("epochs: expected an integer >= 1, got 1.5");
      expect(await refusal({ learningRate: Number.NaN })).toContain("learningRate: expected");
      expect(await refusal({ gradientCorrection: new Float32Array(3) })).toContain(
        "gradientCorrection: expected 74 elements, got 3",
      );
      expect(await refusal({ indices: Uint32Array.of(96) })).toContain("indices: expected less than 96");
      expect(await refusal({}, { labels: new Uint8Array(96).fill(2) })).toContain(
        "labels[0]: expected less than the 2 outputs, got 2",
      );
      expect(await refusal({}, { features: new Float32Array(5) })).toContain(
        "features: expected 3456, got 5",
      );
      const moments = [new Float32Array(74)];
      expect(
        await refusal({ optimizer: { name: "adam" }, optimizerState: { numSteps: 1, moments } }),
      ).toContain("optimizerState: expected 2 moments, got 1");
      expect(await trainer.train(new Float32Array(5), samples, settings()).catch(String)).toContain(
        "weights: expected 74 elements, got 5",
      );
    });
  });
}
