// McMahan, Moore, Ramage, Hampson, Agüera y Arcas: "Communication-Efficient Learning of Deep Networks from
// Decentralized Data", AISTATS 2017 (arXiv 1602.05629), Algorithm 1. The new weights are the clients' weights
// averaged by sample count: x+ = sum n_k w_k / sum n_k over the clients that answered.
import { StrategyError } from "../errors.js";
import { selectFraction } from "../selection/select-fraction.js";
import type { StreamStrategy } from "../strategy.js";
import { addDelta } from "../weights/add-delta.js";
import { foldUpdate } from "../weights/fold-update.js";

export interface FedAvgOptions {
  /** Share of the available clients that trains in a round (the paper's C), in (0, 1]; default 1. */
  readonly fraction?: number;
  /** Fewest clients that train in a round; default 1. */
  readonly minClients?: number;
}

/** Federated averaging, weighted by sample count. Section 2 and Algorithm 1 of McMahan et al. 2017. */
export function fedAvg(options: FedAvgOptions = {}): StreamStrategy<null> {
  const { fraction = 1, minClients = 1 } = options;
  if (!(fraction > 0 && fraction <= 1)) {
    throw new StrategyError("invalid_option", `fraction: expected a number in (0, 1], got ${fraction}`);
  }
  if (!Number.isInteger(minClients) || minClients < 1) {
    throw new StrategyError("invalid_option", `minClients: expected an integer >= 1, got ${minClients}`);
  }
  return {
    id: "fedavg",
    stateVersion: 1,
    mode: "stream",
    init: () => null,
    select: (context) => selectFraction(context, { fraction, minClients }),
    configure: (_clientId, context) => context.train,
    weigh: (update) => update.numSamples,
    fold: foldUpdate,
    apply: (delta, context) => ({ weights: addDelta(context.globalWeights, delta), state: context.state }),
  };
}
