import { type PredictedPart, predictedPart } from "./predicted-part.js";

/** What a model of two classes says of samples, by the probability of class 1 and the true class of each. */
export function testingPart(
  ...samples: readonly (readonly [positive: number, label: number])[]
): PredictedPart {
  const outputs = Float32Array.from(samples.flatMap(([positive]) => [1 - positive, positive]));
  const labels = Uint8Array.from(samples, ([, label]) => label);
  const features = Uint8Array.from(samples, (_, i) => i);
  return predictedPart({ numSamples: samples.length, features, labels }, outputs, 2);
}
