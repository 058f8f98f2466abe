import { countLabels } from "../data/dataset.js";

/**
 * Logarithm of each class's share of the labels, one sample of each class added so that none is 0.
 *
 * Added to the logits in the loss, it makes a client learn what tells the classes apart instead of which one is common
 * with it (Zhang et al., "Federated Learning with Label Distribution Skew via Logits Calibration", ICML 2022; Ren et
 * al., "Balanced Meta-Softmax", NeurIPS 2020, equation 3).
 */
export function classPrior(labels: Uint8Array, numClasses: number, indices?: Uint32Array): Float32Array {
  const counts = countLabels(labels, numClasses, indices);
  const numSamples = indices?.length ?? labels.length;
  return Float32Array.from(counts, (count) => Math.log((count + 1) / (numSamples + numClasses)));
}
