import { StrategyError } from "../errors.js";

/** Counts of a two-class decision; class 1 is positive. */
export interface ConfusionCounts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
}

/** Counts of decisions among several classes. */
export interface ConfusionMatrix {
  readonly numClasses: number;
  /** Row after row, numClasses x numClasses: the row is the true class, the column the predicted one. */
  readonly counts: readonly number[];
}

/** The order in which the counts of two classes are listed and checked. */
export const confusionFields = [
  "truePositives",
  "falsePositives",
  "trueNegatives",
  "falseNegatives",
] as const satisfies readonly (keyof ConfusionCounts)[];

/**
 * Counts decisions at a threshold on the score of the positive class; a score equal to it counts as positive.
 * @throws StrategyError `invalid_option` for another number of labels than scores, or a label that is not 0 or 1.
 */
export function confusionCounts(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  threshold = 0.5,
): ConfusionCounts {
  checkLabels(labels, { numClasses: 2, numSamples: scores.length });
  const counts = { truePositives: 0, falsePositives: 0, trueNegatives: 0, falseNegatives: 0 };
  for (let sample = 0; sample < labels.length; sample += 1) {
    const positive = (scores[sample] as number) >= threshold;
    if (labels[sample] === 1) counts[positive ? "truePositives" : "falseNegatives"] += 1;
    else counts[positive ? "falsePositives" : "trueNegatives"] += 1;
  }
  return counts;
}

/**
 * Counts predicted classes against the true ones.
 * @throws StrategyError `invalid_option` for different numbers of both, or a class that is not an integer in
 * [0, numClasses).
 */
export function confusionMatrix(
  predicted: ArrayLike<number>,
  labels: ArrayLike<number>,
  numClasses: number,
): ConfusionMatrix {
  if (!Number.isInteger(numClasses) || numClasses < 2) {
    throw new StrategyError("invalid_option", `numClasses: expected an integer >= 2, got ${numClasses}`);
  }
  checkLabels(labels, { numClasses, numSamples: predicted.length });
  checkLabels(predicted, { numClasses, numSamples: predicted.length, field: "predicted" });
  const counts = new Array<number>(numClasses * numClasses).fill(0);
  for (let sample = 0; sample < labels.length; sample += 1) {
    const cell = (labels[sample] as number) * numClasses + (predicted[sample] as number);
    counts[cell] = (counts[cell] as number) + 1;
  }
  return { numClasses, counts };
}

/** Sum of the counts of two clients. */
export function addConfusion(a: ConfusionCounts, b: ConfusionCounts): ConfusionCounts;
/**
 * Sum of the matrices of two clients.
 * @throws StrategyError `invalid_option` for different numbers of classes.
 */
export function addConfusion(a: ConfusionMatrix, b: ConfusionMatrix): ConfusionMatrix;
export function addConfusion<Counts extends ConfusionCounts | ConfusionMatrix>(a: Counts, b: Counts): Counts;
export function addConfusion(
  a: ConfusionCounts | ConfusionMatrix,
  b: ConfusionCounts | ConfusionMatrix,
): ConfusionCounts | ConfusionMatrix {
  if ("counts" in a && "counts" in b && a.numClasses === b.numClasses) {
    return {
      numClasses: a.numClasses,
      counts: a.counts.map((count, cell) => count + (b.counts[cell] as number)),
    };
  }
  if ("counts" in a || "counts" in b) {
    throw new StrategyError("invalid_option", `confusion: expected ${nameForm(a)}, got ${nameForm(b)}`);
  }
  return {
    truePositives: a.truePositives + b.truePositives,
    falsePositives: a.falsePositives + b.falsePositives,
    trueNegatives: a.trueNegatives + b.trueNegatives,
    falseNegatives: a.falseNegatives + b.falseNegatives,
  };
}

/** One class of a matrix against all others, as two-class counts. */
export function oneAgainstRest({ numClasses, counts }: ConfusionMatrix, label: number): ConfusionCounts {
  let [total, actual, predicted] = [0, 0, 0];
  for (const [cell, count] of counts.entries()) {
    total += count;
    if (Math.floor(cell / numClasses) === label) actual += count;
    if (cell % numClasses === label) predicted += count;
  }
  const truePositives = counts[label * numClasses + label] as number;
  return {
    truePositives,
    falsePositives: predicted - truePositives,
    trueNegatives: total - actual - predicted + truePositives,
    falseNegatives: actual - truePositives,
  };
}

function nameForm(confusion: ConfusionCounts | ConfusionMatrix): string {
  return "counts" in confusion ? `a matrix of ${confusion.numClasses} classes` : "two-class counts";
}

function checkLabels(
  labels: ArrayLike<number>,
  { numClasses, numSamples, field = "labels" }: { numClasses: number; numSamples: number; field?: string },
): void {
  if (labels.length !== numSamples) {
    throw new StrategyError(
      "invalid_option",
      `${field}: expected ${numSamples} of them, got ${labels.length}`,
    );
  }
  for (let i = 0; i < labels.length; i += 1) {
    const label = labels[i] as number;
    if (Number.isInteger(label) && label >= 0 && label < numClasses) continue;
    throw new StrategyError(
      "invalid_option",
      `${field}[${i}]: expected an integer in [0, ${numClasses}), got ${label}`,
    );
  }
}
