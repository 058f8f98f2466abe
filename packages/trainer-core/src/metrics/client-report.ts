import { confusionCounts, type MetricsReport, scoreHistogram } from "@fedloom/fl-strategy";
import { confusionOf } from "./classification.js";
import { lossSum } from "./losses.js";
import { isTwoClass, type Predictions, positiveScores, twoClassLabels } from "./predictions.js";

/**
 * What a client tells of its evaluation: sums and counts, from which metrics of all clients' samples together follow.
 * Several labels a sample, and numbers, have a loss only.
 */
export function clientReport(predictions: Predictions): MetricsReport {
  const report = { numSamples: predictions.labels.length, lossSum: lossSum(predictions) };
  if (isTwoClass(predictions)) {
    const [scores, labels] = [positiveScores(predictions), twoClassLabels(predictions)];
    const confusion = confusionCounts(scores, labels);
    // A model that has diverged scores NaN, which no histogram has a place for.
    if (scores.some(Number.isNaN)) return { ...report, confusion };
    return { ...report, confusion, scoreHistogram: scoreHistogram(scores, labels) };
  }
  if (predictions.loss !== "softmaxCrossEntropy") return report;
  return { ...report, confusion: confusionOf(predictions) };
}
