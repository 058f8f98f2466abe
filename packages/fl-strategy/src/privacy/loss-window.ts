import { logSumExp } from "./normal-distribution.js";
import type { LossNodes } from "./privacy-loss.js";

/** The nodes of one kind of round and how often it is run. */
export interface RepeatedLoss extends LossNodes {
  readonly rounds: number;
}

/** Where the sum of all losses is looked at, and the exponents that make its tails small there. */
export interface LossWindow {
  readonly low: number;
  readonly high: number;
  /** Weighing every loss by e^(tilt * loss) moves the bulk of the sum to about the epsilon that is sought. */
  readonly tilt: number;
  /** The exponent that bounds best what lies above the window. */
  readonly edgeTilt: number;
}

const LEFT_OUT = 1e-9;

/**
 * Chooses the window for a given delta by Chernoff bounds: above it lies less than a billionth of delta, and outside it
 * less than a billionth of the weighed probability on each side.
 */
export function chooseWindow(losses: readonly RepeatedLoss[], delta: number): LossWindow {
  const cumulant = (tilt: number) =>
    losses.reduce((sum, { rounds, ...nodes }) => sum + rounds * logMoment(nodes, tilt), 0);
  const epsilonBound = (tail: number) => (tilt: number) => (cumulant(tilt) - Math.log(tail)) / tilt;
  // At the full Chernoff exponent a rare large loss can dominate the weighed sum and widen the window many times; half
  // of it already gives the far tail its relative precision.
  const tilt = argmin(epsilonBound(delta)) / 2;
  const aboveWindow = epsilonBound(delta * LEFT_OUT);
  const edgeTilt = argmin(aboveWindow);
  const atTilt = cumulant(tilt);
  const tiltedBound = (more: number) =>
    (cumulant(tilt + more) - atTilt - Math.log(LEFT_OUT)) / Math.abs(more);
  const [back, forth] = [argmin((x) => tiltedBound(-x)), argmin(tiltedBound)];
  return {
    low: -tiltedBound(-back),
    high: Math.max(aboveWindow(edgeTilt), tiltedBound(forth)),
    tilt,
    edgeTilt,
  };
}

function logMoment({ losses, logWeights }: LossNodes, tilt: number): number {
  return logSumExp(losses.map((loss, i) => tilt * loss + (logWeights[i] as number)));
}

/** Where a function that falls and then rises is least, by golden sections of the exponent of ten. */
function argmin(f: (x: number) => number): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  const at = (exponent: number) => f(10 ** exponent);
  let [low, high] = [-15, 15];
  let left = high - golden * (high - low);
  let right = low + golden * (high - low);
  let [atLeft, atRight] = [at(left), at(right)];
  while (high - low > 1e-3) {
    if (atLeft <= atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - golden * (high - low);
      atLeft = at(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + golden * (high - low);
      atRight = at(right);
    }
  }
  return 10 ** ((low + high) / 2);
}
