import type { RandomStream } from "@fedloom/fl-strategy";
import * as tf from "@tensorflow/tfjs-core";
import type { Samples } from "../data/dataset.js";
import type { Backend } from "../engine/open-backend.js";
import type { ResolvedModel } from "../models/resolve-model.js";
import { mix32 } from "../plan/dropout.js";
import { numMoments } from "../plan/optimizer-step.js";
import { requireTraining } from "../plan/require-training.js";
import { type Batch, batches } from "../training/batches.js";
import { indicesOf, requireSamples } from "../training/check-samples.js";
import { classPrior } from "../training/class-prior.js";
import type {
  EpochResult,
  LocalResult,
  LocalTrainer,
  LocalTrainOptions,
  PredictOptions,
} from "../training/local-trainer.js";
import { openTurns } from "../training/next-turn.js";
import type { OptimizerSpec } from "../training/optimizer-spec.js";
import { addTerms, type GradientTerms, openGradientTerms } from "./gradient-terms.js";
import { lossOf, numRight, predictionsOf } from "./losses.js";
import type { Network } from "./network.js";
import { type Optimizer, openOptimizer } from "./optimizer.js";
import { readTensors, writeVariables } from "./variables.js";

export interface TfjsTrainerOptions {
  readonly network: Network;
  readonly backend: Backend;
  /** The engine and how it is used, for people. */
  readonly engine: string;
}

/** What one call of `train` works with. */
interface Training extends Disposable {
  readonly optimizer: Optimizer;
  readonly terms: GradientTerms | undefined;
  readonly prior: tf.Tensor1D | undefined;
  /** What every epoch's shuffling begins with. */
  readonly first: Uint32Array;
  readonly streams: Record<"shuffle" | "augment" | "dropout", RandomStream>;
  /** Optimizer steps of earlier calls and this one. */
  numSteps: number;
}

/** Samples at once when nothing is learned from them. */
const PREDICTION_BATCH = 256;
/** Batches whose losses are fetched at once: each time waits for a graphics card to finish. */
const BATCHES_A_READ = 32;

/** Trains a network by TensorFlow.js: its operations and gradients, with Fedloom's own optimizers. */
export function createTfjsTrainer({ network, backend, engine }: TfjsTrainerOptions): LocalTrainer {
  const { layout, loss, numOutputs, inputShape, variables } = network;
  const trainable = variables.filter((_, i) => network.isTrainable[i]);

  function inputOf({ features, size }: Batch): tf.Tensor {
    return tf.tensor(features, [size, ...inputShape]);
  }

  /** One optimizer step; the batch's mean loss and number of right answers before it, [2]. */
  function step(batch: Batch, training: Training, { learningRate, dropoutKey }: StepOptions): tf.Tensor1D {
    const { optimizer, terms, prior } = training;
    return tf.tidy(() => {
      const x = inputOf(batch);
      const seen: tf.Tensor[] = [];
      const { grads } = tf.variableGrads(() => {
        const outputs = network.run(x, { training: true, dropoutKey });
        const mean = lossOf(loss, outputs, batch, prior);
        seen.push(tf.keep(mean), tf.keep(tf.tidy(() => numRight(loss, outputs, batch))));
        return network.penalty ? tf.add(mean, network.penalty()) : mean;
      }, trainable);
      const gradients = variables.map(({ name }) => grads[name]);
      optimizer.step(terms ? addTerms(gradients, variables, terms) : gradients, learningRate);
      const result = tf.stack(seen) as tf.Tensor1D;
      tf.dispose(seen);
      return result;
    });
  }

  async function trainEpoch(training: Training, samples: Samples, options: EpochOptions) {
    const { batchSize, augment, signal, learningRate } = options;
    const { first, streams } = training;
    const order = streams.shuffle.shuffle(first.slice());
    const epochKey = streams.dropout.integer(2 ** 32);
    const totals = openTotals();
    const takeTurns = openTurns();
    const variation = augment && { options: augment, random: streams.augment };
    const all = batches(samples, {
      order,
      batchSize,
      sampleShape: inputShape,
      numTargets: numTargetsOf(network),
      ...(variation ? { variation } : {}),
    });
    try {
      for (const batch of all) {
        await takeTurns();
        signal.throwIfAborted();
        backend.use();
        training.numSteps += 1;
        const dropoutKey = mix32(epochKey, training.numSteps);
        await totals.add(step(batch, training, { learningRate, dropoutKey }), batch.size);
      }
      return await totals.means();
    } finally {
      totals[Symbol.dispose]();
    }
  }

  function openTraining(weights: Float32Array, samples: Samples, options: LocalTrainOptions): Training {
    const { indices, balancedSoftmax, optimizerState: state, randomFor } = options;
    const spec = specOf(options);
    writeVariables(variables, weights, layout);
    const optimizer = openOptimizer({ optimizer: spec, variables, layout, ...(state ? { state } : {}) });
    const terms = openGradientTerms(weights, layout, options);
    const prior = balancedSoftmax ? tf.tensor1d(classPrior(samples.labels, numOutputs, indices)) : undefined;
    return {
      optimizer,
      terms,
      prior,
      first: indicesOf(samples, indices),
      numSteps: state?.numSteps ?? 0,
      streams: {
        shuffle: randomFor("shuffle"),
        augment: randomFor("augment"),
        dropout: randomFor("dropout"),
      },
      [Symbol.dispose]() {
        optimizer[Symbol.dispose]();
        terms?.[Symbol.dispose]();
        prior?.dispose();
      },
    };
  }

  return {
    engine,
    layout,
    loss,
    numOutputs,
    initialWeights: (seed) => network.initialWeights(seed),

    async train(weights, samples, options): Promise<LocalResult> {
      const { epochs, learningRateAt = () => 1 } = options;
      requireTraining(asModel(network), { weights, samples, options }, numMoments(specOf(options)));
      options.signal.throwIfAborted();
      backend.use();
      using training = openTraining(weights, samples, options);
      const numSamples = training.first.length;
      let last: EpochResult = { epoch: 0, learningRate: 0, loss: Number.NaN, accuracy: Number.NaN };
      for (let epoch = 1; epoch <= epochs; epoch += 1) {
        const learningRate = options.learningRate * learningRateAt(epoch);
        const means = await trainEpoch(training, samples, { ...options, learningRate });
        last = { epoch, learningRate, ...means };
        options.onEpochEnd?.(last);
      }
      backend.use();
      return {
        weights: await readTensors(variables, layout, options.into),
        numSamples,
        numSteps: epochs * Math.ceil(numSamples / options.batchSize),
        loss: last.loss,
        accuracy: last.accuracy,
        optimizerState: await training.optimizer.state(options.keepOptimizerState ?? true),
      };
    },

    async predict(weights, samples, { indices, signal }: PredictOptions = {}): Promise<Float32Array> {
      requireSamples(samples, network, indices);
      backend.use();
      writeVariables(variables, weights, layout);
      const order = indicesOf(samples, indices);
      const predictions = new Float32Array(order.length * numOutputs);
      const takeTurns = openTurns();
      const pass = { training: false, dropoutKey: 0 };
      const options = { order, batchSize: PREDICTION_BATCH, sampleShape: inputShape, numTargets: 0 };
      let numDone = 0;
      for (const batch of batches(samples, options)) {
        await takeTurns();
        signal?.throwIfAborted();
        backend.use();
        const values = tf.tidy(() => predictionsOf(loss, network.run(inputOf(batch), pass)));
        predictions.set(await values.data(), numDone * numOutputs);
        values.dispose();
        numDone += batch.size;
      }
      return predictions;
    },

    [Symbol.dispose]: () => network[Symbol.dispose](),
  };
}

interface StepOptions {
  readonly learningRate: number;
  readonly dropoutKey: number;
}

type EpochOptions = Pick<LocalTrainOptions, "batchSize" | "augment" | "signal" | "learningRate">;

/** A correction is made for the steps of plain SGD. */
function specOf({ gradientCorrection, optimizer }: LocalTrainOptions): OptimizerSpec {
  return (gradientCorrection ? undefined : optimizer) ?? { name: "sgd" };
}

/** A network as far as checks look at it: they ask for sizes, not for layers. */
function asModel({ inputShape, numOutputs, loss, layout }: Network): ResolvedModel {
  return { inputShape, outputShape: [numOutputs], numOutputs, loss, layout, layers: [], weights: [] };
}

function numTargetsOf({ loss, numOutputs }: Network): number {
  return loss === "softmaxCrossEntropy" ? 0 : numOutputs;
}

/** Sums of losses and right answers, fetched now and then. */
function openTotals() {
  let pending: { readonly values: tf.Tensor1D; readonly size: number }[] = [];
  const sums = { loss: 0, right: 0, size: 0 };
  const clear = () => {
    for (const { values } of pending) values.dispose();
    pending = [];
  };
  const fetch = async () => {
    const fetched = await Promise.all(pending.map(({ values }) => values.data()));
    for (const [i, [loss = Number.NaN, right = Number.NaN]] of fetched.entries()) {
      const size = pending[i]?.size ?? 0;
      sums.loss += loss * size;
      sums.right += right;
      sums.size += size;
    }
    clear();
  };
  return {
    async add(values: tf.Tensor1D, size: number): Promise<void> {
      pending.push({ values, size });
      if (pending.length >= BATCHES_A_READ) await fetch();
    },
    async means() {
      await fetch();
      return { loss: sums.loss / sums.size, accuracy: sums.right / sums.size };
    },
    [Symbol.dispose]: clear,
  };
}
