// The client's side of SCAFFOLD, Karimireddy et al. 2020 (arXiv 1910.06378), Algorithm 1, option II.
import { StrategyError } from "../errors.js";
import { requireNumber } from "../require-option.js";

/** What is added to every gradient: c - c_k, with the server's control variate c and the client's c_k. */
export function controlCorrection(control: Float32Array, clientControl: Float32Array): Float32Array {
  requireSameSize(control, clientControl);
  return control.map((value, i) => value - (clientControl[i] as number));
}

/** What a client has after its local steps. */
export interface ControlStep {
  readonly control: Float32Array;
  readonly clientControl: Float32Array;
  /** The global weights that it started from, and what it reached. */
  readonly globalWeights: Float32Array;
  readonly weights: Float32Array;
  readonly numSteps: number;
  /** Of plain SGD: adaptive optimizers break the formula. */
  readonly learningRate: number;
}

/**
 * The client's next control variate c_k+ = c_k - c + (x - y) / (K eta), and its change, which is sent as
 * `vectors.control`. Keep the first; start from zeros, and send `startedFresh`, where it was lost.
 */
export function nextClientControl(step: ControlStep): { clientControl: Float32Array; change: Float32Array } {
  const { control, clientControl, globalWeights, weights, numSteps, learningRate } = step;
  for (const vector of [clientControl, globalWeights, weights]) requireSameSize(control, vector);
  requireNumber("numSteps", numSteps, "an integer >= 1");
  requireNumber("learningRate", learningRate, "a finite number > 0");
  const change = control.map(
    (value, i) => ((globalWeights[i] as number) - (weights[i] as number)) / (numSteps * learningRate) - value,
  );
  return { clientControl: clientControl.map((value, i) => value + (change[i] as number)), change };
}

function requireSameSize(expected: Float32Array, received: Float32Array): void {
  if (received.length === expected.length) return;
  throw new StrategyError(
    "wrong_update",
    `control variates: expected ${expected.length} elements, got ${received.length}`,
  );
}
