import type { AggregateContext, Applied, RoundContext } from "../strategy.js";
import type { Refusal, Update } from "../update.js";
import { addDelta } from "../weights/add-delta.js";
import { type SelectingOptions, selecting } from "./mean-family.js";

/** The part that all rules share which see the updates side by side. */
export function robustRule(options: SelectingOptions) {
  return {
    ...selecting(options),
    mode: "barrier" as const,
    stateVersion: 1,
    check: requireFinite,
    // Sample counts are claims, and a claim must not buy influence here.
    weigh: () => 1,
  };
}

/** Order and distance mean nothing beside values that are not numbers, and no hook need have looked. */
function requireFinite({ values }: Update, { maxMagnitude }: RoundContext): Refusal | undefined {
  if (Number.isFinite(maxMagnitude(values))) return undefined;
  return { code: "wrong_update", message: "values: expected finite values, got others" };
}

/** The part that those share which also keep nothing between rounds. */
export function robustFamily(options: SelectingOptions) {
  return {
    ...robustRule(options),
    init: () => null,
    apply: (
      delta: Float64Array,
      { layout, globalWeights: weights, state }: AggregateContext<null>,
    ): Applied<null> => ({ weights: addDelta(layout, { weights, delta }), state }),
  };
}

/** Why a rule that bears `f` attackers among at least `least` updates cannot answer this round, if so. */
export function tooFew(
  { round, updates }: AggregateContext,
  { rule, least, f }: { rule: string; least: number; f: number },
): { refuse: Refusal } | undefined {
  if (updates.length >= least) return undefined;
  const message = `round ${round}: ${rule} with f = ${f} needs at least ${least} updates, got ${updates.length}`;
  return { refuse: { code: "too_few_updates", message } };
}
