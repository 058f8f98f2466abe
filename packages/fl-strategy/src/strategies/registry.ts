import type { StrategyDescription } from "../description.js";
import { StrategyError } from "../errors.js";
import { requireKnownOptions } from "../require-option.js";
import type { Strategy } from "../strategy.js";
import {
  fedAdagrad,
  fedAdagradDescription,
  fedAdam,
  fedAdamDescription,
  fedYogi,
  fedYogiDescription,
} from "./adaptive.js";
import { bulyan, bulyanDescription } from "./bulyan.js";
import { centeredClipping, centeredClippingDescription } from "./centered-clipping.js";
import { coordinateMedian, coordinateMedianDescription } from "./coordinate-median.js";
import { fedAvg, fedAvgDescription } from "./fed-avg.js";
import { fedAvgM, fedAvgMDescription } from "./fed-avg-m.js";
import { fedBuff, fedBuffDescription } from "./fed-buff.js";
import { fedNova, fedNovaDescription } from "./fed-nova.js";
import { fedProx, fedProxDescription } from "./fed-prox.js";
import { geometricMedian, geometricMedianDescription } from "./geometric-median.js";
import { krum, krumDescription, multiKrum, multiKrumDescription } from "./krum.js";
import { qFedAvg, qFedAvgDescription } from "./q-fed-avg.js";
import { scaffold, scaffoldDescription } from "./scaffold.js";
import { trimmedMean, trimmedMeanDescription } from "./trimmed-mean.js";

type Factory = (options: never) => Strategy;

/** Every strategy by the name that configurations use; it takes the options that are described, and `selection`. */
const strategies = {
  fedavg: [fedAvg, fedAvgDescription],
  fedavgm: [fedAvgM, fedAvgMDescription],
  fedprox: [fedProx, fedProxDescription],
  fedadagrad: [fedAdagrad, fedAdagradDescription],
  fedadam: [fedAdam, fedAdamDescription],
  fedyogi: [fedYogi, fedYogiDescription],
  fednova: [fedNova, fedNovaDescription],
  scaffold: [scaffold, scaffoldDescription],
  fedbuff: [fedBuff, fedBuffDescription],
  qfedavg: [qFedAvg, qFedAvgDescription],
  median: [coordinateMedian, coordinateMedianDescription],
  "trimmed-mean": [trimmedMean, trimmedMeanDescription],
  krum: [krum, krumDescription],
  "multi-krum": [multiKrum, multiKrumDescription],
  bulyan: [bulyan, bulyanDescription],
  "geometric-median": [geometricMedian, geometricMedianDescription],
  "centered-clipping": [centeredClipping, centeredClippingDescription],
} as const satisfies Record<string, readonly [Factory, StrategyDescription]>;

/** A name that {@link createStrategy} knows. */
export type StrategyName = keyof typeof strategies;

/** Every known name, in the order in which to offer them. */
export const strategyNames = Object.keys(strategies) as StrategyName[];

/** What each strategy is for, and its options beside `selection`. */
export const strategyDescriptions = Object.fromEntries(
  Object.entries(strategies).map(([name, [, description]]) => [name, description]),
) as Readonly<Record<StrategyName, StrategyDescription>>;

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
  const [create, { options: known }] = strategies[name as StrategyName] as readonly [
    Factory,
    StrategyDescription,
  ];
  requireKnownOptions(name, options, ["selection", ...Object.keys(known)]);
  return create(options as never);
}
