// Pillutla, Kakade, Harchaoui: "Robust Aggregation for Federated Learning", IEEE Transactions on Signal Processing 2022
// (arXiv 1912.13445): argmin_z sum p_k ||z - w_k|| over whole vectors, by the smoothed Weiszfeld algorithm: weights
// p_k / max(nu, ||z - w_k||), from the mean on, until no share changes by more than 1e-14 (the paper stops earlier, on the objective).
import type { StrategyDescription } from "../description.js";
import { requireNumber, requireOneOf } from "../require-option.js";
import type { BarrierStrategy } from "../strategy.js";
import { affineDistances, combineRows, distancesTo } from "../weights/affine.js";
import { expandRow, rowsOf } from "../weights/rows.js";
import { describedWeighting } from "./described-options.js";
import type { MeanOptions } from "./mean-family.js";
import { robustFamily } from "./robust-family.js";

export interface GeometricMedianOptions extends MeanOptions {
  /** Smallest distance that counts (nu), > 0; default 1e-6. */
  readonly smoothing?: number;
  /** Most steps; default 1,000: a step costs only the square of the number of updates. */
  readonly maxSteps?: number;
}

export const geometricMedianDescription: StrategyDescription<GeometricMedianOptions> = {
  title: "Geometric median",
  about:
    "The model with the least sum of distances to the updates (RFA). Bears attackers with less than half of the weight, and nobody has to guess how many there are.",
  source: "Pillutla et al. 2022, arXiv 1912.13445",
  options: {
    weighting: {
      ...describedWeighting,
      about: `${describedWeighting.about} A number of samples is a claim: with attackers about, count all the same.`,
      default: "uniform",
    },
    smoothing: {
      kind: "number",
      about: "Smallest distance that counts, so that nothing is divided by 0.",
      min: 0,
      isAboveMin: true,
      default: 1e-6,
    },
    maxSteps: {
      kind: "integer",
      about: "Most steps of the search, which ends sooner when nothing moves.",
      min: 1,
      default: 1_000,
    },
  },
};

/**
 * The point with the least sum of distances to the updates (RFA). Bears attackers with less than half of the weight; with
 * `weighting: "samples"` a claimed count is weight, so that the default is `uniform`.
 */
export function geometricMedian(options: GeometricMedianOptions = {}): BarrierStrategy<null> {
  const smoothing = requireNumber("smoothing", options.smoothing ?? 1e-6, "a finite number > 0");
  const maxSteps = requireNumber("maxSteps", options.maxSteps ?? 1_000, "an integer >= 1");
  const { weighting = "uniform" } = options;
  requireOneOf("weighting", weighting, ["samples", "uniform"]);
  return {
    ...robustFamily(options),
    id: "geometric-median",
    weigh: weighting === "samples" ? (update) => update.numSamples : () => 1,
    combine(items, context) {
      const { values, origin } = rowsOf(items, context);
      const weights = Float64Array.from(items, ({ weight }) => weight);
      const distances = affineDistances(values);
      const shares = weiszfeld(weights, distances, { smoothing, maxSteps });
      // Shares sum up to 1 only to the last bits, and the origin would carry their error: subtract it from each row.
      return expandRow(combineRows(values, shares, origin), undefined, context.layout);
    },
  };
}

/** The geometric median as shares of the points, which sum up to 1. */
function weiszfeld(
  weights: Float64Array,
  squaredDistances: Float64Array,
  { smoothing, maxSteps }: { smoothing: number; maxSteps: number },
): Float64Array {
  let shares = normalized(weights);
  const portions = shares;
  for (let step = 0; step < maxSteps; step += 1) {
    const distances = distancesTo(shares, squaredDistances);
    const next = normalized(
      portions.map((portion, k) => portion / Math.max(smoothing, distances[k] as number)),
    );
    const moved = next.some((share, k) => Math.abs(share - (shares[k] as number)) > 1e-14);
    shares = next;
    if (!moved) break;
  }
  // The steps shrink towards a minimum that is one of the points, and never get there.
  const size = shares.length;
  const lengthOf = (distances: Float64Array) =>
    distances.reduce((sum, distance, k) => sum + (portions[k] as number) * distance, 0);
  const lengths = shares.map((_, k) =>
    lengthOf(squaredDistances.subarray(k * size, (k + 1) * size).map(Math.sqrt)),
  );
  const least = lengths.reduce((best, length, k) => (length < (lengths[best] as number) ? k : best), 0);
  return (lengths[least] as number) <= lengthOf(distancesTo(shares, squaredDistances))
    ? new Float64Array(size).with(least, 1)
    : shares;
}

function normalized(weights: Float64Array): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
