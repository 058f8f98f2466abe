import {
  type AccountingMethod,
  type AggregationState,
  privacySpent,
  type RoundResult,
  recordRound,
  weightedMeans,
} from "@fedloom/fl-strategy";
import type { StepEnd } from "../callbacks/trainer-callback.js";

/** At which delta a run's privacy is accounted for. */
export interface PrivacyAccounting {
  readonly delta: number;
  readonly method?: AccountingMethod;
}

/** Means over the accepted updates, and how many samples they stand for. */
export function fitMetrics({ updates }: RoundResult): Record<string, number> {
  const numSamples = updates.reduce((sum, update) => sum + update.numSamples, 0);
  return { ...weightedMeans(updates), num_samples: numSamples };
}

/** What each hook did in a round: `hooks/<name>/` before its verdict (0 passed to 3 threw), duration and counters. */
export function hookMetrics({ hooks }: RoundResult): Record<string, number> {
  const verdicts = ["passed", "replaced", "refused", "threw"];
  return Object.fromEntries(
    hooks.flatMap(({ name, verdict, durationMs, counters }) =>
      Object.entries({ verdict: verdicts.indexOf(verdict), duration_ms: durationMs, ...counters }).map(
        ([key, value]) => [`hooks/${name}/${key}`, value],
      ),
    ),
  );
}

/** What was spent so far, and what it will be after another round like the last; empty for runs without accounting. */
export function privacyOf(
  state: AggregationState,
  options: PrivacyAccounting,
): Pick<StepEnd, "epsilon" | "nextEpsilon"> {
  const spent = privacySpent(state, options);
  if (!spent) return {};
  const next = privacySpent(afterAnotherRound(state), options);
  return { epsilon: spent.epsilon, nextEpsilon: next?.epsilon ?? "unknown" };
}

/** For viewers; epsilon is NaN where nobody can tell. */
export function privacyMetrics(
  { epsilon }: Pick<StepEnd, "epsilon">,
  options: PrivacyAccounting,
): Record<string, number> {
  if (epsilon === undefined) return {};
  return { "privacy/epsilon": epsilon === "unknown" ? Number.NaN : epsilon, "privacy/delta": options.delta };
}

const HOOK = "central-privacy";

/** The state whose ledger has the last round once more. */
function afterAnotherRound(state: AggregationState): AggregationState {
  const hook = state.hooks[HOOK] as { readonly ledger: Parameters<typeof recordRound>[0] | null };
  const last = hook.ledger?.entries.at(-1);
  if (!hook.ledger || !last) return state;
  const { rounds: _rounds, kept: _kept, ...round } = last;
  return {
    ...state,
    hooks: { ...state.hooks, [HOOK]: { ...hook, ledger: recordRound(hook.ledger, round) } },
  };
}
