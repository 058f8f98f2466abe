import { StrategyError } from "./errors.js";
import type { AggregateHook } from "./hooks.js";
import type { Strategy } from "./strategy.js";
import type { WeightsLayout } from "./weights/layout.js";

/** All that must be kept between rounds beside the weights: plain data and typed arrays, see `encodeState`. */
export interface AggregationState {
  readonly strategy: { readonly id: string; readonly version: number; readonly state: unknown };
  /** By hook name; `null` for a hook without state. */
  readonly hooks: Readonly<Record<string, unknown>>;
  /** The training loss that each client reported last, by client id. */
  readonly losses: Readonly<Record<string, number>>;
}

/**
 * The state before round 1.
 * @throws StrategyError `invalid_option` for hooks with the same name, or one that does not go with the strategy.
 */
export function createAggregationState(
  strategy: Strategy,
  hooks: readonly AggregateHook[],
  layout: WeightsLayout,
): AggregationState {
  requireMatchingHooks(strategy, hooks);
  return {
    strategy: { id: strategy.id, version: strategy.stateVersion, state: strategy.init(layout) },
    hooks: Object.fromEntries(hooks.map((hook) => [hook.name, hook.init ? hook.init(layout) : null])),
    losses: {},
  };
}

/**
 * Refuses hooks that cannot work together.
 * @throws StrategyError `invalid_option` for hooks with the same name, or one that does not go with the strategy.
 */
export function requireMatchingHooks(strategy: Strategy, hooks: readonly AggregateHook[]): void {
  const names = hooks.map((hook) => hook.name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new StrategyError("invalid_option", `hooks: expected names used once, got "${repeated}" twice`);
  }
  for (const hook of hooks) {
    const objection = hook.objectTo?.(strategy, hooks);
    if (objection !== undefined) throw new StrategyError("invalid_option", `hook ${hook.name}: ${objection}`);
  }
}

/**
 * Refuses a state that another strategy, another version of it or another list of hooks has left.
 * @throws StrategyError `wrong_state`
 */
export function requireMatchingState(
  state: AggregationState,
  strategy: Strategy,
  hooks: readonly AggregateHook[],
): void {
  const { id, version } = state.strategy;
  if (id !== strategy.id || version !== strategy.stateVersion) {
    throw new StrategyError(
      "wrong_state",
      `state: expected that of ${strategy.id} version ${strategy.stateVersion}, got ${id} version ${version}`,
    );
  }
  const expected = hooks.map((hook) => hook.name);
  const received = Object.keys(state.hooks);
  if (expected.length !== received.length || expected.some((name) => !Object.hasOwn(state.hooks, name))) {
    throw new StrategyError(
      "wrong_state",
      `state.hooks: expected [${expected.join(", ")}], got [${received.join(", ")}]`,
    );
  }
}
