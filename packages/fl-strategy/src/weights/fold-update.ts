import type { RoundContext, WeighedUpdate } from "../strategy.js";
import type { RunningMean } from "./running-mean.js";

/** Adds an update's difference from the global weights to the mean: the fold of the whole FedAvg family. */
export function foldUpdate(
  mean: RunningMean,
  { update, weight }: WeighedUpdate,
  context: RoundContext,
): void {
  mean.add(update.values, weight, update.form === "weights" ? context.globalWeights : undefined);
}
