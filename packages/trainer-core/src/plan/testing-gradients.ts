import { randomStream } from "@fedloom/fl-strategy";
import type { Samples } from "../data/dataset.js";
import type { ModelSpec } from "../models/model-spec.js";
import { type ResolvedModel, resolveModel } from "../models/resolve-model.js";
import type { LocalTrainer, LocalTrainOptions } from "../training/local-trainer.js";

/** Random values for a model, labels and targets included. */
export function randomSamples({ inputShape, numOutputs, loss }: ResolvedModel, numSamples: number): Samples {
  const random = randomStream(11, "samples");
  const size = inputShape.reduce((product, length) => product * length, 1);
  const features = Float32Array.from({ length: numSamples * size }, () => random.normal());
  const labels = Uint8Array.from({ length: numSamples }, () => random.integer(numOutputs));
  if (loss === "softmaxCrossEntropy") return { numSamples, features, labels };
  const targets = Float32Array.from({ length: numSamples * numOutputs }, () => random.uniform());
  return { numSamples, features, labels, targets };
}

/** Weights without zeros and ones, so that biases and factors take part; variances stay positive. */
export function randomWeights(model: ResolvedModel): Float32Array {
  const random = randomStream(12, "weights");
  const weights = new Float32Array(model.layout.size);
  for (const [i, { name, fanIn }] of model.weights.entries()) {
    const { offset, size } = model.layout.tensors[i] as { offset: number; size: number };
    const isPositive = name.endsWith("moving_variance") || name.endsWith("gamma");
    for (let j = offset; j < offset + size; j += 1) {
      weights[j] = isPositive ? 0.5 + random.uniform() : random.normal() / Math.sqrt(Math.max(fanIn, 4));
    }
  }
  return weights;
}

/** One epoch of one batch by plain SGD, with streams that are always the same. */
export function oneStep(numSamples: number, learningRate: number): LocalTrainOptions {
  return {
    epochs: 1,
    batchSize: numSamples,
    learningRate,
    randomFor: (purpose) => randomStream(13, purpose),
    signal: new AbortController().signal,
  };
}

/** A trainer's gradient, as the difference that a step of length 1 makes. */
export async function gradientOf(
  trainer: LocalTrainer,
  weights: Float32Array,
  samples: Samples,
): Promise<Float32Array> {
  const after = await trainer.train(weights, samples, oneStep(samples.numSamples, 1));
  return weights.map((value, i) => value - (after.weights[i] as number));
}

/**
 * Half the widths of the finite differences: the first is best for float32 and smooth functions, the others reach over
 * no kink of relu or a maximum.
 */
const WIDTHS = [2 ** -8, 2 ** -10, 2 ** -12, 2 ** -14];

/** Difference, in parts of the gradient's largest element, that rounding explains. */
export const TOLERANCE = 2e-3;

/**
 * Largest difference between a trainer's gradient and finite differences of its loss, over all trained weights, in parts
 * of the gradient's largest element.
 */
export async function gradientError(
  open: (model: ResolvedModel) => LocalTrainer,
  spec: ModelSpec,
  numSamples = 3,
): Promise<{ error: number; largest: number }> {
  const model = resolveModel(spec);
  const samples = randomSamples(model, numSamples);
  const weights = randomWeights(model);
  using trainer = open(model);
  const gradient = await gradientOf(trainer, weights, samples);
  const lossAt = async (place: number, change: number) => {
    const moved = weights.slice();
    moved[place] = (moved[place] as number) + change;
    const { loss } = await trainer.train(moved, samples, oneStep(numSamples, 0));
    return loss;
  };
  const slopeAt = async (place: number, width: number) => {
    const near = (await lossAt(place, width)) - (await lossAt(place, -width));
    const far = (await lossAt(place, 2 * width)) - (await lossAt(place, -2 * width));
    // The next term of the series taken off.
    return (8 * near - far) / (12 * width);
  };
  let error = 0;
  const largest = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (const [i, { trainable }] of model.weights.entries()) {
    const { offset, size } = model.layout.tensors[i] as { offset: number; size: number };
    if (!trainable) continue;
    for (let place = offset; place < offset + size; place += 1) {
      const received = gradient[place] as number;
      let least = Number.POSITIVE_INFINITY;
      for (const width of WIDTHS) {
        least = Math.min(least, Math.abs((await slopeAt(place, width)) - received));
        if (least < TOLERANCE * largest) break;
      }
      error = Math.max(error, least);
    }
  }
  return { error: error / largest, largest };
}
