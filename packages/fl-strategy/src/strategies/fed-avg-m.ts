// Hsu, Qi, Brown: "Measuring the Effects of Non-Identical Data Distribution for Federated Visual Classification", 2019
// (arXiv 1909.06335). m = beta m + D, x+ = x + eta m, with D the mean difference and m = 0 at first; no dampening. With
// `nesterov` x+ = x + eta (D + beta m), as the paper's runs did.
import type { StrategyDescription } from "../description.js";
import { requireBoolean, requireNumber } from "../require-option.js";
import type { StreamStrategy } from "../strategy.js";
import { addDelta } from "../weights/add-delta.js";
import { describedServerRate, describedWeighting } from "./described-options.js";
import { type MeanOptions, meanFamily } from "./mean-family.js";

export interface FedAvgMOptions extends MeanOptions {
  /** Step of the server, > 0; default 1. */
  readonly serverLearningRate?: number;
  /** How much of the last rounds' movement is kept, in [0, 1); default 0.9. */
  readonly momentum?: number;
  /** Look ahead along the momentum; default false. */
  readonly nesterov?: boolean;
}

export const fedAvgMDescription: StrategyDescription<FedAvgMOptions> = {
  title: "FedAvgM",
  about:
    "FedAvg whose server keeps momentum: it goes on in the direction of earlier rounds. Take it when clients differ much and the model swings from round to round.",
  source: "Hsu et al. 2019, arXiv 1909.06335",
  options: {
    weighting: describedWeighting,
    serverLearningRate: describedServerRate,
    momentum: {
      kind: "number",
      about:
        "Share of the last rounds' movement that is kept; 0 keeps none. At 0.9 steady movement becomes 10 times as fast.",
      min: 0,
      max: 1,
      isBelowMax: true,
      default: 0.9,
    },
    nesterov: {
      kind: "boolean",
      about: "Looks ahead along the momentum, as the paper's runs did.",
      default: false,
    },
  },
};

/** FedAvg with momentum at the server. Section 4.3 of Hsu et al. 2019. */
export function fedAvgM(options: FedAvgMOptions = {}): StreamStrategy<{ momentum: Float64Array }> {
  const { serverLearningRate: scale = 1, momentum: beta = 0.9, nesterov = false } = options;
  requireNumber("serverLearningRate", scale, "a finite number > 0");
  requireNumber("momentum", beta, "a number in [0, 1)");
  requireBoolean("nesterov", nesterov);
  return {
    ...meanFamily(options),
    id: "fedavgm",
    stateVersion: 1,
    init: ({ size }) => ({ momentum: new Float64Array(size) }),
    apply(delta, { layout, globalWeights: weights, state }) {
      const momentum = state.momentum.map((value, i) => beta * value + (delta[i] as number));
      const step = nesterov ? momentum.map((value, i) => (delta[i] as number) + beta * value) : momentum;
      // Statistics do not gather momentum: they take the mean as it is.
      for (const { role, offset, size } of layout.tensors) {
        if (role === "trainable") continue;
        momentum.fill(0, offset, offset + size);
        if (step !== delta) step.set(delta.subarray(offset, offset + size), offset);
      }
      return { weights: addDelta(layout, { weights, delta: step, scale }), state: { momentum } };
    },
  };
}
