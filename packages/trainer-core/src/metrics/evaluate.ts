import type { Samples } from "../data/dataset.js";
import { TrainerError } from "../errors.js";
import { losses } from "../models/require-field.js";
import { classificationMetrics } from "./classification.js";
import { lossSum } from "./losses.js";
import { multiLabelMetrics } from "./multi-label.js";
import { isTwoClass, type MetricsTask, type Predictions, predictionsOf } from "./predictions.js";
import { regressionMetrics } from "./regression.js";

/** Metrics of weights on one split of a data set, by name. */
export type Evaluate = (
  weights: Float32Array,
  split: "val" | "test",
  signal: AbortSignal,
) => Promise<Record<string, number>>;

/** A model's outputs for all samples of a split, such as `LocalPool.predict`. */
export type Predict = (
  weights: Float32Array,
  split: "val" | "test",
  signal?: AbortSignal,
) => Promise<Float32Array>;

/**
 * All metrics of a model's predictions: `loss` (mean over the samples), and what the task has beside it: see
 * `classificationMetrics`, `multiLabelMetrics` and `regressionMetrics`. Names with a slash are of one class, one output
 * or one cell; those without tell of the whole.
 */
export function metricsOf(predictions: Predictions): Record<string, number> {
  const { loss, labels } = predictions;
  const mean = { loss: lossSum(predictions) / labels.length };
  if (loss === "meanSquaredError") return { ...mean, ...regressionMetrics(predictions) };
  if (loss === "softmaxCrossEntropy" || isTwoClass(predictions)) {
    return { ...mean, ...classificationMetrics(predictions) };
  }
  return { ...mean, ...multiLabelMetrics(predictions) };
}

/**
 * Makes what a trainer evaluates with of what predicts: `evaluateWith(pool.predict, dataset, pool)`, or
 * `evaluateWith((weights, split) => local.predict(weights, dataset[split]), dataset, local)`. An empty split has no metrics.
 * @throws TrainerError `invalid_option` for a task that has no loss or no number of outputs.
 */
export function evaluateWith(
  predict: Predict,
  samples: Readonly<Record<"val" | "test", Pick<Samples, "labels" | "targets">>>,
  { loss, numOutputs }: MetricsTask,
): Evaluate {
  if (!losses.includes(loss) || !Number.isInteger(numOutputs)) {
    throw new TrainerError(
      "invalid_option",
      `task: expected loss and numOutputs, as a trainer has them, got ${String(loss)} and ${String(numOutputs)}`,
    );
  }
  return async (weights, split, signal) => {
    if (samples[split].labels.length === 0) return {};
    const outputs = await predict(weights, split, signal);
    return metricsOf(predictionsOf(outputs, samples[split], { loss, numOutputs }));
  };
}

/** Metrics of the whole, and those of single classes, outputs and cells, whose names have a slash. */
export function partMetrics(metrics: Readonly<Record<string, number>>): {
  summary: Record<string, number>;
  details: Record<string, number>;
} {
  const summary: Record<string, number> = {};
  const details: Record<string, number> = {};
  for (const [name, value] of Object.entries(metrics)) (name.includes("/") ? details : summary)[name] = value;
  return { summary, details };
}
