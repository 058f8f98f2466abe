import { StrategyError } from "../errors.js";
import { requireKnownOptions } from "../require-option.js";
import type { Strategy } from "../strategy.js";
import { fedAdagrad, fedAdam, fedYogi } from "./adaptive.js";
import { bulyan } from "./bulyan.js";
import { centeredClipping } from "./centered-clipping.js";
import { coordinateMedian } from "./coordinate-median.js";
import { fedAvg } from "./fed-avg.js";
import { fedAvgM } from "./fed-avg-m.js";
import { fedBuff } from "./fed-buff.js";
import { fedNova } from "./fed-nova.js";
import { fedProx } from "./fed-prox.js";
import { geometricMedian } from "./geometric-median.js";
import { krum, multiKrum } from "./krum.js";
import { qFedAvg } from "./q-fed-avg.js";
import { scaffold } from "./scaffold.js";
import { trimmedMean } from "./trimmed-mean.js";

type Factory = (options: never) => Strategy;

const adaptive = ["weighting", "serverLearningRate", "beta1", "tau", "initialAccumulator"];

/** Every strategy by the name that configurations use, with the options it takes beside `selection`. */
const strategies = {
  fedavg: [fedAvg, ["weighting"]],
  fedavgm: [fedAvgM, ["weighting", "serverLearningRate", "momentum", "nesterov"]],
  fedprox: [fedProx, ["weighting", "mu"]],
  fedadagrad: [fedAdagrad, adaptive],
  fedadam: [fedAdam, [...adaptive, "beta2", "biasCorrection"]],
  fedyogi: [fedYogi, [...adaptive, "beta2", "biasCorrection"]],
  fednova: [fedNova, ["weighting", "clientMomentum", "mu"]],
  scaffold: [scaffold, ["serverLearningRate", "numClients"]],
  fedbuff: [fedBuff, ["bufferSize", "serverLearningRate", "maxStaleness", "normalization"]],
  qfedavg: [qFedAvg, ["q"]],
  median: [coordinateMedian, ["f"]],
  "trimmed-mean": [trimmedMean, ["beta"]],
  krum: [krum, ["f"]],
  "multi-krum": [multiKrum, ["f", "m"]],
  bulyan: [bulyan, ["f"]],
  "geometric-median": [geometricMedian, ["weighting", "smoothing", "maxSteps"]],
  "centered-clipping": [centeredClipping, ["radius", "steps"]],
} as const satisfies Record<string, readonly [Factory, readonly string[]]>;

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
  const [create, known] = strategies[name as StrategyName] as readonly [Factory, readonly string[]];
  requireKnownOptions(name, options, ["selection", ...known]);
  return create(options as never);
}
