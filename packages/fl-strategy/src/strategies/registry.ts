import { StrategyError } from "../errors.js";
import type { Strategy } from "../strategy.js";
import { fedAvg } from "./fed-avg.js";

type Factory = (options: never) => Strategy;

/** Every strategy by the name that configurations use, with the options it takes. */
const strategies = {
  fedavg: { create: fedAvg as Factory, options: ["fraction", "minClients"] },
} as const satisfies Record<string, { create: Factory; options: readonly string[] }>;

/** A name that {@link createStrategy} knows. */
export type StrategyName = keyof typeof strategies;

/** Every known name, in the order in which to offer them. */
export const strategyNames = Object.keys(strategies) as StrategyName[];

/**
 * Creates a strategy by name, with options as they come from a configuration.
 * @throws StrategyError `unknown_strategy`, which lists the known ones, or `invalid_option`.
 */
export function createStrategy(name: string, options: Readonly<Record<string, unknown>> = {}): Strategy {
  if (!Object.hasOwn(strategies, name)) {
    throw new StrategyError(
      "unknown_strategy",
      `strategy: expected one of ${strategyNames.join(", ")}, got ${JSON.stringify(name)}`,
    );
  }
  const { create, options: known } = strategies[name as StrategyName];
  const unknown = Object.keys(options).find((key) => !(known as readonly string[]).includes(key));
  if (unknown !== undefined) {
    throw new StrategyError(
      "invalid_option",
      `${name}: expected options among ${known.join(", ")}, got "${unknown}"`,
    );
  }
  return create(options as never);
}
