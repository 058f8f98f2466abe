import { vectorKernels } from "@fedloom/kernels";
import { StrategyError } from "../errors.js";

/**
 * Ascending indices of the k largest magnitudes; of equal ones those with the lowest index. Exact, in time proportional
 * to the number of values.
 * @throws StrategyError `invalid_option` for a k outside [0, number of values], `wrong_update` for NaN.
 */
export function topK(values: Float32Array, k: number): Uint32Array {
  if (!Number.isInteger(k) || k < 0 || k > values.length) {
    throw new StrategyError("invalid_option", `k: expected an integer in [0, ${values.length}], got ${k}`);
  }
  if (Number.isNaN(vectorKernels().maxMagnitude(values))) {
    const at = values.findIndex(Number.isNaN);
    throw new StrategyError("wrong_update", `values[${at}]: expected a number, got NaN`);
  }
  return k === 0 ? new Uint32Array(0) : vectorKernels().topK(values, k);
}
