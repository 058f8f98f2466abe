import type { Samples } from "../data/dataset.js";
import { TrainerError } from "../errors.js";
import type { Loss } from "../models/model-spec.js";

/** What a model's outputs stand for; every `LocalTrainer` says so of its model. */
export interface MetricsTask {
  readonly loss: Loss;
  readonly numOutputs: number;
}

/** What a model said of samples whose answers are known. */
export interface Predictions extends MetricsTask {
  /** As `LocalTrainer.predict` gives them: numSamples x numOutputs. */
  readonly outputs: Float32Array;
  /** Class of each sample. */
  readonly labels: Uint8Array;
  /** For several labels a sample and for numbers: numSamples x numOutputs. */
  readonly targets?: Float32Array;
}

/**
 * Puts a model's outputs and the right answers side by side; `indices` are the samples that were predicted, default
 * all.
 * @throws TrainerError `invalid_data` for another number of outputs or targets than the samples ask for.
 */
export function predictionsOf(
  outputs: Float32Array,
  samples: Pick<Samples, "labels" | "targets">,
  { loss, numOutputs, indices }: MetricsTask & { readonly indices?: Uint32Array },
): Predictions {
  const labels = indices ? Uint8Array.from(indices, (i) => samples.labels[i] as number) : samples.labels;
  requireLength("outputs", outputs, labels.length * numOutputs);
  const task = { outputs, labels, loss, numOutputs };
  if (!samples.targets || loss === "softmaxCrossEntropy") return task;
  requireLength("targets", samples.targets, samples.labels.length * numOutputs);
  return { ...task, targets: indices ? rowsAt(samples.targets, indices, numOutputs) : samples.targets };
}

/**
 * What is to be predicted of each sample: the targets, or the label where there is one output and no target.
 * @throws TrainerError `invalid_data` if neither is there.
 */
export function targetsOf({ targets, labels, numOutputs }: Predictions): Float32Array {
  if (targets) return targets;
  if (numOutputs === 1) return Float32Array.from(labels);
  throw new TrainerError("invalid_data", `targets: expected ${numOutputs} for each sample, got none`);
}

/** Whether each sample is one of two classes: two outputs with softmax, or one with sigmoid. */
export function isTwoClass({ loss, numOutputs, targets }: Predictions): boolean {
  if (loss === "softmaxCrossEntropy") return numOutputs === 2;
  return loss === "sigmoidCrossEntropy" && numOutputs === 1 && (!targets || targets.every(isZeroOrOne));
}

/** Probability of class 1 of two, for each sample. */
export function positiveScores({ outputs, labels, numOutputs }: Predictions): Float32Array {
  return Float32Array.from(labels, (_, sample) => outputs[sample * numOutputs + numOutputs - 1] as number);
}

/** Labels of two classes, whether they came as labels or as targets. */
export function twoClassLabels({ labels, targets }: Predictions): Uint8Array {
  return targets ? Uint8Array.from(targets) : labels;
}

/** The class that each sample is taken for: class 1 of two from probability 0.5, else the first of the largest outputs. */
export function predictedClasses(predictions: Predictions): Uint8Array {
  const { outputs, labels, numOutputs } = predictions;
  if (isTwoClass(predictions)) return Uint8Array.from(positiveScores(predictions), (p) => (p >= 0.5 ? 1 : 0));
  return Uint8Array.from(labels, (_, sample) => {
    const start = sample * numOutputs;
    let best = 0;
    for (let label = 1; label < numOutputs; label += 1) {
      if ((outputs[start + label] as number) > (outputs[start + best] as number)) best = label;
    }
    return best;
  });
}

function rowsAt(values: Float32Array, indices: Uint32Array, size: number): Float32Array {
  const rows = new Float32Array(indices.length * size);
  for (const [row, i] of indices.entries()) rows.set(values.subarray(i * size, (i + 1) * size), row * size);
  return rows;
}

function requireLength(field: string, { length }: Float32Array, expected: number): void {
  if (length === expected) return;
  throw new TrainerError("invalid_data", `${field}: expected ${expected} values, got ${length}`);
}

function isZeroOrOne(value: number): boolean {
  return value === 0 || value === 1;
}
