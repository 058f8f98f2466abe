import { requireOneOf } from "../require-option.js";
import { createSelector, type SelectionOptions, type Selector } from "../selection/create-selector.js";
import type { RoundContext, StreamStrategy, TrainConfig } from "../strategy.js";
import type { Update } from "../update.js";
import { foldMean, reduceMean } from "../weights/weighted-mean.js";

/** What every strategy lets one choose. */
export interface SelectingOptions {
  /** Which clients train in a round; default: all that are available. */
  readonly selection?: SelectionOptions | Selector;
}

export interface MeanOptions extends SelectingOptions {
  /** What a client counts for: its sample count, or the same for each; default `samples`. */
  readonly weighting?: "samples" | "uniform";
}

/** The part of a strategy that picks clients and trains all of them as the run says. */
export function selecting({ selection }: SelectingOptions) {
  return {
    select: createSelector(selection),
    configure: (_clientId: string, context: RoundContext): TrainConfig => context.train,
  };
}

/** The part that all strategies share whose aggregate is the weighted mean of the updates. */
export function meanFamily(
  options: MeanOptions,
): Pick<StreamStrategy, "mode" | "mean" | "select" | "configure" | "weigh" | "fold" | "reduce"> {
  const { weighting = "samples" } = options;
  requireOneOf("weighting", weighting, ["samples", "uniform"]);
  return {
    ...selecting(options),
    mode: "stream",
    mean: weighting === "samples" ? "weighted" : "uniform",
    weigh: weighting === "samples" ? (update: Update) => update.numSamples : () => 1,
    fold: foldMean,
    reduce: reduceMean,
  };
}
