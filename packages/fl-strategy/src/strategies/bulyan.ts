// El Mhamdi, Guerraoui, Rouault: "The Hidden Vulnerability of Distributed Learning in Byzantium", ICML 2018
// (arXiv 1802.07927), section 4. theta = n - 2 f times Krum picks among what is left; then of each coordinate the mean of
// the theta - 2 f picked values nearest to their median. Needs n >= 4 f + 3.

import { vectorKernels } from "@fedloom/kernels";
import type { StrategyDescription } from "../description.js";
import { requireNumber } from "../require-option.js";
import type { BarrierStrategy } from "../strategy.js";
import { expandRow, rowsOf } from "../weights/rows.js";
import { describedAttackers } from "./described-options.js";
import type { KrumOptions } from "./krum.js";
import { krumOrder } from "./krum-scores.js";
import { robustFamily, tooFew } from "./robust-family.js";

export const bulyanDescription: StrategyDescription<KrumOptions> = {
  title: "Bulyan",
  about:
    "Krum against far updates, then a trimmed mean against single far weights. The strictest rule, and the one that needs most clients.",
  source: "El Mhamdi et al. 2018, arXiv 1802.07927",
  options: { f: { ...describedAttackers("4 f + 3"), isRequired: true } },
};

/** Krum against far updates, then a trimmed mean against single far coordinates. Section 4 of El Mhamdi et al. 2018. */
export function bulyan(options: KrumOptions): BarrierStrategy<null> {
  const f = requireNumber("f", options.f, "an integer >= 0");
  return {
    ...robustFamily(options),
    id: "bulyan",
    combine(items, context) {
      const refused = tooFew(context, { rule: "Bulyan", least: 4 * f + 3, f });
      if (refused) return refused;
      const { values, origin } = rowsOf(items, context);
      const distances = vectorKernels().squaredDistances(values);
      const theta = values.length - 2 * f;
      let left = values.map((_, i) => i);
      const picked: number[] = [];
      while (picked.length < theta) {
        const [winner] = krumOrder(distances, left, f);
        picked.push(winner as number);
        left = left.filter((i) => i !== winner);
      }
      const rows = picked.sort((a, b) => a - b).map((i) => values[i] as Float32Array);
      const mean = vectorKernels().columnNearestMedianMean(rows, theta - 2 * f);
      return expandRow(mean, origin, context.layout);
    },
  };
}
