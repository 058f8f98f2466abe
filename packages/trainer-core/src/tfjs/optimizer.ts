import type { WeightsLayout } from "@fedloom/fl-strategy";
import * as tf from "@tensorflow/tfjs-core";
import { TrainerError } from "../errors.js";
import type { OptimizerState } from "../training/local-trainer.js";
import type { OptimizerSpec } from "../training/optimizer-spec.js";
import { readTensors, requireSize } from "./variables.js";

export interface OptimizerOptions {
  readonly optimizer: OptimizerSpec;
  /** In the layout's order. */
  readonly variables: readonly tf.Variable[];
  readonly layout: WeightsLayout;
  readonly state?: OptimizerState;
}

/** Moves variables along their gradients, and remembers what it needs for that. */
export interface Optimizer extends Disposable {
  /** One gradient for each variable, undefined where it is not trained. Called inside a tidy. */
  step(gradients: readonly (tf.Tensor | undefined)[], learningRate: number): void;
  /** Where it is now; the moments are left out unless they are to be kept. */
  state(keep: boolean): Promise<OptimizerState>;
}

/** Moves one variable; `moments` are its own, in the optimizer's order. */
type Update = (
  variable: tf.Variable,
  gradient: tf.Tensor,
  moments: readonly tf.Variable[],
  learningRate: number,
) => void;

interface Rule {
  readonly numMoments: number;
  /** The update of the n-th step, counted from 1. */
  at(step: number): Update;
}

/**
 * Opens an optimizer, with the moments of an earlier call if there are any. The formulas are those of OptimizerSpec, not
 * those of `tf.train`, which differ in epsilon and decay.
 * @throws TrainerError `invalid_option` for moments of another optimizer or another layout.
 */
export function openOptimizer(options: OptimizerOptions): Optimizer {
  const { optimizer, variables, layout, state } = options;
  const rule = optimizer.name === "adam" ? adam(optimizer) : sgd(optimizer);
  const moments = openMoments(rule.numMoments, options);
  let numSteps = state?.numSteps ?? 0;
  return {
    step(gradients, learningRate) {
      numSteps += 1;
      const update = rule.at(numSteps);
      for (const [i, gradient] of gradients.entries()) {
        if (!gradient) continue;
        const own = moments.map((moment) => moment[i] as tf.Variable);
        update(variables[i] as tf.Variable, gradient, own, learningRate);
      }
    },
    state: async (keep) => ({
      numSteps,
      moments: keep ? await Promise.all(moments.map((moment) => readTensors(moment, layout))) : [],
    }),
    [Symbol.dispose]: () => tf.dispose(moments.flat()),
  };
}

function openMoments(numMoments: number, { variables, layout, state }: OptimizerOptions): tf.Variable[][] {
  const received = state?.moments ?? [];
  if (received.length > 0 && received.length !== numMoments) {
    throw new TrainerError(
      "invalid_option",
      `optimizerState: expected ${numMoments} moments, got ${received.length}: those of another optimizer`,
    );
  }
  for (const moment of received) requireSize("optimizerState: moment", moment, layout);
  return Array.from({ length: numMoments }, (_, i) =>
    layout.tensors.map(({ offset, size }, j) =>
      tf.tidy(() => {
        const { shape } = variables[j] as tf.Variable;
        const values = received[i]?.slice(offset, offset + size);
        return tf.variable(values ? tf.tensor(values, shape) : tf.zeros(shape), false);
      }),
    ),
  );
}

function sgd({
  momentum = 0,
  nesterov = false,
  weightDecay = 0,
}: Extract<OptimizerSpec, { name: "sgd" }>): Rule {
  const update: Update = (variable, gradient, [velocity], learningRate) => {
    const g = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(variable, weightDecay));
    let direction = g;
    if (velocity) {
      velocity.assign(tf.add(tf.mul(velocity, momentum), g));
      direction = nesterov ? tf.add(g, tf.mul(velocity, momentum)) : velocity;
    }
    variable.assign(tf.sub(variable, tf.mul(direction, learningRate)));
  };
  return { numMoments: momentum === 0 ? 0 : 1, at: () => update };
}

function adam({
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
  weightDecay = 0,
}: Extract<OptimizerSpec, { name: "adam" }>): Rule {
  return {
    numMoments: 2,
    at: (step) => {
      // The corrections for young moments, taken out of the tensors.
      const rate = 1 / (1 - beta1 ** step);
      const root = 1 / Math.sqrt(1 - beta2 ** step);
      return (variable, gradient, [first, second], learningRate) => {
        if (!first || !second) return;
        first.assign(tf.add(tf.mul(first, beta1), tf.mul(gradient, 1 - beta1)));
        second.assign(tf.add(tf.mul(second, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
        const size = tf.add(tf.mul(tf.sqrt(second), root), epsilon);
        const direction = tf.div(tf.mul(first, learningRate * rate), size);
        const kept = weightDecay === 0 ? variable : tf.mul(variable, 1 - learningRate * weightDecay);
        variable.assign(tf.sub(kept, direction));
      };
    },
  };
}
