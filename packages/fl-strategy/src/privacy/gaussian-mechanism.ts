import { StrategyError } from "../errors.js";
import { requireNumber } from "../require-option.js";
import { millsRatio, normalCdf, normalDensity } from "./normal-distribution.js";
import { smallestPassing } from "./smallest-passing.js";

/** One release of a vector with normal noise: standard deviation `sigma`, largest L2 change `sensitivity`. */
export interface GaussianRelease {
  readonly sigma: number;
  /** Largest L2 distance between neighbours: C if one client is added or removed, 2C if one is replaced; default 1. */
  readonly sensitivity?: number;
}

/** A guarantee that is asked for; `sensitivity` as in {@link GaussianRelease}. */
export interface GaussianTarget {
  readonly epsilon: number;
  readonly delta: number;
  readonly sensitivity?: number;
}

/**
 * The smallest sigma that gives (epsilon, delta): exact, for any epsilon > 0 (Balle and Wang 2018, Theorem 8 and
 * Algorithm 1). The sigma returned never gives more than delta.
 * @throws StrategyError `invalid_option` for epsilon not > 0, delta outside (0, 1) or sensitivity not > 0.
 */
export function gaussianSigma({ epsilon, delta, sensitivity = 1 }: GaussianTarget): number {
  requireNumber("epsilon", epsilon, "a finite number > 0");
  requireNumber("delta", delta, "a number in (0, 1)");
  requireNumber("sensitivity", sensitivity, "a finite number > 0");
  const passes = (sigma: number) => deltaAt(epsilon, sensitivity / sigma) <= delta;
  const sigma = smallestPassing(passes, { start: sensitivity });
  if (sigma !== undefined) return sigma;
  throw new StrategyError(
    "invalid_option",
    `epsilon: expected one that a finite sigma gives, got ${epsilon}`,
  );
}

/**
 * The smallest delta at which the release is (epsilon, delta) private, rounded up.
 * @throws StrategyError `invalid_option` for a negative epsilon or sigma, or sensitivity not > 0.
 */
export function gaussianDelta({
  epsilon,
  sigma,
  sensitivity = 1,
}: GaussianRelease & { readonly epsilon: number }): number {
  requireNumber("epsilon", epsilon, "a number >= 0");
  return deltaAt(epsilon, ratio(sigma, sensitivity));
}

/**
 * The smallest epsilon at which the release is (epsilon, delta) private: 0 where delta alone covers it, Infinity without
 * noise. Releases with ratios r_i = sensitivity / sigma compose exactly to one of ratio sqrt(sum r_i^2).
 * @throws StrategyError `invalid_option` for delta outside (0, 1), a negative sigma or sensitivity not > 0.
 */
export function gaussianEpsilon({
  delta,
  sigma,
  sensitivity = 1,
}: GaussianRelease & { readonly delta: number }): number {
  requireNumber("delta", delta, "a number in (0, 1)");
  const mu = ratio(sigma, sensitivity);
  if (deltaAt(0, mu) <= delta) return 0;
  return (
    smallestPassing((epsilon) => deltaAt(epsilon, mu) <= delta, { start: 1 }) ?? Number.POSITIVE_INFINITY
  );
}

/**
 * The classic sigma S sqrt(2 ln(1.25 / delta)) / epsilon (Dwork and Roth 2014, Theorem A.1): larger than
 * {@link gaussianSigma}, for comparison with what others report.
 * @throws StrategyError `invalid_option` for epsilon outside (0, 1), where it is not proved.
 */
export function classicGaussianSigma({ epsilon, delta, sensitivity = 1 }: GaussianTarget): number {
  requireNumber("epsilon", epsilon, "a number in (0, 1)");
  requireNumber("delta", delta, "a number in (0, 1)");
  requireNumber("sensitivity", sensitivity, "a finite number > 0");
  return (sensitivity * Math.sqrt(2 * Math.log(1.25 / delta))) / epsilon;
}

function ratio(sigma: number, sensitivity: number): number {
  requireNumber("sigma", sigma, "a number >= 0");
  return requireNumber("sensitivity", sensitivity, "a finite number > 0") / sigma;
}

/** Phi(a) - e^epsilon Phi(b) with a = mu/2 - epsilon/mu and b = -mu/2 - epsilon/mu. */
function deltaAt(epsilon: number, mu: number): number {
  if (mu === 0) return 0;
  if (mu === Number.POSITIVE_INFINITY) return epsilon === mu ? 0 : 1;
  const a = mu / 2 - epsilon / mu;
  const b = -mu / 2 - epsilon / mu;
  // density(a) = e^epsilon density(b), so that both terms share one factor and e^epsilon cannot overflow.
  const lost = millsRatio(-b);
  const difference =
    a > 0 ? normalCdf(a) - normalDensity(a) * lost : normalDensity(a) * (millsRatio(-a) - lost);
  // More than the rounding errors of the difference, so that delta is never too small.
  return Math.min(1, Math.max(0, difference) + 2e-15 * normalCdf(a));
}
