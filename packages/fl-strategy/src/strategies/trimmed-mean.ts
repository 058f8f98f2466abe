// Yin, Chen, Ramchandran, Bartlett: "Byzantine-Robust Distributed Learning: Towards Optimal Statistical Rates", ICML 2018
// (arXiv 1803.01498), definition 2: of each coordinate floor(beta n) values are dropped at each end, the rest averaged.

import { vectorKernels } from "@fedloom/kernels";
import type { StrategyDescription } from "../description.js";
import { requireNumber } from "../require-option.js";
import type { BarrierStrategy } from "../strategy.js";
import { expandRow, rowsOf } from "../weights/rows.js";
import type { SelectingOptions } from "./mean-family.js";
import { robustFamily } from "./robust-family.js";

export interface TrimmedMeanOptions extends SelectingOptions {
  /** Share that is dropped at each end, in (0, 0.5); default 0.2. A round needs 1 / beta updates. */
  readonly beta?: number;
}

export const trimmedMeanDescription: StrategyDescription<TrimmedMeanOptions> = {
  title: "Trimmed mean",
  about:
    "The mean of each weight without its largest and smallest values; all updates count the same. Take it when some clients may send nonsense: it keeps more of the honest ones than the median.",
  source: "Yin et al. 2018, arXiv 1803.01498",
  options: {
    beta: {
      kind: "number",
      about:
        "Share of the values that is dropped at each end. A round needs 1 / beta updates, and at least 3.",
      min: 0,
      isAboveMin: true,
      max: 0.5,
      isBelowMax: true,
      default: 0.2,
    },
  },
};

/** The mean of each coordinate without its extremes. Definition 2 of Yin et al. 2018. */
export function trimmedMean(options: TrimmedMeanOptions = {}): BarrierStrategy<null> {
  const beta = requireNumber("beta", options.beta ?? 0.2, "a number in (0, 0.5)");
  return {
    ...robustFamily(options),
    id: "trimmed-mean",
    combine(items, context) {
      // 0.29 * 100 is 28.999999999999996: without the small term one value too few would be dropped.
      const cut = Math.min(Math.floor(beta * items.length + 1e-9), (items.length - 1) >> 1);
      if (cut === 0) {
        const least = Math.max(3, Math.ceil(1 / beta - 1e-9));
        const message = `round ${context.round}: a trimmed mean with beta = ${beta} needs at least ${least} updates, got ${items.length}`;
        return { refuse: { code: "too_few_updates", message } };
      }
      const { values, origin } = rowsOf(items, context);
      return expandRow(vectorKernels().columnTrimmedMean(values, cut), origin, context.layout);
    },
  };
}
