// Blanchard, El Mhamdi, Guerraoui, Stainer: "Machine Learning with Adversaries: Byzantine Tolerant Gradient Descent",
// NeurIPS 2017, section 4. score(i) = sum of the n - f - 2 smallest ||v_i - v_j||^2 over j != i; Krum takes the update
// with the least score, MultiKrum the plain mean of the m with the least. Needs n >= 2 f + 3.

import { vectorKernels } from "@fedloom/kernels";
import type { StrategyDescription } from "../description.js";
import { requireNumber } from "../require-option.js";
import type { BarrierStrategy } from "../strategy.js";
import { combineRows } from "../weights/affine.js";
import { expandRow, rowsOf } from "../weights/rows.js";
import { describedAttackers } from "./described-options.js";
import { krumOrder } from "./krum-scores.js";
import type { SelectingOptions } from "./mean-family.js";
import { robustFamily, tooFew } from "./robust-family.js";

export interface KrumOptions extends SelectingOptions {
  /** Attackers to be borne; a round needs 2 f + 3 updates. */
  readonly f: number;
}

export interface MultiKrumOptions extends KrumOptions {
  /** Updates that are averaged, from 1 to n - f; default: n - f of those that arrived. */
  readonly m?: number;
}

const source = "Blanchard et al. 2017, NeurIPS";

export const krumDescription: StrategyDescription<KrumOptions> = {
  title: "Krum",
  about:
    "Takes the one update that lies closest to its neighbours and drops all others. Take it against attackers that work together; what a single client has learnt is all that a round brings.",
  source,
  options: { f: { ...describedAttackers("2 f + 3"), isRequired: true } },
};

export const multiKrumDescription: StrategyDescription<MultiKrumOptions> = {
  title: "Multi-Krum",
  about:
    "The mean of the updates that lie closest to their neighbours. Take it against attackers that work together: it learns more in a round than Krum.",
  source,
  options: {
    f: { ...describedAttackers("2 f + 3"), isRequired: true },
    m: {
      kind: "integer",
      about: "Updates that are averaged; all that arrived but f when absent. A round needs m + f updates.",
      min: 1,
    },
  },
};

/** The one update that lies closest to its neighbours. Section 4 of Blanchard et al. 2017. */
export function krum(options: KrumOptions): BarrierStrategy<null> {
  return { ...multiKrum({ ...options, m: 1 }), id: "krum" };
}

/** The mean of the m updates that lie closest to their neighbours. Section 4 of Blanchard et al. 2017. */
export function multiKrum(options: MultiKrumOptions): BarrierStrategy<null> {
  const f = requireNumber("f", options.f, "an integer >= 0");
  const { m } = options;
  if (m !== undefined) requireNumber("m", m, "an integer >= 1");
  return {
    ...robustFamily(options),
    id: "multi-krum",
    combine(items, context) {
      const least = Math.max(2 * f + 3, (m ?? 1) + f);
      const refused = tooFew(context, { rule: m === 1 ? "Krum" : "MultiKrum", least, f });
      if (refused) return refused;
      const { values, origin } = rowsOf(items, context);
      const distances = vectorKernels().squaredDistances(values);
      const everybody = values.map((_, i) => i);
      const best = krumOrder(distances, everybody, f).slice(0, m ?? values.length - f);
      const shares = new Float64Array(values.length);
      for (const i of best) shares[i] = 1;
      const sum = combineRows(values, shares, origin);
      return expandRow(
        sum.map((value) => value / best.length),
        undefined,
        context.layout,
      );
    },
  };
}
