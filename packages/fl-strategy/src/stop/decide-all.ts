import { StrategyError } from "../errors.js";
import type { Decision } from "./decision.js";
import type { RoundProgress, StopRule } from "./stop-rule.js";

/** What a list of rules decided: the answer of the first that does not continue, and `rule`, its name. */
export type JointDecision = {
  /** One per rule, in their order. */
  readonly states: readonly unknown[];
} & (
  | { readonly decision: "continue" }
  | (Exclude<Decision, { decision: "continue" }> & { readonly rule: string })
);

/** The states of a list of rules before round 1. */
export function initAll(rules: readonly StopRule[]): unknown[] {
  return rules.map((rule) => rule.init());
}

/**
 * Asks every rule, so that all states advance, and gives the first answer that is not to continue: put the rule that
 * restores the best round before the budgets.
 * @throws StrategyError `wrong_state` for another number of states than rules.
 */
export function decideAll(
  rules: readonly StopRule[],
  states: readonly unknown[],
  report: RoundProgress,
): JointDecision {
  if (states.length !== rules.length) {
    throw new StrategyError("wrong_state", `states: expected ${rules.length} of them, got ${states.length}`);
  }
  const decisions = rules.map((rule, i) => ({ rule: rule.name, ...rule.decide(report, states[i]) }));
  const advanced = decisions.map(({ state }) => state);
  for (const { state: _, ...answer } of decisions) {
    if (answer.decision !== "continue") return { ...answer, states: advanced };
  }
  return { decision: "continue", states: advanced };
}
