import { refuseOption } from "../require-option.js";
import { maxBytes, maxDuration, maxRounds } from "./budgets.js";
import { maxEpsilon } from "./max-epsilon.js";
import { type PatienceOptions, patience } from "./patience.js";
import type { StopRule } from "./stop-rule.js";
import { type TargetReachedOptions, targetReached } from "./target-reached.js";

/** A stop rule as plain data. */
export type StopRuleConfig =
  | ({ readonly kind: "targetReached" } & TargetReachedOptions)
  | ({ readonly kind: "patience" } & PatienceOptions)
  | { readonly kind: "maxRounds"; readonly rounds: number }
  | { readonly kind: "maxDuration"; readonly ms: number }
  | { readonly kind: "maxBytes"; readonly bytes: number }
  | { readonly kind: "maxEpsilon"; readonly epsilon: number };

type Factory = (options: never) => StopRule;

/** Every rule by its kind, with the options it takes. */
const rules: Record<StopRuleConfig["kind"], { create: Factory; options: readonly string[] }> = {
  targetReached: { create: targetReached as Factory, options: ["metric", "value", "mode"] },
  patience: { create: patience as Factory, options: ["metric", "mode", "rounds", "minDelta", "restoreBest"] },
  maxRounds: { create: maxRounds as Factory, options: ["rounds"] },
  maxDuration: { create: maxDuration as Factory, options: ["ms"] },
  maxBytes: { create: maxBytes as Factory, options: ["bytes"] },
  maxEpsilon: { create: maxEpsilon as Factory, options: ["epsilon"] },
};

/**
 * Creates a stop rule from its configuration.
 * @throws StrategyError `invalid_option`, which names the field, for anything that is not a `StopRuleConfig`.
 */
export function createStopRule(config: unknown): StopRule {
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    refuseOption("stop rule", "an object with a kind", config);
  }
  const { kind, ...options } = config as { kind?: unknown };
  if (typeof kind !== "string" || !Object.hasOwn(rules, kind)) {
    refuseOption("kind", `one of ${Object.keys(rules).join(", ")}`, kind);
  }
  const { create, options: known } = rules[kind as StopRuleConfig["kind"]];
  const unknown = Object.keys(options).find((field) => !known.includes(field));
  if (unknown !== undefined) refuseOption(kind, `options among ${known.join(", ")}`, unknown);
  return create(options as never);
}
