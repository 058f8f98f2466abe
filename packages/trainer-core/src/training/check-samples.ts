import type { Samples } from "../data/dataset.js";
import { TrainerError } from "../errors.js";
import type { Loss } from "../models/model-spec.js";
import type { LocalTrainOptions } from "./local-trainer.js";
import { requireOptimizer } from "./require-optimizer.js";

/** What samples have to fit. */
export interface SamplesFor {
  readonly loss: Loss;
  readonly inputShape: readonly number[];
  readonly numOutputs: number;
}

/** The samples to use, in their own order. */
export function indicesOf({ numSamples }: Samples, indices?: Uint32Array): Uint32Array {
  return indices ?? Uint32Array.from({ length: numSamples }, (_, index) => index);
}

/**
 * Refuses samples that a model cannot take.
 * @throws TrainerError `invalid_data` that names what was expected and what came.
 */
export function requireSamples(samples: Samples, model: SamplesFor, indices?: Uint32Array): void {
  const { numSamples, features } = samples;
  const sampleSize = model.inputShape.reduce((product, size) => product * size, 1);
  if (features instanceof Float32Array || features instanceof Uint8Array) {
    requireLength("features", features.length, numSamples * sampleSize);
  } else {
    requireLength("features: bytes in a row", features.rowBytes, sampleSize);
  }
  for (const index of indices ?? []) {
    if (index >= numSamples) throw invalid("indices", `less than ${numSamples}`, index);
  }
}

/**
 * Refuses samples that a model cannot learn from.
 * @throws TrainerError `invalid_data` that names what was expected and what came.
 */
export function requireAnswers(samples: Samples, model: SamplesFor, indices?: Uint32Array): void {
  const { numSamples, labels, targets } = samples;
  const { loss, numOutputs } = model;
  requireLength("labels", labels.length, numSamples);
  if (loss !== "softmaxCrossEntropy") {
    if (targets) return requireLength("targets", targets.length, numSamples * numOutputs);
    // Without targets the label is the one number to predict.
    if (numOutputs === 1) return;
    throw invalid("targets", `${numOutputs} numbers a sample for ${loss}`, "none");
  }
  for (const index of indicesOf(samples, indices)) {
    const label = labels[index] as number;
    if (label >= numOutputs) throw invalid(`labels[${index}]`, `less than the ${numOutputs} outputs`, label);
  }
}

/**
 * Refuses settings that no training can follow.
 * @throws TrainerError `invalid_option` that names what was expected and what came.
 */
export function requireTrainOptions(options: LocalTrainOptions, { loss }: SamplesFor): void {
  for (const field of ["epochs", "batchSize"] as const) {
    if (!Number.isInteger(options[field]) || options[field] < 1) {
      throw invalidOption(field, "an integer >= 1", options[field]);
    }
  }
  for (const field of ["learningRate", "proximalMu"] as const) {
    const value = options[field] ?? 0;
    if (!Number.isFinite(value) || value < 0) throw invalidOption(field, "a number >= 0", value);
  }
  if (options.optimizer) requireOptimizer(options.optimizer);
  if (options.balancedSoftmax && loss !== "softmaxCrossEntropy") {
    throw invalidOption("balancedSoftmax", "a model with softmax cross entropy", loss);
  }
}

function requireLength(field: string, received: number, expected: number): void {
  if (received !== expected) throw invalid(field, String(expected), received);
}

function invalid(field: string, expected: string, received: unknown): TrainerError {
  return new TrainerError("invalid_data", `samples: ${field}: expected ${expected}, got ${received}`);
}

function invalidOption(field: string, expected: string, received: unknown): TrainerError {
  return new TrainerError("invalid_option", `${field}: expected ${expected}, got ${received}`);
}
