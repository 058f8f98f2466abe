import * as tf from "@tensorflow/tfjs-core";
import type { Samples } from "../data/dataset.js";
import { classificationMetrics } from "../metrics/classification.js";
import type { ModelDefinition } from "../models/model.js";
import { type Batch, batches } from "./batches.js";
import { classPrior } from "./class-prior.js";
import { type GradientTerms, openGradientTerms } from "./gradient-terms.js";
import type { EpochResult, LocalTrainer, LocalTrainOptions } from "./local-trainer.js";
import { layoutOf, readWeights, writeWeights } from "./model-weights.js";

export interface LocalTrainerOptions {
  readonly model: ModelDefinition;
  readonly sampleShape: readonly [number, number, number];
  readonly numClasses: number;
}

interface Stepping {
  readonly optimizer: tf.Optimizer;
  readonly terms: GradientTerms | undefined;
}

/** Samples at once when nothing is learned from them; larger batches are no faster. */
const EVALUATION_BATCH = 256;

/** Builds a model on the engine that is open and makes it ready to train any client's samples. */
export function createLocalTrainer(options: LocalTrainerOptions): LocalTrainer {
  const { model: definition, sampleShape, numClasses } = options;
  const model = definition.build({ sampleShape, numClasses, seed: 0 });
  const layout = layoutOf(model);
  const variables = model.weights.map((weight) => weight.read() as tf.Variable);
  const trainable = model.trainableWeights.map((weight) => weight.read() as tf.Variable);

  function logitsOf({ images, size }: Batch, training: boolean): tf.Tensor2D {
    return model.apply(tf.tensor(images, [size, ...sampleShape]), { training }) as tf.Tensor2D;
  }

  /** One optimizer step; the batch's mean loss and number of right answers before it. */
  function step({ optimizer, terms }: Stepping, batch: Batch, prior: Float32Array) {
    return tf.tidy(() => {
      const labels = tf.tensor1d(batch.labels, "int32");
      const classes = tf.oneHot(labels, numClasses);
      let numCorrect = 0;
      const { value: loss, grads } = tf.variableGrads(() => {
        const logits = logitsOf(batch, true);
        numCorrect = tf.sum(tf.equal(tf.argMax(logits, 1), labels)).dataSync()[0] ?? 0;
        return tf.losses.softmaxCrossEntropy(classes, tf.add(logits, tf.tensor1d(prior))) as tf.Scalar;
      }, trainable);
      optimizer.applyGradients(terms ? terms.addTo(grads) : grads);
      return { loss: loss.dataSync()[0] ?? Number.NaN, numCorrect };
    });
  }

  async function trainEpoch(stepping: Stepping, samples: Samples, options: LocalTrainOptions) {
    const { batchSize, random, signal } = options;
    const prior = classPrior(samples.labels, numClasses);
    const variation = { random, maxShift: definition.maxShift };
    const totals = { loss: 0, numCorrect: 0, numSteps: 0 };
    for (const batch of batches(samples, { batchSize, sampleShape, variation })) {
      // Messages and timers get their turn between batches: a stop is heard within one.
      await nextTurn();
      signal.throwIfAborted();
      const { loss, numCorrect } = step(stepping, batch, prior);
      totals.loss += loss * batch.size;
      totals.numCorrect += numCorrect;
      totals.numSteps += 1;
    }
    const { numSamples } = samples;
    return {
      loss: totals.loss / numSamples,
      accuracy: totals.numCorrect / numSamples,
      numSteps: totals.numSteps,
    };
  }

  return {
    layout,

    initialWeights(seed) {
      const fresh = definition.build({ sampleShape, numClasses, seed });
      const weights = readWeights(
        fresh.weights.map((weight) => weight.read()),
        layout,
      );
      fresh.dispose();
      return weights;
    },

    async train(weights, samples, options) {
      writeWeights(variables, weights, layout);
      const { learningRate, gradientCorrection } = options;
      const optimizer = gradientCorrection
        ? tf.train.sgd(learningRate)
        : definition.createOptimizer(learningRate);
      const terms = openGradientTerms({ variables, trainable, layout }, weights, options);
      let numSteps = 0;
      let last: EpochResult = { epoch: 0, loss: Number.NaN, accuracy: Number.NaN };
      try {
        for (let epoch = 1; epoch <= options.epochs; epoch += 1) {
          const trained = await trainEpoch({ optimizer, terms }, samples, options);
          numSteps += trained.numSteps;
          last = { epoch, loss: trained.loss, accuracy: trained.accuracy };
          options.onEpochEnd?.(last);
        }
      } finally {
        optimizer.dispose();
        terms?.[Symbol.dispose]();
      }
      const { loss, accuracy } = last;
      const { numSamples } = samples;
      return { weights: readWeights(variables, layout), numSamples, numSteps, loss, accuracy };
    },

    async evaluate(weights, samples, signal) {
      writeWeights(variables, weights, layout);
      const probabilities = new Float32Array(samples.numSamples * numClasses);
      let numDone = 0;
      for (const batch of batches(samples, { batchSize: EVALUATION_BATCH, sampleShape })) {
        await nextTurn();
        signal?.throwIfAborted();
        const values = tf.tidy(() => tf.softmax(logitsOf(batch, false)).dataSync());
        probabilities.set(values, numDone * numClasses);
        numDone += batch.size;
      }
      return classificationMetrics({ probabilities, labels: samples.labels, numClasses });
    },

    [Symbol.dispose]: () => {
      model.dispose();
    },
  };
}

/** Lets everything that waits in the event loop run first. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
