import {
  crossEntropies,
  type Predictions,
  predictedClasses,
  predictionsOf,
  type Samples,
} from "@fedloom/trainer-core";

/** What a model says of the samples of one part. */
export interface PredictedPart {
  readonly samples: Samples;
  readonly predictions: Predictions;
  /** Of each sample: the predicted class, its probability, and the loss. */
  readonly predicted: Uint8Array;
  readonly confidences: Float32Array;
  readonly losses: Float64Array;
}

/** Puts what a classifier says of samples, numSamples x classes, beside what they are. */
export function predictedPart(samples: Samples, outputs: Float32Array, numClasses: number): PredictedPart {
  const task = { loss: "softmaxCrossEntropy", numOutputs: numClasses } as const;
  const predictions = predictionsOf(outputs, samples, task);
  const predicted = predictedClasses(predictions);
  const confidences = Float32Array.from(predicted, (label, i) => outputs[i * numClasses + label] as number);
  return { samples, predictions, predicted, confidences, losses: crossEntropies(predictions) };
}
