import { StrategyError } from "../errors.js";
import { requireNumber } from "../require-option.js";
import { logExpMinusOne, logOnePlusExp, logSumExp } from "./normal-distribution.js";

/** The Renyi orders that are tracked; fractional ones gain at most 1 percent. */
export const rdpOrders: readonly number[] = [
  ...Array.from({ length: 63 }, (_, i) => i + 2),
  80,
  96,
  128,
  256,
  512,
];

/** Renyi divergence at each of {@link rdpOrders}; adds up over rounds. */
export type RdpCurve = readonly number[];

/** Rounds in which each client takes part by its own coin; noise on the sum is noiseMultiplier * clip norm. */
export interface PoissonRounds {
  /** Probability in [0, 1] with which a client takes part. */
  readonly samplingRate: number;
  /** Standard deviation of the noise divided by the clip norm, >= 0. */
  readonly noiseMultiplier: number;
  readonly rounds: number;
}

/** Rounds in which exactly `sampleSize` of `population` clients take part. */
export interface FixedSizeRounds {
  readonly sampleSize: number;
  readonly population: number;
  /** Standard deviation of the noise divided by the clip norm, >= 0. */
  readonly noiseMultiplier: number;
  readonly rounds: number;
}

/** From Renyi to (epsilon, delta): `improved` is never above `classic`. */
export type RdpConversion = "improved" | "classic";

/**
 * Renyi divergence of Poisson-sampled Gaussian rounds when one client is added or removed (Mironov, Talwar, Zhang
 * 2019, section 3.3).
 * @throws StrategyError `invalid_option` for a rate outside [0, 1], negative noise or rounds that are no integer >= 0.
 */
export function poissonRdp({ samplingRate, noiseMultiplier, rounds }: PoissonRounds): RdpCurve {
  requireNumber("samplingRate", samplingRate, "a number in [0, 1]");
  requireNumber("noiseMultiplier", noiseMultiplier, "a number >= 0");
  requireNumber("rounds", rounds, "an integer >= 0");
  return rdpOrders.map((order) => times(rounds, poissonRdpAt(order, samplingRate, noiseMultiplier)));
}

/**
 * Renyi divergence of Gaussian rounds over samples of fixed size without replacement, when one client is replaced by
 * another: the sensitivity is twice the clip norm (Wang, Balle, Kasiviswanathan 2019, Theorem 9).
 * @throws StrategyError `invalid_option` for sizes that are no integers >= 1, a sample above the population, negative
 * noise or rounds that are no integer >= 0.
 */
export function fixedSizeRdp({ sampleSize, population, noiseMultiplier, rounds }: FixedSizeRounds): RdpCurve {
  requireNumber("population", population, "an integer >= 1");
  requireNumber("sampleSize", sampleSize, "an integer >= 1");
  if (sampleSize > population) {
    throw new StrategyError(
      "invalid_option",
      `sampleSize: expected an integer in [1, ${population}], got ${sampleSize}`,
    );
  }
  requireNumber("noiseMultiplier", noiseMultiplier, "a number >= 0");
  requireNumber("rounds", rounds, "an integer >= 0");
  const rate = sampleSize / population;
  return rdpOrders.map((order) => times(rounds, fixedSizeRdpAt(order, rate, noiseMultiplier)));
}

/** The curve of all these rounds one after the other; all zero for none. */
export function composeRdp(curves: readonly RdpCurve[]): RdpCurve {
  return rdpOrders.map((_, i) => curves.reduce((sum, curve) => sum + (curve[i] as number), 0));
}

/**
 * The smallest epsilon over the orders, and the order that gives it. Improved: Balle et al. 2020, Theorem 21, and
 * Canonne et al. 2020, Proposition 12. Classic: Mironov 2017, Proposition 3.
 * @throws StrategyError `invalid_option` for delta outside (0, 1).
 */
export function rdpEpsilon(
  curve: RdpCurve,
  { delta, conversion = "improved" }: { readonly delta: number; readonly conversion?: RdpConversion },
): { readonly epsilon: number; readonly order: number } {
  requireNumber("delta", delta, "a number in (0, 1)");
  let best = { epsilon: Number.POSITIVE_INFINITY, order: rdpOrders[0] as number };
  rdpOrders.forEach((order, i) => {
    const epsilon = Math.max(0, (curve[i] as number) + conversionTerm(order, delta, conversion));
    if (epsilon < best.epsilon) best = { epsilon, order };
  });
  return best;
}

/** What the step from order-`order` divergence to epsilon adds, whatever the divergence; may be negative. */
export function conversionTerm(order: number, delta: number, conversion: RdpConversion): number {
  const classic = -Math.log(delta) / (order - 1);
  return conversion === "classic"
    ? classic
    : classic + Math.log1p(-1 / order) - Math.log(order) / (order - 1);
}

function poissonRdpAt(order: number, rate: number, z: number): number {
  if (rate === 0 || z === Number.POSITIVE_INFINITY) return 0;
  if (rate === 1) return order / (2 * z * z);
  // The binomial weights sum to 1, so the sum is 1 + sum of weight * (e^x - 1): all terms positive, small ones kept.
  const logOdds = Math.log(rate) - Math.log1p(-rate);
  let logWeight = order * Math.log1p(-rate);
  const terms: number[] = [];
  for (let k = 1; k <= order; k += 1) {
    logWeight += Math.log((order - k + 1) / k) + logOdds;
    if (k > 1) terms.push(logWeight + logExpMinusOne((k * (k - 1)) / (2 * z * z)));
  }
  return logOnePlusExp(logSumExp(terms)) / (order - 1);
}

function fixedSizeRdpAt(order: number, rate: number, z: number): number {
  if (z === Number.POSITIVE_INFINITY) return 0;
  const plain = (2 * order) / (z * z);
  // With sensitivity 2: (j - 1) * divergence at order j.
  const scaled = (j: number) => (2 * j * (j - 1)) / (z * z);
  let logWeight = Math.log(rate) + Math.log(order);
  const terms: number[] = [];
  for (let j = 2; j <= order; j += 1) {
    logWeight += Math.log((order - j + 1) / j) + Math.log(rate);
    const doubled = Math.LN2 + scaled(j);
    terms.push(logWeight + (j === 2 ? Math.min(Math.log(4) + logExpMinusOne(scaled(2)), doubled) : doubled));
  }
  // A sample tells no more than the whole population would: the divergence is quasi-convex.
  return Math.min(plain, logOnePlusExp(logSumExp(terms)) / (order - 1));
}

/** No rounds cost nothing, even where one round would cost Infinity. */
function times(rounds: number, divergence: number): number {
  return rounds === 0 ? 0 : rounds * divergence;
}
