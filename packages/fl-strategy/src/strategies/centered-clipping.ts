// Karimireddy, He, Jaggi: "Learning from History for Byzantine Robust Optimization", ICML 2021 (arXiv 2012.10333),
// section 4: v <- v + 1/n sum_i (x_i - v) min(1, tau / ||x_i - v||), a few times, from the last round's aggregate on.
import type { StrategyDescription } from "../description.js";
import { requireNumber } from "../require-option.js";
import type { BarrierStrategy } from "../strategy.js";
import { addDelta } from "../weights/add-delta.js";
import { affineDistances, combineRows, distancesTo } from "../weights/affine.js";
import { differenceRows, expandRow, sharedElements } from "../weights/rows.js";
import type { SelectingOptions } from "./mean-family.js";
import { robustRule } from "./robust-family.js";

export interface CenteredClippingOptions extends SelectingOptions {
  /** Longest pull of one update (tau), in units of the update's norm, > 0. */
  readonly radius: number;
  /** Times that the center moves; default 3. */
  readonly steps?: number;
}

export const centeredClippingDescription: StrategyDescription<CenteredClippingOptions> = {
  title: "Centered clipping",
  about:
    "The mean of the updates, each pulled in towards the last round's if it lies too far from it. Take it against attackers when the length of honest updates is known.",
  source: "Karimireddy et al. 2021, arXiv 2012.10333",
  options: {
    radius: {
      kind: "number",
      about: "Longest pull of one update, as the L2 norm of a movement of the model.",
      isRequired: true,
      min: 0,
      isAboveMin: true,
    },
    steps: { kind: "integer", about: "Times that the centre moves in a round.", min: 1, default: 3 },
  },
};

/** The mean of updates whose distance from the last aggregate is clipped. Section 4 of Karimireddy et al. 2021. */
export function centeredClipping(
  options: CenteredClippingOptions,
): BarrierStrategy<{ center: Float32Array }> {
  const radius = requireNumber("radius", options.radius, "a finite number > 0");
  const steps = requireNumber("steps", options.steps ?? 3, "an integer >= 1");
  return {
    ...robustRule(options),
    id: "centered-clipping",
    init: ({ size }) => ({ center: new Float32Array(size) }),
    combine(items, context) {
      const updates = differenceRows(items, context);
      // The last aggregate is one more row; its share is what the updates have not taken yet.
      const rows = [...updates, sharedElements(context.layout, context.state.center)];
      const distances = affineDistances(rows);
      let shares = new Float64Array(rows.length).with(updates.length, 1);
      for (let step = 0; step < steps; step += 1) {
        const from = distancesTo(shares, distances);
        const pull = shares.map((_, i) =>
          i < updates.length ? Math.min(1, radius / (from[i] as number)) : 0,
        );
        const total = pull.reduce((sum, value) => sum + value, 0) / updates.length;
        shares = shares.map((share, i) => (1 - total) * share + (pull[i] as number) / updates.length);
      }
      return expandRow(combineRows(rows, shares), undefined, context.layout);
    },
    apply(delta, { layout, globalWeights: weights }) {
      return { weights: addDelta(layout, { weights, delta }), state: { center: Float32Array.from(delta) } };
    },
  };
}
