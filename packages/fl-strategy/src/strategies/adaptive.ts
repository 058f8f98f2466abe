// Reddi, Charles, Zaheer, Garrett, Rush, Konečný, Kumar, McMahan: "Adaptive Federated Optimization", ICLR 2021
// (arXiv 2003.00295), Algorithm 2, with D the mean difference:
//   m = b1 m + (1 - b1) D
//   v = v + D^2 (Adagrad) | b2 v + (1 - b2) D^2 (Adam) | v - (1 - b2) D^2 sign(v - D^2) (Yogi)
//   x+ = x + eta m / (sqrt(v) + tau)
// The paper has no bias correction and starts v at tau^2 or above; v starts at 0 here unless said otherwise, as in Flower.
// With `biasCorrection` m and v are divided by 1 - b^t, t counted from 1 over the rounds that were applied.
import type { StrategyDescription } from "../description.js";
import { requireBoolean, requireNumber } from "../require-option.js";
import type { StreamStrategy } from "../strategy.js";
import { addDelta } from "../weights/add-delta.js";
import { rangesOf } from "../weights/ranges.js";
import { describedServerRate, describedWeighting } from "./described-options.js";
import { type MeanOptions, meanFamily } from "./mean-family.js";

export interface AdaptiveOptions extends MeanOptions {
  /** Step of the server (eta), > 0. */
  readonly serverLearningRate?: number;
  /** Decay of the mean (b1), in [0, 1). */
  readonly beta1?: number;
  /** Added to the root (tau), > 0; default 1e-3. */
  readonly tau?: number;
  /** Where v starts, >= 0; default 0. */
  readonly initialAccumulator?: number;
}

export interface AdamOptions extends AdaptiveOptions {
  /** Decay of the squares (b2), in [0, 1); default 0.99. */
  readonly beta2?: number;
  /** Divides by 1 - b^t, so that the first rounds step as far as later ones; default false. */
  readonly biasCorrection?: boolean;
}

const share = { kind: "number", min: 0, max: 1, isBelowMax: true } as const;

function describeAdaptive(serverLearningRate: number, beta1: number) {
  return {
    weighting: describedWeighting,
    serverLearningRate: {
      ...describedServerRate,
      about:
        "Step of the server: about as far as a weight moves in a round, whatever the clients' steps were.",
      default: serverLearningRate,
    },
    beta1: {
      ...share,
      about: "Share of the earlier rounds' movement that is kept; 0 keeps none.",
      default: beta1,
    },
    tau: {
      kind: "number",
      about:
        "Added to the root that steps are divided by: the larger, the less steps adapt to single weights.",
      min: 0,
      isAboveMin: true,
      default: 1e-3,
    },
    initialAccumulator: {
      kind: "number",
      about:
        "Where each weight's memory of squared movements starts: the larger, the shorter the first steps.",
      min: 0,
      default: 0,
    },
  } as const;
}

function describeAdam(serverLearningRate: number) {
  return {
    ...describeAdaptive(serverLearningRate, 0.9),
    beta2: {
      ...share,
      about: "How long squared movements are remembered: the nearer to 1, the longer.",
      default: 0.99,
    },
    biasCorrection: {
      kind: "boolean",
      about: "Makes up for memories that start at 0, so that the first rounds step as far as later ones.",
      default: false,
    },
  } as const;
}

const source = "Reddi et al. 2021, arXiv 2003.00295";

export const fedAdagradDescription: StrategyDescription<AdaptiveOptions> = {
  title: "FedAdagrad",
  about:
    "The server gives each weight a step of its own, shorter the more it has moved in all rounds so far. Take it when some weights move rarely, as with texts.",
  source,
  options: describeAdaptive(0.1, 0),
};

export const fedAdamDescription: StrategyDescription<AdamOptions> = {
  title: "FedAdam",
  about:
    "The server gives each weight a step of its own, by how it moved of late, as Adam does. Take it when FedAvg learns slowly on clients that differ; its learning rate is worth a few tries.",
  source,
  options: describeAdam(0.1),
};

export const fedYogiDescription: StrategyDescription<AdamOptions> = {
  title: "FedYogi",
  about:
    "As FedAdam, but its memory of large movements fades slowly once they become small. Take it where FedAdam jumps.",
  source,
  options: describeAdam(0.01),
};

/** Means of differences and of their squares, and the number of rounds that were applied. */
export interface AdaptiveState {
  readonly m: Float64Array;
  readonly v: Float64Array;
  readonly t: number;
}

/** Server Adagrad: v gathers the squares of all rounds. Defaults: eta 0.1, b1 0. */
export function fedAdagrad(options: AdaptiveOptions = {}): StreamStrategy<AdaptiveState> {
  const defaults = { serverLearningRate: 0.1, beta1: 0 };
  return adaptive("fedadagrad", { ...defaults, ...options }, (v, square) => v + square);
}

/** Server Adam. Defaults: eta 0.1, b1 0.9, b2 0.99. */
export function fedAdam(options: AdamOptions = {}): StreamStrategy<AdaptiveState> {
  const { beta2 = 0.99 } = options;
  const defaults = { serverLearningRate: 0.1, beta1: 0.9, beta2 };
  return adaptive("fedadam", { ...defaults, ...options }, (v, square) => beta2 * v + (1 - beta2) * square);
}

/** Server Yogi: v shrinks slowly where squares become small. Defaults: eta 0.01, b1 0.9, b2 0.99. */
export function fedYogi(options: AdamOptions = {}): StreamStrategy<AdaptiveState> {
  const { beta2 = 0.99 } = options;
  const defaults = { serverLearningRate: 0.01, beta1: 0.9, beta2 };
  return adaptive(
    "fedyogi",
    { ...defaults, ...options },
    (v, square) => v - (1 - beta2) * square * Math.sign(v - square),
  );
}

function adaptive(
  id: string,
  options: AdamOptions & { serverLearningRate: number; beta1: number },
  nextV: (v: number, square: number) => number,
): StreamStrategy<AdaptiveState> {
  const {
    serverLearningRate,
    beta1,
    beta2,
    tau = 1e-3,
    initialAccumulator = 0,
    biasCorrection = false,
  } = options;
  requireNumber("serverLearningRate", serverLearningRate, "a finite number > 0");
  requireNumber("beta1", beta1, "a number in [0, 1)");
  if (beta2 !== undefined) requireNumber("beta2", beta2, "a number in [0, 1)");
  requireNumber("tau", tau, "a finite number > 0");
  requireNumber("initialAccumulator", initialAccumulator, "a finite number >= 0");
  requireBoolean("biasCorrection", biasCorrection);
  return {
    ...meanFamily(options),
    id,
    stateVersion: 1,
    init: ({ size }) => ({
      m: new Float64Array(size),
      v: new Float64Array(size).fill(initialAccumulator),
      t: 0,
    }),
    apply(delta, { layout, globalWeights: weights, state }) {
      const [m, v, t] = [state.m.slice(), state.v.slice(), state.t + 1];
      const mScale = biasCorrection ? 1 - integerPower(beta1, t) : 1;
      const vScale = biasCorrection && beta2 !== undefined ? 1 - integerPower(beta2, t) : 1;
      const step = delta.slice();
      for (const { start, end } of rangesOf(layout, "trainable")) {
        for (let i = start; i < end; i += 1) {
          const d = delta[i] as number;
          m[i] = beta1 * (m[i] as number) + (1 - beta1) * d;
          v[i] = nextV(v[i] as number, d * d);
          step[i] = (m[i] as number) / mScale / (Math.sqrt((v[i] as number) / vScale) + tau);
        }
      }
      const moved = addDelta(layout, { weights, delta: step, scale: serverLearningRate });
      return { weights: moved, state: { m, v, t } };
    },
  };
}

/** By multiplication, because the last bits of `**` are left to the engine. */
function integerPower(base: number, exponent: number): number {
  let power = 1;
  for (let i = 0; i < exponent; i += 1) power *= base;
  return power;
}
