// Nguyen, Malik, Zhan, Yousefpour, Rabbat, Malek, Huba: "Federated Learning with Buffered Asynchronous Aggregation",
// AISTATS 2022 (arXiv 2106.06639), Algorithm 1: the server gathers K updates as they come, then
// x += eta_g (1/K) sum s(tau_k) d_k, with s(tau) = (1 + tau)^-1/2 and tau the rounds that passed since the client started.
import type { StrategyDescription } from "../description.js";
import { requireNumber, requireOneOf } from "../require-option.js";
import type { StreamStrategy } from "../strategy.js";
import { addDelta } from "../weights/add-delta.js";
import { scaleRoles } from "../weights/scale-roles.js";
import { foldMean, totalWeight } from "../weights/weighted-mean.js";
import { describedServerRate } from "./described-options.js";
import { type SelectingOptions, selecting } from "./mean-family.js";

export interface FedBuffOptions extends SelectingOptions {
  /** Updates after which the server steps (K), >= 1; a client has one place among them. */
  readonly bufferSize: number;
  /** Step of the server (eta_g), > 0; default 1. */
  readonly serverLearningRate?: number;
  /** Rounds that may pass while a client trains; default 20. */
  readonly maxStaleness?: number;
  /** What the weighted sum is divided by: the number of updates, as in the paper, the sum of s, or 1; default `count`. */
  readonly normalization?: "count" | "weights" | "none";
}

export const fedBuffDescription: StrategyDescription<FedBuffOptions> = {
  title: "FedBuff",
  about:
    "Asynchronous: the server steps after so many updates, and late ones count less. Take it when some clients are much slower than others; how a run goes depends on their speed, so that no two are equal.",
  source: "Nguyen et al. 2022, arXiv 2106.06639",
  options: {
    bufferSize: {
      kind: "integer",
      about: "Updates after which the server steps; each client has one place among them.",
      isRequired: true,
      min: 1,
    },
    serverLearningRate: describedServerRate,
    maxStaleness: {
      kind: "integer",
      about: "Rounds that may pass while a client trains; an update that is later is refused.",
      min: 0,
      default: 20,
    },
    normalization: {
      kind: "choice",
      about:
        "What the weighted sum of the updates is divided by: their number, the sum of their weights, or nothing.",
      choices: ["count", "weights", "none"],
      default: "count",
    },
  },
};

/**
 * Asynchronous: nobody waits for anybody, late work counts less. Algorithm 1 of Nguyen et al. 2022.
 *
 * A round is one filling of the buffer: close it when it `isEnough`, open the next, and give its tasks to idle clients only;
 * the others go on with what they began, and answer in a later round.
 */
export function fedBuff(options: FedBuffOptions): StreamStrategy<null> {
  const { normalization = "count" } = options;
  const enough = requireNumber("bufferSize", options.bufferSize, "an integer >= 1");
  const scale = requireNumber("serverLearningRate", options.serverLearningRate ?? 1, "a finite number > 0");
  const maxStaleness = requireNumber("maxStaleness", options.maxStaleness ?? 20, "an integer >= 0");
  requireOneOf("normalization", normalization, ["count", "weights", "none"]);
  const { select, configure } = selecting(options);
  return {
    id: "fedbuff",
    stateVersion: 1,
    mode: "stream",
    maxStaleness,
    init: () => null,
    select: (context) => ({ clientIds: select(context).clientIds, enough }),
    configure,
    weigh: (update, { round }) => 1 / Math.sqrt(1 + round - update.round),
    fold: foldMean,
    reduce(sums, context) {
      const total = totalWeight(context);
      const divisor = { count: context.updates.length, weights: total, none: 1 }[normalization];
      return scaleRoles(sums.delta(), context.layout, { trainable: 1 / divisor, statistic: 1 / total });
    },
    apply: (delta, { layout, globalWeights: weights, state }) => ({
      weights: addDelta(layout, { weights, delta, scale }),
      state,
    }),
  };
}
