import type { Strategy } from "@fedloom/fl-strategy";
import type { RecommendedSettings } from "./model.js";

/** The learning rate that a model trains well with under a strategy: some need steps of plain SGD, and a rate for them. */
export function learningRateFor(
  { learningRate, plainLearningRate = learningRate }: RecommendedSettings,
  { plainSteps = false }: Pick<Strategy, "plainSteps">,
): number {
  return plainSteps ? plainLearningRate : learningRate;
}
