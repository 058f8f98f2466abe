// Yin, Chen, Ramchandran, Bartlett: "Byzantine-Robust Distributed Learning: Towards Optimal Statistical Rates", ICML 2018
// (arXiv 1803.01498), definition 1: the median of each coordinate, the mean of the two middle values for an even number.

import { vectorKernels } from "@fedloom/kernels";
import type { StrategyDescription } from "../description.js";
import { requireNumber } from "../require-option.js";
import type { BarrierStrategy } from "../strategy.js";
import { expandRow, rowsOf } from "../weights/rows.js";
import { describedAttackers } from "./described-options.js";
import type { SelectingOptions } from "./mean-family.js";
import { robustFamily, tooFew } from "./robust-family.js";

export interface CoordinateMedianOptions extends SelectingOptions {
  /** Attackers to be borne; a round needs 2 f + 1 updates; default 0. */
  readonly f?: number;
}

export const coordinateMedianDescription: StrategyDescription<CoordinateMedianOptions> = {
  title: "Median",
  about:
    "The median of each weight over the updates, which all count the same. Take it when some clients may send nonsense; it pays with accuracy when honest clients differ much.",
  source: "Yin et al. 2018, arXiv 1803.01498",
  options: { f: { ...describedAttackers("2 f + 1"), default: 0 } },
};

/** The median of each coordinate. Definition 1 of Yin et al. 2018. */
export function coordinateMedian(options: CoordinateMedianOptions = {}): BarrierStrategy<null> {
  const f = requireNumber("f", options.f ?? 0, "an integer >= 0");
  return {
    ...robustFamily(options),
    id: "median",
    combine(items, context) {
      const refused = tooFew(context, { rule: "the median", least: 2 * f + 1, f });
      if (refused) return refused;
      const { values, origin } = rowsOf(items, context);
      return expandRow(vectorKernels().columnMedian(values), origin, context.layout);
    },
  };
}
