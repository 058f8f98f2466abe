import type { WeightsLayout } from "@fedloom/fl-strategy";
import * as tf from "@tensorflow/tfjs-core";
import { TrainerError } from "../errors.js";
import type { LocalTrainOptions } from "./local-trainer.js";

/** What a strategy adds to the gradients of its clients, as tensors that live as long as one client trains. */
export interface GradientTerms extends Disposable {
  /** The gradients with the terms added, by the name of their variable. */
  addTo(gradients: tf.NamedTensorMap): tf.NamedTensorMap;
}

/** A model's variables, in the order of the layout, and those of them that are trained. */
export interface ModelVariables {
  readonly variables: readonly tf.Variable[];
  readonly trainable: readonly tf.Variable[];
  readonly layout: WeightsLayout;
}

/**
 * Makes the terms ready that the options ask for; undefined if there is none.
 * @throws TrainerError `invalid_option` for a correction of another size than the layout.
 */
export function openGradientTerms(
  { variables, trainable, layout }: ModelVariables,
  weights: Float32Array,
  { proximalMu = 0, gradientCorrection }: Pick<LocalTrainOptions, "proximalMu" | "gradientCorrection">,
): GradientTerms | undefined {
  if (gradientCorrection && gradientCorrection.length !== layout.size) {
    throw new TrainerError(
      "invalid_option",
      `gradientCorrection: expected ${layout.size} elements, got ${gradientCorrection.length}`,
    );
  }
  if (proximalMu === 0 && !gradientCorrection) return undefined;
  const terms = layout.tensors.flatMap(({ shape, offset, size }, i) => {
    const variable = variables[i] as tf.Variable;
    if (!trainable.includes(variable)) return [];
    // mu (w - x) + correction = mu w + constant
    const constant = Float32Array.from(
      { length: size },
      (_, j) => (gradientCorrection?.[offset + j] ?? 0) - proximalMu * (weights[offset + j] as number),
    );
    return [{ variable, constant: tf.tensor(constant, [...shape]) }];
  });
  return {
    addTo(gradients) {
      const sums = { ...gradients };
      for (const { variable, constant } of terms) {
        const gradient = sums[variable.name];
        if (!gradient) continue;
        const added = proximalMu === 0 ? constant : tf.add(constant, tf.mul(variable, proximalMu));
        sums[variable.name] = tf.add(gradient, added);
      }
      return sums;
    },
    [Symbol.dispose]() {
      for (const { constant } of terms) constant.dispose();
    },
  };
}
