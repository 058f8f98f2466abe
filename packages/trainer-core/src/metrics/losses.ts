import type { Predictions } from "./predictions.js";
import { targetsOf } from "./predictions.js";

/** Least probability whose logarithm is taken: one wrong sample of probability 0 must not make the mean infinite. */
const FLOOR = 1e-7;

/** The loss summed over the samples, in nats for the cross entropies; each sample counts once, however many outputs. */
export function lossSum(predictions: Predictions): number {
  const { loss } = predictions;
  if (loss === "softmaxCrossEntropy") return crossEntropies(predictions).reduce((sum, each) => sum + each, 0);
  return sumOverOutputs(predictions, loss === "sigmoidCrossEntropy" ? binaryCrossEntropy : squaredError);
}

/** The softmax cross entropy of each sample, in nats. */
export function crossEntropies({ outputs, labels, numOutputs }: Predictions): Float64Array {
  return Float64Array.from(labels, (label, i) => -logOf(outputs[i * numOutputs + label] as number));
}

function sumOverOutputs(
  predictions: Predictions,
  lossOf: (output: number, target: number) => number,
): number {
  const { outputs, numOutputs } = predictions;
  const targets = targetsOf(predictions);
  let sum = 0;
  for (const [i, output] of outputs.entries()) sum += lossOf(output, targets[i] as number);
  return sum / numOutputs;
}

function binaryCrossEntropy(output: number, target: number): number {
  return -(target * logOf(output) + (1 - target) * logOf(1 - output));
}

function squaredError(output: number, target: number): number {
  return (output - target) ** 2;
}

function logOf(probability: number): number {
  // Math.max turns NaN into NaN; a comparison would hide it.
  return Math.log(Math.max(probability, FLOOR));
}
