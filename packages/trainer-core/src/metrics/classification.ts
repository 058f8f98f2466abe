import { binaryMetrics, confusionCounts, exactAuroc, sortedScores } from "@fedloom/fl-strategy";

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
  const { precision, recall, f1 } = binaryMetrics(confusionCounts(scores, labels));
  // A model that has diverged scores NaN, which no order has a place for.
  const auroc = scores.some(Number.isNaN) ? Number.NaN : exactAuroc([sortedScores(scores, labels)]);
  return { ...metrics, precision, recall, f1, auroc };
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
