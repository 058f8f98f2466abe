// Li, Sahu, Zaheer, Sanjabi, Talwalkar, Smith: "Federated Optimization in Heterogeneous Networks", MLSys 2020
// (arXiv 1812.06127), Algorithm 2. Clients minimise F_k(w) + mu/2 ||w - x||^2; the server averages as FedAvg does.
import type { StrategyDescription } from "../description.js";
import { requireNumber } from "../require-option.js";
import type { StreamStrategy } from "../strategy.js";
import { describedWeighting } from "./described-options.js";
import { fedAvg } from "./fed-avg.js";
import type { MeanOptions } from "./mean-family.js";

export interface FedProxOptions extends MeanOptions {
  /** Strength of the pull towards the round's global weights, >= 0. */
  readonly mu: number;
}

export const fedProxDescription: StrategyDescription<FedProxOptions> = {
  title: "FedProx",
  about:
    "FedAvg whose clients are held near the global model while they train. Take it when clients differ much or train for many epochs a round.",
  source: "Li et al. 2020, arXiv 1812.06127",
  options: {
    weighting: describedWeighting,
    mu: {
      kind: "number",
      about:
        "Strength of the pull towards the round's global model; 0 is FedAvg. The paper tries 0.001 to 1.",
      isRequired: true,
      min: 0,
    },
  },
};

/** FedAvg whose clients are held near the global weights by a proximal term. Algorithm 2 of Li et al. 2020. */
export function fedProx({ mu, ...options }: FedProxOptions): StreamStrategy<null> {
  requireNumber("mu", mu, "a finite number >= 0");
  return {
    ...fedAvg(options),
    id: "fedprox",
    configure: (_clientId, { train }) => ({ ...train, proximalMu: mu }),
  };
}
