import type { WeightsLayout } from "@fedloom/fl-strategy";
import * as tf from "@tensorflow/tfjs-core";
import type { LocalTrainOptions } from "../training/local-trainer.js";

/** What a strategy adds to the gradients of its clients, as tensors that live as long as one client trains. */
export interface GradientTerms extends Disposable {
  readonly mu: number;
  /** The weights at the start, in the layout's order. */
  readonly origin: readonly tf.Tensor[];
  readonly correction: readonly tf.Tensor[];
}

/** Makes the terms ready that the options ask for; undefined if there is none. */
export function openGradientTerms(
  weights: Float32Array,
  layout: WeightsLayout,
  options: Pick<LocalTrainOptions, "proximalMu" | "gradientCorrection">,
): GradientTerms | undefined {
  const { proximalMu: mu = 0, gradientCorrection } = options;
  if (mu === 0 && !gradientCorrection) return undefined;
  const tensors = (values: Float32Array) =>
    layout.tensors.map(({ shape, offset, size }) =>
      tf.tensor(values.slice(offset, offset + size), [...shape]),
    );
  const origin = mu === 0 ? [] : tensors(weights);
  const correction = gradientCorrection ? tensors(gradientCorrection) : [];
  return { mu, origin, correction, [Symbol.dispose]: () => tf.dispose([...origin, ...correction]) };
}

/** g + mu (w - x) + correction, for each variable that has a gradient. */
export function addTerms(
  gradients: readonly (tf.Tensor | undefined)[],
  variables: readonly tf.Variable[],
  { mu, origin, correction }: GradientTerms,
): (tf.Tensor | undefined)[] {
  return gradients.map((gradient, i) => {
    if (!gradient) return undefined;
    const [from, term] = [origin[i], correction[i]];
    const pulled = from ? tf.add(gradient, tf.mul(tf.sub(variables[i] as tf.Variable, from), mu)) : gradient;
    return term ? tf.add(pulled, term) : pulled;
  });
}
