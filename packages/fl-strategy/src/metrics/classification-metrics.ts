import { type ConfusionCounts, type ConfusionMatrix, oneAgainstRest } from "./confusion.js";

/** Ratios of a decision; one without cases is NaN, as scikit-learn's `zero_division=nan`. */
export interface ClassificationMetrics {
  readonly accuracy: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/**
 * How the classes' ratios become one: `macro` is their mean, over the classes for which there is a ratio; `micro` is
 * the ratio of the sums, which for one label per sample is the accuracy.
 */
export type Averaging = "macro" | "micro";

/** Accuracy, and precision, recall and F1 of the positive class. */
export function binaryMetrics(counts: ConfusionCounts): ClassificationMetrics {
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = counts;
  const wrong = falsePositives + falseNegatives;
  return {
    accuracy: (truePositives + trueNegatives) / (truePositives + trueNegatives + wrong),
    precision: truePositives / (truePositives + falsePositives),
    recall: truePositives / (truePositives + falseNegatives),
    f1: (2 * truePositives) / (2 * truePositives + wrong),
  };
}

/** Metrics of each class against the rest, by class. */
export function perClassMetrics(matrix: ConfusionMatrix): ClassificationMetrics[] {
  return Array.from({ length: matrix.numClasses }, (_, label) =>
    binaryMetrics(oneAgainstRest(matrix, label)),
  );
}

/** Accuracy over all samples, and precision, recall and F1 averaged over the classes; default `macro`. */
export function multiclassMetrics(
  matrix: ConfusionMatrix,
  averaging: Averaging = "macro",
): ClassificationMetrics {
  const accuracy = shareOnDiagonal(matrix);
  if (averaging === "micro") return { accuracy, precision: accuracy, recall: accuracy, f1: accuracy };
  const classes = perClassMetrics(matrix);
  return {
    accuracy,
    precision: meanOfDefined(classes.map(({ precision }) => precision)),
    recall: meanOfDefined(classes.map(({ recall }) => recall)),
    f1: meanOfDefined(classes.map(({ f1 }) => f1)),
  };
}

function shareOnDiagonal({ numClasses, counts }: ConfusionMatrix): number {
  let [right, total] = [0, 0];
  for (const [cell, count] of counts.entries()) {
    total += count;
    if (cell % (numClasses + 1) === 0) right += count;
  }
  return right / total;
}

function meanOfDefined(ratios: readonly number[]): number {
  const defined = ratios.filter((ratio) => !Number.isNaN(ratio));
  return defined.reduce((sum, ratio) => sum + ratio, 0) / defined.length;
}
