import { requireAugmentOptions } from "../data/augment.js";
import { TrainerError } from "../errors.js";
import type { ResolvedModel } from "../models/resolve-model.js";
import { indicesOf, requireAnswers, requireSamples, requireTrainOptions } from "../training/check-samples.js";
import type { Training } from "./train-by-plan.js";

/**
 * Refuses what a plan cannot train with, before it begins.
 * @throws TrainerError `invalid_option` or `invalid_data` that names place, what was expected and what came.
 */
export function requireTraining(
  model: ResolvedModel,
  { weights, samples, options }: Training,
  numMoments: number,
): void {
  const { indices, optimizerState, gradientCorrection, augment } = options;
  requireTrainOptions(options, model);
  requireSamples(samples, model, indices);
  requireAnswers(samples, model, indices);
  requireTargets(model, samples, indicesOf(samples, indices));
  requireSize("weights", weights, model);
  if (gradientCorrection) requireSize("gradientCorrection", gradientCorrection, model);
  if (augment) requireAugmentOptions(augment, model.inputShape);
  const moments = optimizerState?.moments ?? [];
  if (moments.length > 0 && moments.length !== numMoments) {
    throw invalidOption("optimizerState", `${numMoments} moments`, `${moments.length}`);
  }
  for (const moment of moments) requireSize("optimizerState: moment", moment, model);
}

/** Refuses a flat vector of another layout. */
export function requireSize(field: string, { length }: Float32Array, { layout }: ResolvedModel): void {
  if (length !== layout.size) throw invalidOption(field, `${layout.size} elements`, String(length));
}

/** One number that is none would make all weights NaN. */
function requireTargets(
  { loss, numOutputs }: ResolvedModel,
  { targets }: Training["samples"],
  indices: Uint32Array,
): void {
  if (!targets || loss === "softmaxCrossEntropy") return;
  const isProbability = loss === "sigmoidCrossEntropy";
  for (const index of indices) {
    for (let i = index * numOutputs; i < (index + 1) * numOutputs; i += 1) {
      const target = targets[i] as number;
      if (isProbability ? target >= 0 && target <= 1 : Number.isFinite(target)) continue;
      const expected = isProbability ? "a number in [0, 1]" : "a finite number";
      throw new TrainerError(
        "invalid_data",
        `samples: targets of sample ${index}: expected ${expected}, got ${target}`,
      );
    }
  }
}

function invalidOption(field: string, expected: string, received: string): TrainerError {
  return new TrainerError("invalid_option", `${field}: expected ${expected}, got ${received}`);
}
