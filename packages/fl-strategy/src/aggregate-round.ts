import { vectorKernels } from "@fedloom/kernels";
import type { HookRunner } from "./hook-runner.js";
import type { AggregateHook, RoundOutcome } from "./hooks.js";
import type { AggregateContext, Strategy, WeighedUpdate } from "./strategy.js";
import type { Refusal } from "./update.js";
import { rangesOf } from "./weights/ranges.js";
import type { RoundSums } from "./weights/round-sums.js";

export interface AggregateRoundOptions {
  readonly strategy: Strategy;
  readonly hooks: readonly AggregateHook[];
  readonly runner: HookRunner;
  readonly sums: RoundSums;
  /** Fewest accepted updates from which an aggregate is made. */
  readonly quorum: number;
  /** The accepted updates of a strategy that combines them, ordered by client id. */
  readonly held: () => readonly WeighedUpdate[];
  readonly context: AggregateContext;
}

/** Makes the new global weights of what was received, or says why the old ones stay; and the strategy's next state. */
export function aggregateRound(options: AggregateRoundOptions): { round: RoundOutcome; state: unknown } {
  const { strategy, hooks, runner, quorum, context } = options;
  const { updates, refused, failed, layout, globalWeights } = context;
  const keep = (reason: string) => ({
    round: { outcome: "kept" as const, reason, weights: globalWeights, notes: [] },
    state: context.state,
  });
  const mustRelease = hooks.some((hook) => hook.releasesAlways);
  if (updates.length < quorum && !mustRelease) {
    const rest = `${refused.length} refused, ${failed.length} clients failed`;
    return updates.length === 0
      ? keep(`no update was accepted (${rest})`)
      : keep(`quorum: expected at least ${quorum} accepted updates, got ${updates.length} (${rest})`);
  }
  const refusal = runner.skipRound ?? runner.beforeAggregate();
  if (refusal) return keep(refusal.message);
  const isWeightless = updates.every(({ weight }) => weight === 0);
  if (isWeightless && !mustRelease) return keep("the accepted updates weigh nothing");

  const combined = isWeightless ? new Float64Array(layout.size) : combine(options);
  if ("refuse" in combined) return keep(combined.refuse.message);
  const after = runner.afterAggregate(combined);
  if ("refused" in after) return keep(after.refused.message);
  const { weights, state, notes = [] } = strategy.apply(after.delta, context);
  if (!Number.isFinite(vectorKernels().maxMagnitude(weights))) {
    return keep("the new weights would not be finite");
  }
  return { round: { outcome: "aggregated", weights, notes }, state };
}

/** The aggregated difference, 0 where tensors are private. */
function combine({
  strategy,
  sums,
  held,
  context,
}: AggregateRoundOptions): Float64Array | { readonly refuse: Refusal } {
  if (strategy.mode === "stream") return strategy.reduce(sums, context);
  const combined = strategy.combine(held(), context);
  if ("refuse" in combined) return combined;
  const { layout } = context;
  let end = 0;
  for (const shared of [...rangesOf(layout, "shared"), { start: layout.size, end: layout.size }]) {
    combined.fill(0, end, shared.start);
    end = shared.end;
  }
  return combined;
}
