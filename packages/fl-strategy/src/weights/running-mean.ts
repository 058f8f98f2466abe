import { StrategyError } from "../errors.js";

/** A weighted mean of vectors that are added one at a time, in the memory of one float64 vector. */
export interface RunningMean {
  /** How many vectors were added. */
  readonly count: number;
  readonly totalWeight: number;
  /** Adds `values`, or their difference from `origin` if one is given, with a finite weight >= 0. */
  add(values: ArrayLike<number>, weight: number, origin?: ArrayLike<number>): void;
  /** The mean of what was added; a fresh vector. */
  mean(): Float64Array;
}

/**
 * Creates a mean over vectors of `size` elements; sums are float64, so that 1,000 float32 vectors lose nothing.
 * @throws StrategyError `wrong_update` for a vector of another length or a bad weight, or a mean of nothing.
 */
export function createRunningMean(size: number): RunningMean {
  const sum = new Float64Array(size);
  let count = 0;
  let totalWeight = 0;
  return {
    get count() {
      return count;
    },
    get totalWeight() {
      return totalWeight;
    },
    add(values, weight, origin) {
      if (values.length !== size || (origin && origin.length !== size)) {
        const received = values.length !== size ? values.length : origin?.length;
        throw new StrategyError("wrong_update", `vector: expected ${size} elements, got ${received}`);
      }
      if (!(weight >= 0) || weight === Number.POSITIVE_INFINITY) {
        throw new StrategyError("wrong_update", `weight: expected a finite number >= 0, got ${weight}`);
      }
      if (origin) {
        for (let i = 0; i < size; i += 1) {
          sum[i] = (sum[i] as number) + weight * ((values[i] as number) - (origin[i] as number));
        }
      } else {
        for (let i = 0; i < size; i += 1) sum[i] = (sum[i] as number) + weight * (values[i] as number);
      }
      count += 1;
      totalWeight += weight;
    },
    mean() {
      if (!(totalWeight > 0)) {
        throw new StrategyError("wrong_update", `mean: expected a total weight > 0, got ${totalWeight}`);
      }
      return sum.map((value) => value / totalWeight);
    },
  };
}
