import { portableExp, portableLog } from "@fedloom/fl-strategy";
import type { Samples } from "../data/dataset.js";
import { initialWeights } from "../models/initial-weights.js";
import type { ModelSpec } from "../models/model-spec.js";
import { resolveModel } from "../models/resolve-model.js";
import type { LocalTrainer, LocalTrainOptions } from "../training/local-trainer.js";
import { nextTurn } from "../training/next-turn.js";

/** Softmax regression by plain SGD, in few lines: for tests of those who only hand out work. One dense layer. */
export function createRegressionTrainer(model: ModelSpec): LocalTrainer {
  const resolved = resolveModel(model);
  const { layout, numOutputs } = resolved;
  const [size = 0] = resolved.inputShape;

  function logits(weights: Float32Array, { features }: Samples, sample: number): Float64Array {
    const x = (features as Float32Array).subarray(sample * size, (sample + 1) * size);
    const out = Float64Array.from(weights.subarray(size * numOutputs));
    for (const [i, value] of x.entries()) {
      for (let k = 0; k < numOutputs; k += 1) {
        out[k] = (out[k] as number) + value * (weights[i * numOutputs + k] as number);
      }
    }
    return out;
  }

  function probabilities(weights: Float32Array, samples: Samples, sample: number): Float64Array {
    const values = logits(weights, samples, sample).map(portableExp);
    const sum = values.reduce((total, value) => total + value, 0);
    return values.map((value) => value / sum);
  }

  function step(weights: Float32Array, samples: Samples, batch: Uint32Array, options: LocalTrainOptions) {
    const gradient = Float64Array.from(options.gradientCorrection ?? new Float32Array(layout.size));
    let [loss, correct] = [0, 0];
    for (const sample of batch) {
      const label = samples.labels[sample] as number;
      const p = probabilities(weights, samples, sample);
      loss -= portableLog(p[label] as number);
      if (Math.max(...p) === p[label]) correct += 1;
      for (let k = 0; k < numOutputs; k += 1) {
        const error = ((p[k] as number) - (k === label ? 1 : 0)) / batch.length;
        gradient[size * numOutputs + k] = (gradient[size * numOutputs + k] as number) + error;
        for (let i = 0; i < size; i += 1) {
          const at = i * numOutputs + k;
          gradient[at] =
            (gradient[at] as number) +
            error * ((samples.features as Float32Array)[sample * size + i] as number);
        }
      }
    }
    for (const [at, value] of gradient.entries()) {
      weights[at] = (weights[at] as number) - options.learningRate * value;
    }
    return { loss, correct };
  }

  return {
    engine: "plain",
    layout,
    loss: resolved.loss,
    numOutputs,
    initialWeights: (seed) => initialWeights(resolved, seed),

    async train(start, samples, options) {
      const { epochs, batchSize, learningRate, signal } = options;
      if (!(batchSize >= 1)) throw new Error(`batchSize: expected an integer >= 1, got ${batchSize}`);
      const weights = options.into ?? new Float32Array(layout.size);
      weights.set(start);
      const order = options.indices?.slice() ?? Uint32Array.from(samples.labels.keys());
      const random = options.randomFor("shuffle");
      let [numSteps, loss, accuracy] = [0, 0, 0];
      for (let epoch = 1; epoch <= epochs; epoch += 1) {
        random.shuffle(order);
        [loss, accuracy] = [0, 0];
        for (let at = 0; at < order.length; at += batchSize) {
          await nextTurn();
          signal.throwIfAborted();
          const stepped = step(weights, samples, order.subarray(at, at + batchSize), options);
          loss += stepped.loss / order.length;
          accuracy += stepped.correct / order.length;
          numSteps += 1;
        }
        options.onEpochEnd?.({ epoch, learningRate, loss, accuracy });
      }
      const optimizerState = { numSteps, moments: [] };
      return { weights, numSamples: order.length, numSteps, loss, accuracy, optimizerState };
    },

    async predict(weights, samples, { indices, signal } = {}) {
      await nextTurn();
      signal?.throwIfAborted();
      const chosen = indices ?? Uint32Array.from(samples.labels.keys());
      const outputs = new Float32Array(chosen.length * numOutputs);
      for (const [i, sample] of chosen.entries())
        outputs.set(probabilities(weights, samples, sample), i * numOutputs);
      return outputs;
    },

    [Symbol.dispose]() {},
  };
}
