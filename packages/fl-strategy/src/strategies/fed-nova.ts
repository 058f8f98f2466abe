// Wang, Liu, Liang, Joshi, Poor: "Tackling the Objective Inconsistency Problem in Heterogeneous Federated Optimization",
// NeurIPS 2020 (arXiv 2007.07481), section 4.1: x+ = x + tau_eff sum p_k d_k / ||a_k||, tau_eff = sum p_k ||a_k||. The
// norm ||a_k|| counts local steps in the unit of one gradient: tau for plain SGD, sum_j (1 - rho^j) / (1 - rho) over the
// steps j with momentum rho, sum_j (1 - eta mu)^j with a proximal term.
import type { StrategyDescription } from "../description.js";
import { refuseOption, requireNumber } from "../require-option.js";
import type { StreamStrategy, TrainConfig } from "../strategy.js";
import type { Update } from "../update.js";
import { addDelta } from "../weights/add-delta.js";
import { scaleRoles } from "../weights/scale-roles.js";
import { totalWeight } from "../weights/weighted-mean.js";
import { describedWeighting } from "./described-options.js";
import { type MeanOptions, meanFamily } from "./mean-family.js";

export interface FedNovaOptions extends MeanOptions {
  /** Momentum of the clients' SGD, in [0, 1); default 0. */
  readonly clientMomentum?: number;
  /** Strength of a proximal term at the clients, >= 0; default 0. Not together with momentum. */
  readonly mu?: number;
}

export const fedNovaDescription: StrategyDescription<FedNovaOptions> = {
  title: "FedNova",
  about:
    "Averages steps, not sums of steps: a client that took more of them does not pull harder. Take it when clients have very different numbers of samples or epochs.",
  source: "Wang et al. 2020, arXiv 2007.07481",
  options: {
    weighting: describedWeighting,
    clientMomentum: {
      kind: "number",
      about:
        "Momentum that the clients' SGD has, so that its steps are counted rightly; it does not set the optimizer. Not together with mu.",
      min: 0,
      max: 1,
      isBelowMax: true,
      default: 0,
    },
    mu: {
      kind: "number",
      about:
        "Strength of a pull towards the global model at the clients, as in FedProx; 0 for none. Not together with a client momentum.",
      min: 0,
      default: 0,
    },
  },
};

/** Averages steps, not sums of steps: a client that took more of them does not pull harder. Section 4.1. */
export function fedNova(options: FedNovaOptions = {}): StreamStrategy<null> {
  const { clientMomentum = 0, mu = 0 } = options;
  requireNumber("clientMomentum", clientMomentum, "a number in [0, 1)");
  requireNumber("mu", mu, "a finite number >= 0");
  if (mu > 0 && clientMomentum > 0) refuseOption("mu", "0 with a clientMomentum above 0", mu);
  const { mean: _, ...family } = meanFamily(options);
  return {
    ...family,
    id: "fednova",
    stateVersion: 1,
    init: () => null,
    configure: (_clientId, { train }) => (mu > 0 ? { ...train, proximalMu: mu } : train),
    check: requireSteps,
    fold(sums, { update, weight }, { train }) {
      const steps = numGradients(update.numSteps as number, { clientMomentum, mu, train });
      sums.addUpdate(update, { trainable: weight / steps, statistic: weight });
      return { steps };
    },
    reduce(sums, context) {
      const total = totalWeight(context);
      const weighted = context.updates.reduce(
        (sum, { weight, scalars }) => sum + weight * (scalars.steps ?? 0),
        0,
      );
      return scaleRoles(sums.delta(), context.layout, {
        trainable: weighted / total / total,
        statistic: 1 / total,
      });
    },
    apply: (delta, { layout, globalWeights: weights, state }) => ({
      weights: addDelta(layout, { weights, delta }),
      state,
    }),
  };
}

function requireSteps({ numSteps }: Update) {
  if (Number.isSafeInteger(numSteps) && (numSteps as number) >= 1) return undefined;
  return { code: "invalid_step_count", message: `num_steps: expected an integer >= 1, got ${numSteps}` };
}

/** ||a||_1 of `numSteps` local steps. */
function numGradients(
  numSteps: number,
  { clientMomentum, mu, train }: { clientMomentum: number; mu: number; train: TrainConfig },
): number {
  if (clientMomentum > 0) return geometricSums(clientMomentum, numSteps).nested;
  return mu > 0 ? geometricSums(1 - train.learningRate * mu, numSteps).sum : numSteps;
}

/**
 * S(n) = sum_{j<n} r^j and sum_{k=1..n} S(k), by doubling: the number of steps is a claim, and must not cost time. By
 * multiplication, because the last bits of `**` are left to the engine.
 */
function geometricSums(ratio: number, n: number): { sum: number; nested: number } {
  let [power, sum, nested, count] = [1, 0, 0, 0];
  for (const bit of n.toString(2)) {
    nested = nested + count * sum + power * nested;
    sum += power * sum;
    power *= power;
    count *= 2;
    if (bit === "0") continue;
    sum = 1 + ratio * sum;
    nested += sum;
    power *= ratio;
    count += 1;
  }
  return { sum, nested };
}
