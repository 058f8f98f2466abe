// Sun, Kairouz, Suresh, McMahan: "Can You Really Backdoor Federated Learning?", 2019 (arXiv 1911.07963), section 4:
// d <- d / max(1, ||d|| / C). Zero stays zero, and what is on the bound stays.

import { vectorKernels } from "@fedloom/kernels";
import type { Description } from "../description.js";
import type { AggregateHook } from "../hooks.js";
import { requireKnownOptions, requireNumber } from "../require-option.js";
import type { RoundContext } from "../strategy.js";
import type { Refusal, Update } from "../update.js";
import { rangesOf } from "../weights/ranges.js";

export interface ClipUpdateOptions {
  /** Largest L2 norm of an update's difference from the global weights, over all shared tensors together; > 0. */
  readonly maxNorm: number;
}

export const clipUpdateDescription: Description<ClipUpdateOptions> = {
  title: "Clip updates",
  about:
    "Scales an update that is too long down to a norm: nobody pulls further than that. Take it when single clients may be faulty or hostile. It has to come after compression.",
  options: {
    maxNorm: {
      kind: "number",
      about: "Largest L2 norm of an update's difference from the global model.",
      isRequired: true,
      min: 0,
      isAboveMin: true,
    },
  },
};

/**
 * Scales an update down to the norm `maxNorm` if it is longer: nobody pulls further than that, whatever the direction.
 * It bounds one client's say in a mean; it does not tell attackers from others. The counter is `clipped`. Vectors
 * beside the values stay as they are.
 * @throws StrategyError `invalid_option` for a norm that is no finite number > 0.
 */
export function clipUpdate(options: ClipUpdateOptions): AggregateHook<null> {
  requireKnownOptions("clip-update", options, ["maxNorm"]);
  const maxNorm = requireNumber("maxNorm", options.maxNorm, "a finite number > 0");
  return {
    name: "clip-update",
    objectTo(_strategy, hooks) {
      const names = hooks.map((hook) => hook.name);
      return names.indexOf("compress-updates") > names.indexOf("clip-update")
        ? "expected compress-updates to come before it, because a lossy step can raise the norm"
        : undefined;
    },
    init: () => null,
    beforeUpdate(update, { round }) {
      const result = clipToNorm(update, maxNorm, round);
      if ("refuse" in result) return { refuse: result.refuse, counters: { [result.refuse.code]: 1 } };
      return result.clipped ? { replace: result.update, counters: { clipped: 1 } } : undefined;
    },
  };
}

/** An update whose norm is at most the bound. */
export interface ClippedUpdate {
  /** The update that was given if it was not clipped, else one of form `delta`. */
  readonly update: Update;
  readonly clipped: boolean;
  /** L2 norm of the difference as it came, over all shared tensors. */
  readonly norm: number;
}

/**
 * Scales an update's difference from the global weights down to `maxNorm`; refuses it with code `not_finite`, or with
 * `stale_weights` if it holds weights that started from others than these. Private tensors keep their values. The norm
 * that comes out is never above `maxNorm`, also after rounding to float32.
 */
export function clipToNorm(
  update: Update,
  maxNorm: number,
  context: Pick<RoundContext, "round" | "layout" | "globalWeights">,
): ClippedUpdate | { readonly refuse: Refusal } {
  if (update.form === "weights" && update.round !== context.round) {
    const message = `form: expected "delta" of an update that started in round ${update.round}, got "weights"`;
    return { refuse: { code: "stale_weights", message } };
  }
  const norm = sharedNorm(update, context);
  if (!Number.isFinite(norm)) {
    return { refuse: { code: "not_finite", message: `norm: expected a finite number, got ${norm}` } };
  }
  if (norm <= maxNorm) return { update, clipped: false, norm };
  const clipped = { ...update, form: "delta" as const, values: update.values.slice() };
  // Rounded to float32 it can be a little too long; next to the smallest float32 (1e-45) nothing but zero may be left.
  for (const share of [1, 1 - 2 ** -23, 0]) {
    scaleShared(update, (share * maxNorm) / norm, { context, target: clipped.values });
    if (sharedNorm(clipped, context) <= maxNorm) break;
  }
  return { update: clipped, clipped: true, norm };
}

/** L2 norm of the update's difference from the global weights, over all shared tensors together, in float64. */
function sharedNorm(
  { form, values }: Update,
  { layout, globalWeights }: Pick<RoundContext, "layout" | "globalWeights">,
): number {
  let squared = 0;
  for (const { start, end } of rangesOf(layout, "shared")) {
    const origin = form === "weights" ? globalWeights.subarray(start, end) : undefined;
    squared += vectorKernels().squaredNorm(values.subarray(start, end), origin);
  }
  return Math.sqrt(squared);
}

/** Writes the difference from the global weights times `factor`. */
function scaleShared(
  { form, values }: Update,
  factor: number,
  { context, target }: { context: Pick<RoundContext, "layout" | "globalWeights">; target: Float32Array },
): void {
  const { layout, globalWeights } = context;
  for (const { start, end } of rangesOf(layout, "shared")) {
    if (form === "weights") {
      for (let i = start; i < end; i += 1) {
        target[i] = ((values[i] as number) - (globalWeights[i] as number)) * factor;
      }
    } else {
      for (let i = start; i < end; i += 1) target[i] = (values[i] as number) * factor;
    }
  }
}
