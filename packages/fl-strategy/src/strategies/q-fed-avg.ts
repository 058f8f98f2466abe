// Li, Sanjabi, Beirami, Smith: "Fair Resource Allocation in Federated Learning", ICLR 2020 (arXiv 1905.10497),
// Algorithm 2 (q-FedAvg). With F_k the loss of the global weights at client k, L = 1 / learning rate, d_k = w_k - x:
//   x+ = x + sum_k F_k^q L d_k / sum_k h_k,   h_k = q F_k^(q-1) L^2 ||d_k||^2 + L F_k^q
// q = 0 is the plain mean; a larger q lets clients with a large loss pull harder.

import { vectorKernels } from "@fedloom/kernels";
import type { StrategyDescription } from "../description.js";
import { StrategyError } from "../errors.js";
import { portableExp, portableLog } from "../portable-math.js";
import { requireNumber } from "../require-option.js";
import type { RoundContext, StreamStrategy } from "../strategy.js";
import type { Update } from "../update.js";
import { addDelta } from "../weights/add-delta.js";
import { rangesOf } from "../weights/ranges.js";
import { scaleRoles } from "../weights/scale-roles.js";
import { type SelectingOptions, selecting } from "./mean-family.js";

export interface QFedAvgOptions extends SelectingOptions {
  /** How much fairness, >= 0; default 1. */
  readonly q?: number;
}

export const qFedAvgDescription: StrategyDescription<QFedAvgOptions> = {
  title: "q-FedAvg",
  about:
    "Lets clients with a large loss pull harder, for a more even accuracy. Take it when no client should be left behind.",
  source: "Li et al. 2020, arXiv 1905.10497",
  options: {
    q: {
      kind: "number",
      about:
        "How much fairness: 0 counts each client the same, larger values favour those with a large loss.",
      min: 0,
      default: 1,
    },
  },
};

/** Losses below it count as it, so that F^(q-1) stays finite. */
const SMALLEST_LOSS = 1e-10;

/** FedAvg that weighs clients by their loss, for a more even accuracy. Algorithm 2 of Li et al. 2020. */
export function qFedAvg(options: QFedAvgOptions = {}): StreamStrategy<null> {
  const q = requireNumber("q", options.q ?? 1, "a finite number >= 0");
  return {
    ...selecting(options),
    id: "qfedavg",
    stateVersion: 1,
    mode: "stream",
    init: () => null,
    configure: (_clientId, { train }) => ({ ...train, initialLoss: true }),
    check: ({ metrics }) =>
      (metrics.initial_loss ?? -1) >= 0 && Number.isFinite(metrics.initial_loss)
        ? undefined
        : {
            code: "invalid_metric",
            message: `metrics.initial_loss: expected a finite number >= 0, got ${metrics.initial_loss}`,
          },
    weigh: () => 1,
    fold(sums, { update }, context) {
      const loss = Math.max(update.metrics.initial_loss as number, SMALLEST_LOSS);
      const lipschitz = 1 / context.train.learningRate;
      const share = portableExp(q * portableLog(loss));
      const square = lipschitz * lipschitz * squaredNorm(update, context);
      const step = q * (share / loss) * square + lipschitz * share;
      if (step === Number.POSITIVE_INFINITY) {
        const message = `metrics.initial_loss: expected a value whose power ${q} is finite, got ${update.metrics.initial_loss}`;
        throw new StrategyError("wrong_update", message);
      }
      sums.addUpdate(update, { trainable: lipschitz * share, statistic: share });
      return { share, step };
    },
    reduce(sums, { layout, updates }) {
      let [steps, shares] = [0, 0];
      for (const { scalars } of updates) {
        steps += scalars.step as number;
        shares += scalars.share as number;
      }
      return scaleRoles(sums.delta(), layout, { trainable: 1 / steps, statistic: 1 / shares });
    },
    apply: (delta, { layout, globalWeights: weights, state }) => ({
      weights: addDelta(layout, { weights, delta }),
      state,
    }),
  };
}

function squaredNorm({ values, form }: Update, { layout, globalWeights }: RoundContext): number {
  let sum = 0;
  for (const { start, end } of rangesOf(layout, "trainable")) {
    const origin = form === "weights" ? globalWeights.subarray(start, end) : undefined;
    sum += vectorKernels().squaredNorm(values.subarray(start, end), origin);
  }
  return sum;
}
