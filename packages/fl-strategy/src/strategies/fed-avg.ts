// McMahan, Moore, Ramage, Hampson, Agüera y Arcas: "Communication-Efficient Learning of Deep Networks from
// Decentralized Data", AISTATS 2017 (arXiv 1602.05629), Algorithm 1. The new weights are the clients' weights
// averaged by sample count: x+ = sum n_k w_k / sum n_k over the clients that answered.
import type { StrategyDescription } from "../description.js";
import type { StreamStrategy } from "../strategy.js";
import { addDelta } from "../weights/add-delta.js";
import { describedWeighting } from "./described-options.js";
import { type MeanOptions, meanFamily } from "./mean-family.js";

export const fedAvgDescription: StrategyDescription<MeanOptions> = {
  title: "FedAvg",
  about:
    "The mean of the clients' models, each weighted by its number of samples. The usual choice, and the one to compare others with.",
  source: "McMahan et al. 2017, arXiv 1602.05629",
  options: { weighting: describedWeighting },
};

/** Federated averaging, weighted by sample count. Section 2 and Algorithm 1 of McMahan et al. 2017. */
export function fedAvg(options: MeanOptions = {}): StreamStrategy<null> {
  return {
    ...meanFamily(options),
    id: "fedavg",
    stateVersion: 1,
    init: () => null,
    apply: (delta, { layout, globalWeights: weights, state }) => ({
      weights: addDelta(layout, { weights, delta }),
      state,
    }),
  };
}
