import {
  binaryMetrics,
  confusionCounts,
  confusionMatrix,
  exactAuroc,
  multiclassMetrics,
  oneAgainstRest,
  perClassMetrics,
  sortedScores,
} from "@fedloom/fl-strategy";
import { meanOfDefined } from "./mean-of-defined.js";
import {
  isTwoClass,
  type Predictions,
  positiveScores,
  predictedClasses,
  twoClassLabels,
} from "./predictions.js";
import { rocPoints } from "./roc-points.js";

/** Counts of decisions among several classes: the row is the true class. */
export type ConfusionMatrix = ReturnType<typeof confusionMatrix>;

/** More classes than this, and the confusion matrix is more than a list of named numbers can show. */
const MAX_CONFUSION_CLASSES = 16;

/**
 * Metrics of one class of several: `accuracy`, `precision`, `recall`, `f1`, `auroc`, of class 1 where there are two
 * classes (at probability 0.5), else macro averages over the classes (AUROC of each class against the rest); then the
 * same of each class (`precision/class_2`), `confusion/<true>/<predicted>` for up to 16 classes, and the curve of two
 * (`rocPoints`). A ratio without cases is NaN, as scikit-learn's `zero_division=nan`.
 */
export function classificationMetrics(predictions: Predictions): Record<string, number> {
  const matrix = confusionOf(predictions);
  const aurocs = classAurocs(predictions);
  const auroc = isTwoClass(predictions) ? (aurocs[1] as number) : meanOfDefined(aurocs);
  return {
    ...confusionSummary(matrix),
    auroc,
    ...confusionDetails(matrix),
    ...named("auroc", aurocs),
    ...(isTwoClass(predictions) && rocPoints(positiveScores(predictions), twoClassLabels(predictions))),
  };
}

/** True against predicted classes. */
export function confusionOf(predictions: Predictions): ConfusionMatrix {
  const { labels, numOutputs } = predictions;
  if (!isTwoClass(predictions)) return confusionMatrix(predictedClasses(predictions), labels, numOutputs);
  return matrixOf(confusionCounts(positiveScores(predictions), twoClassLabels(predictions)));
}

/** The counts of two classes as a matrix. */
export function matrixOf(counts: ReturnType<typeof confusionCounts>): ConfusionMatrix {
  const { trueNegatives, falsePositives, falseNegatives, truePositives } = counts;
  return { numClasses: 2, counts: [trueNegatives, falsePositives, falseNegatives, truePositives] };
}

/** `accuracy`, `precision`, `recall` and `f1`: of class 1 of two, or macro averages. */
export function confusionSummary(matrix: ConfusionMatrix): Record<string, number> {
  const { accuracy, precision, recall, f1 } =
    matrix.numClasses === 2 ? binaryMetrics(oneAgainstRest(matrix, 1)) : multiclassMetrics(matrix);
  return { accuracy, precision, recall, f1 };
}

/** `precision/class_2` and the like, and `confusion/0/1`. */
export function confusionDetails(matrix: ConfusionMatrix): Record<string, number> {
  const { numClasses, counts } = matrix;
  const classes = perClassMetrics(matrix);
  const cells = numClasses > MAX_CONFUSION_CLASSES ? [] : counts;
  return {
    ...named(
      "precision",
      classes.map(({ precision }) => precision),
    ),
    ...named(
      "recall",
      classes.map(({ recall }) => recall),
    ),
    ...named(
      "f1",
      classes.map(({ f1 }) => f1),
    ),
    ...Object.fromEntries(
      cells.map((count, cell) => [`confusion/${Math.floor(cell / numClasses)}/${cell % numClasses}`, count]),
    ),
  };
}

/** Values by class, as `name/class_0`, `name/class_1` … */
export function named(name: string, values: readonly number[]): Record<string, number> {
  return Object.fromEntries(values.map((value, label) => [`${name}/class_${label}`, value]));
}

/** AUROC, exact; NaN without both classes, and for a model that has diverged: no order has a place for NaN. */
export function aurocOf(scores: Float32Array, isPositive: Uint8Array): number {
  return scores.some(Number.isNaN) ? Number.NaN : exactAuroc([sortedScores(scores, isPositive)]);
}

function classAurocs(predictions: Predictions): number[] {
  const { outputs, labels, numOutputs } = predictions;
  if (isTwoClass(predictions)) {
    // The other class's scores are these turned round, and so is every pair.
    const auroc = aurocOf(positiveScores(predictions), twoClassLabels(predictions));
    return [auroc, auroc];
  }
  return Array.from({ length: numOutputs }, (_, label) =>
    aurocOf(
      Float32Array.from(labels, (_, sample) => outputs[sample * numOutputs + label] as number),
      Uint8Array.from(labels, (actual) => (actual === label ? 1 : 0)),
    ),
  );
}
