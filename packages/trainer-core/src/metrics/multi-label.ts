import { binaryMetrics, confusionCounts } from "@fedloom/fl-strategy";
import { aurocOf, named } from "./classification.js";
import { meanOfDefined } from "./mean-of-defined.js";
import { type Predictions, targetsOf } from "./predictions.js";

/**
 * Metrics of several labels a sample, each yes or no at probability 0.5: macro averages over the labels of `accuracy`,
 * `precision`, `recall`, `f1`, `auroc`; `exact_match`, the share of samples with every label right; then those of each
 * label (`recall/class_3`). A target of 0.5 or more counts as yes.
 */
export function multiLabelMetrics(predictions: Predictions): Record<string, number> {
  const { outputs, labels, numOutputs } = predictions;
  const targets = targetsOf(predictions);
  const ofLabel = (values: Float32Array, label: number) =>
    Float32Array.from(labels, (_, sample) => values[sample * numOutputs + label] as number);
  const each = Array.from({ length: numOutputs }, (_, label) => {
    const scores = ofLabel(outputs, label);
    const actual = Uint8Array.from(ofLabel(targets, label), isYes);
    return { ...binaryMetrics(confusionCounts(scores, actual)), auroc: aurocOf(scores, actual) };
  });
  const metrics: Record<string, number> = {};
  const details: Record<string, number> = {};
  for (const name of ["accuracy", "precision", "recall", "f1", "auroc"] as const) {
    const values = each.map((metrics) => metrics[name]);
    metrics[name] = meanOfDefined(values);
    Object.assign(details, named(name, values));
  }
  return { ...metrics, exact_match: exactMatch(outputs, targets, numOutputs), ...details };
}

function exactMatch(outputs: Float32Array, targets: Float32Array, numOutputs: number): number {
  let wrongSamples = 0;
  for (let start = 0; start < outputs.length; start += numOutputs) {
    for (let i = start; i < start + numOutputs; i += 1) {
      if (isYes(outputs[i] as number) === isYes(targets[i] as number)) continue;
      wrongSamples += 1;
      break;
    }
  }
  const numSamples = outputs.length / numOutputs;
  return (numSamples - wrongSamples) / numSamples;
}

function isYes(value: number): number {
  return value >= 0.5 ? 1 : 0;
}
