/** Where {@link smallestPassing} starts, how exact it is, and how far it goes. */
export interface SmallestPassingOptions {
  /** First guess, > 0. */
  readonly start: number;
  /** Relative width at which the search ends; default 1e-15. */
  readonly tolerance?: number;
  /** No number above this one is tried; default the largest float64. */
  readonly limit?: number;
}

/**
 * The smallest x > 0 for which `passes` holds, where it fails below and holds above: what comes back has passed itself,
 * so that a rounding never falls on the wrong side. Undefined if nothing up to the limit passes.
 */
export function smallestPassing(
  passes: (x: number) => boolean,
  { start, tolerance = 1e-15, limit = Number.MAX_VALUE }: SmallestPassingOptions,
): number | undefined {
  let high = Math.min(start, limit);
  let low = high;
  if (passes(high)) {
    do {
      high = low;
      low /= 2;
    } while (low > 0 && passes(low));
  } else {
    do {
      if (high >= limit) return undefined;
      low = high;
      high = Math.min(2 * high, limit);
    } while (!passes(high));
  }
  while (high - low > tolerance * high) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    if (passes(middle)) high = middle;
    else low = middle;
  }
  return high;
}
