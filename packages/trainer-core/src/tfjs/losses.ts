import * as tf from "@tensorflow/tfjs-core";
import type { Loss } from "../models/model-spec.js";
import type { Answers } from "../training/batches.js";

/** The mean of the samples' losses, differentiable. `prior` is added to every row of logits before. */
export function lossOf(loss: Loss, outputs: tf.Tensor2D, answers: Answers, prior?: tf.Tensor1D): tf.Scalar {
  if (loss === "softmaxCrossEntropy") {
    const logits = prior ? tf.add(outputs, prior) : outputs;
    // Not made as float32 at once: the WASM backend would write int32 into it.
    const classes = tf.cast(tf.oneHot(labelsOf(answers), outputs.shape[1]), "float32");
    return tf.neg(tf.mean(tf.sum(tf.mul(classes, tf.logSoftmax(logits)), 1)));
  }
  const targets = targetsOf(answers, outputs);
  if (loss === "meanSquaredError") return tf.mean(tf.square(tf.sub(outputs, targets)));
  return tf.mean(sigmoidCrossEntropy(outputs, targets));
}

/** How many samples are right: of several labels, the share of them; NaN for squared error. */
export function numRight(loss: Loss, outputs: tf.Tensor2D, answers: Answers): tf.Scalar {
  if (loss === "softmaxCrossEntropy") {
    return tf.sum(tf.cast(tf.equal(tf.argMax(outputs, 1), labelsOf(answers)), "float32"));
  }
  if (loss === "meanSquaredError") return tf.scalar(Number.NaN);
  const targets = targetsOf(answers, outputs);
  const isRight = tf.equal(tf.greater(outputs, 0), tf.greater(targets, 0.5));
  return tf.div(tf.sum(tf.cast(isRight, "float32")), outputs.shape[1]);
}

/** What the model's outputs stand for: probabilities, or the numbers themselves. */
export function predictionsOf(loss: Loss, outputs: tf.Tensor2D): tf.Tensor {
  if (loss === "softmaxCrossEntropy") return tf.softmax(outputs);
  return loss === "sigmoidCrossEntropy" ? tf.sigmoid(outputs) : outputs;
}

function labelsOf({ labels }: Answers): tf.Tensor1D {
  return tf.tensor1d(labels, "int32");
}

function targetsOf({ targets }: Answers, outputs: tf.Tensor2D): tf.Tensor2D {
  return tf.tensor2d(targets as Float32Array, outputs.shape);
}

/** Its gradient is sigmoid(x) - target everywhere; put together from relu and abs it would be wrong at 0. */
function sigmoidCrossEntropy(logits: tf.Tensor2D, targets: tf.Tensor2D): tf.Tensor {
  const compute = tf.customGrad((...args) => {
    const [x, save] = args as [tf.Tensor, tf.GradSaveFunc];
    save([x, targets]);
    const value = tf.add(tf.sub(tf.relu(x), tf.mul(x, targets)), tf.log1p(tf.exp(tf.neg(tf.abs(x)))));
    const gradFunc = (dy: tf.Tensor | tf.Tensor[], saved: tf.Tensor[]) => {
      const [input, wanted] = saved as [tf.Tensor, tf.Tensor];
      return tf.mul(dy as tf.Tensor, tf.sub(tf.sigmoid(input), wanted));
    };
    return { value, gradFunc };
  });
  return compute(logits);
}
