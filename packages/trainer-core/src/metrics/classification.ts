import { auroc } from "./auroc.js";

/** Counts of a two-class decision; class 1 is positive. */
export interface ConfusionCounts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
}

/** Predictions for samples whose classes are known. */
export interface Predictions {
  /** Probability of each class, sample after sample: numSamples x numClasses. */
  readonly probabilities: Float32Array;
  readonly labels: Uint8Array;
  readonly numClasses: number;
}

/**
 * Mean cross entropy (nats), accuracy (largest probability), and for two classes precision, recall and F1 of the
 * positive class at probability 0.5, and AUROC. A ratio without cases is NaN, as scikit-learn's `zero_division=nan`.
 */
export function classificationMetrics(predictions: Predictions): Record<string, number> {
  const { probabilities, labels, numClasses } = predictions;
  const metrics = { loss: crossEntropy(predictions), accuracy: accuracy(predictions) };
  if (numClasses !== 2) return metrics;
  const scores = Float32Array.from(labels, (_, sample) => probabilities[2 * sample + 1] as number);
  const counts = confusionCounts(scores, labels);
  const { truePositives, falsePositives, falseNegatives } = counts;
  return {
    ...metrics,
    precision: truePositives / (truePositives + falsePositives),
    recall: truePositives / (truePositives + falseNegatives),
    f1: (2 * truePositives) / (2 * truePositives + falsePositives + falseNegatives),
    auroc: auroc(scores, labels),
  };
}

/** Counts decisions at a threshold on the score of the positive class; a score equal to it counts as positive. */
export function confusionCounts(scores: Float32Array, labels: Uint8Array, threshold = 0.5): ConfusionCounts {
  const counts = { truePositives: 0, falsePositives: 0, trueNegatives: 0, falseNegatives: 0 };
  for (let sample = 0; sample < labels.length; sample += 1) {
    const positive = (scores[sample] as number) >= threshold;
    if (labels[sample] === 1) counts[positive ? "truePositives" : "falseNegatives"] += 1;
    else counts[positive ? "falsePositives" : "trueNegatives"] += 1;
  }
  return counts;
}

function accuracy({ probabilities, labels, numClasses }: Predictions): number {
  let correct = 0;
  for (let sample = 0; sample < labels.length; sample += 1) {
    const start = sample * numClasses;
    let best = 0;
    for (let label = 1; label < numClasses; label += 1) {
      if ((probabilities[start + label] as number) > (probabilities[start + best] as number)) best = label;
    }
    if (best === labels[sample]) correct += 1;
  }
  return correct / labels.length;
}

/** Least probability whose logarithm is taken: one wrong sample of probability 0 must not make the mean infinite. */
const FLOOR = 1e-7;

function crossEntropy({ probabilities, labels, numClasses }: Predictions): number {
  let sum = 0;
  for (let sample = 0; sample < labels.length; sample += 1) {
    const probability = probabilities[sample * numClasses + (labels[sample] as number)] as number;
    // Math.max would turn NaN into NaN too; a comparison would hide it.
    sum -= Math.log(Math.max(probability, FLOOR));
  }
  return sum / labels.length;
}
