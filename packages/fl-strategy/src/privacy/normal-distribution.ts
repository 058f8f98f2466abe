// Chebyshev coefficients of (x + 4) * millsRatio(x) in t = (x - 4) / (x + 4), for x >= 0: the variable of Schonfelder,
// "Chebyshev expansions for the error and related functions" (1978). Computed from the power series and the continued
// fraction of Mills' ratio with 120 decimal digits; the first dropped term is below 2e-18.
const MILLS_COEFFICIENTS = [
  2.4325604285150404, -1.8842545745794834, 0.5569566490963817, -0.12161597214420457, 0.017360708143727772,
  -0.0008036212007299657, -0.0002520349348054353, 4.7383719270581175e-5, 2.5325891365988257e-6,
  -1.5404069839913e-6, -8.474960630061696e-9, 5.185338601094672e-8, -2.8281293276602497e-10,
  -1.9486566378891076e-9, -2.491945496827567e-11, 7.957248719448846e-11, 4.618414179155219e-12,
  -3.290856124224385e-12, -4.36538404380973e-13, 1.2300711839232774e-13, 3.2414173582086784e-14,
  -3.0532395587325663e-15, -2.0183740275707353e-15, -7.170195501422588e-17, 1.0169552398038542e-16,
  1.756244228053356e-17, -3.358068244027676e-18,
] as const;

const SQRT_TWO_PI = 2.5066282746310002;
const BEYOND_UNDERFLOW = 39;

/** Density of the standard normal distribution. */
export function normalDensity(x: number): number {
  const size = Math.abs(x);
  if (size > BEYOND_UNDERFLOW) return 0;
  // The square of a float32 is exact in float64, so exp gets an exact argument: x * x alone costs 1e-13 at x = 37.
  const high = Math.fround(size);
  return (Math.exp((-high * high) / 2) * Math.exp(((high - size) * (high + size)) / 2)) / SQRT_TWO_PI;
}

/** Mills' ratio P(X > x) / density(x) of a standard normal X; Infinity where the density is 0, near 1/x for a large x. */
export function millsRatio(x: number): number {
  if (x < 0) return 1 / normalDensity(x) - millsRatio(-x);
  if (x === Number.POSITIVE_INFINITY) return 0;
  const t = 1 - 8 / (x + 4);
  let ahead = 0;
  let behind = 0;
  for (let k = MILLS_COEFFICIENTS.length - 1; k > 0; k -= 1) {
    const current = 2 * t * ahead - behind + (MILLS_COEFFICIENTS[k] as number);
    behind = ahead;
    ahead = current;
  }
  return (t * ahead - behind + MILLS_COEFFICIENTS[0]) / (x + 4);
}

/** P(X <= x) of a standard normal X, to about 1e-15 relative, far in the lower tail too (0 below -38.5). */
export function normalCdf(x: number): number {
  if (x > 0) return 1 - normalCdf(-x);
  return x < -BEYOND_UNDERFLOW ? 0 : millsRatio(-x) * normalDensity(x);
}

/** Natural logarithm of P(X <= x) of a standard normal X; finite for every finite x down to -1e150. */
export function logNormalCdf(x: number): number {
  if (x > 0) return Math.log1p(-normalCdf(-x));
  if (x === Number.NEGATIVE_INFINITY) return x;
  return Math.log(millsRatio(-x) / SQRT_TWO_PI) - (x * x) / 2;
}

/** P(lower < X <= upper) of a standard normal X, without the cancellation of two values near 1. */
export function normalInterval(lower: number, upper: number): number {
  const mass = lower > 0 ? normalCdf(-lower) - normalCdf(-upper) : normalCdf(upper) - normalCdf(lower);
  return Math.max(0, mass);
}

/** ln(1 + e^x) without overflow. */
export function logOnePlusExp(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

/** ln(e^x - 1) for x >= 0, without overflow and without loss near 0. */
export function logExpMinusOne(x: number): number {
  return x > 1 ? x + Math.log1p(-Math.exp(-x)) : Math.log(Math.expm1(x));
}

/** ln of the sum of e^term; -Infinity for no terms. */
export function logSumExp(terms: ArrayLike<number>): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < terms.length; i += 1) largest = Math.max(largest, terms[i] as number);
  if (!Number.isFinite(largest)) return largest;
  let sum = 0;
  for (let i = 0; i < terms.length; i += 1) sum += Math.exp((terms[i] as number) - largest);
  return largest + Math.log(sum);
}
