import { StrategyError } from "../errors.js";
import type { AggregateContext, RoundContext, WeighedUpdate } from "../strategy.js";
import type { RoundSums } from "./round-sums.js";

/** Adds an update's difference from the global weights, times its weight: the fold of the FedAvg family. */
export function foldMean(
  sums: RoundSums,
  { update, weight }: WeighedUpdate,
  _context: RoundContext,
): undefined {
  sums.addUpdate(update, weight);
}

/** The weighted mean of the folded differences: sum w_k d_k / sum w_k. */
export function reduceMean(sums: RoundSums, context: AggregateContext): Float64Array {
  const mean = sums.delta();
  const total = totalWeight(context);
  for (let i = 0; i < mean.length; i += 1) mean[i] = (mean[i] as number) / total;
  return mean;
}

/**
 * The sum of the accepted updates' weights, in the order of their client ids.
 * @throws StrategyError `wrong_update` if it is not above 0.
 */
export function totalWeight({ updates }: AggregateContext): number {
  const total = updates.reduce((sum, { weight }) => sum + weight, 0);
  if (!(total > 0)) throw new StrategyError("wrong_update", `weights: expected a sum > 0, got ${total}`);
  return total;
}
