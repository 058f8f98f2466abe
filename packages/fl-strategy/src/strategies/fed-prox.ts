// Li, Sahu, Zaheer, Sanjabi, Talwalkar, Smith: "Federated Optimization in Heterogeneous Networks", MLSys 2020
// (arXiv 1812.06127), Algorithm 2. Clients minimise F_k(w) + mu/2 ||w - x||^2; the server averages as FedAvg does.
import { requireNumber } from "../require-option.js";
import type { StreamStrategy } from "../strategy.js";
import { fedAvg } from "./fed-avg.js";
import type { MeanOptions } from "./mean-family.js";

export interface FedProxOptions extends MeanOptions {
  /** Strength of the pull towards the round's global weights, >= 0. */
  readonly mu: number;
}

/** FedAvg whose clients are held near the global weights by a proximal term. Algorithm 2 of Li et al. 2020. */
export function fedProx({ mu, ...options }: FedProxOptions): StreamStrategy<null> {
  requireNumber("mu", mu, "a finite number >= 0");
  return {
    ...fedAvg(options),
    id: "fedprox",
    configure: (_clientId, { train }) => ({ ...train, proximalMu: mu }),
  };
}
