import { type LocalTraining, type RecommendedSettings, requireAugmentOptions } from "@fedloom/trainer-core";
import type { FlagValues } from "../command.js";
import { augmentOf, optimizerOf } from "./training-settings.js";

/** How samples are trained on: as the flags say, else as the model recommends. */
export function localTrainingOf(
  values: FlagValues,
  { optimizer, augment: usual, balancedSoftmax }: RecommendedSettings,
  sampleShape: readonly number[],
): LocalTraining {
  const augment = augmentOf(values, usual);
  if (augment) requireAugmentOptions(augment, sampleShape);
  return {
    optimizer: optimizerOf(values, optimizer),
    ...(augment && { augment }),
    ...(balancedSoftmax !== undefined && { balancedSoftmax }),
  };
}
