import * as tf from "@tensorflow/tfjs-core";

export interface GradientCheck {
  /** The function to differentiate; its result is reduced with random weights. */
  readonly f: (x: tf.Tensor) => tf.Tensor;
  readonly x: tf.Tensor;
  /** Half the distance of the two points whose difference is taken; default 0.01. */
  readonly step?: number;
}

/**
 * Largest difference between a gradient and the central differences of its function, relative to the largest central
 * difference. Every element of `x` is moved on its own; the sums are made in float64.
 */
export function gradientError({ f, x, step = 0.01 }: GradientCheck): number {
  return tf.tidy(() => {
    const weights = tf.randomNormal(f(x).shape, 0, 1, "float32", 7);
    const weightValues = weights.dataSync();
    const analytic = tf
      .grad((point) => tf.sum(tf.mul(f(point), weights)))(x)
      .dataSync();
    const values = x.dataSync().slice();
    const at = (index: number, value: number): number => {
      const moved = values.slice();
      moved[index] = value;
      return tf.tidy(() => {
        let sum = 0;
        for (const [i, y] of f(tf.tensor(moved, x.shape)).dataSync().entries())
          sum += y * (weightValues[i] ?? 0);
        return sum;
      });
    };
    let largest = 0;
    let error = 0;
    for (const [index, value] of values.entries()) {
      const [above, below] = [Math.fround(value + step), Math.fround(value - step)];
      const numeric = (at(index, above) - at(index, below)) / (above - below);
      largest = Math.max(largest, Math.abs(numeric));
      error = Math.max(error, Math.abs(numeric - (analytic[index] as number)));
    }
    return error / largest;
  });
}
