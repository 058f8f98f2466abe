import { StrategyError } from "../errors.js";
import { type RocPoint, rocCurve } from "./roc-curve.js";

/** How many samples of each class have their score in each of equal bins on [0, 1]; the last bin holds 1 too. */
export interface ScoreHistogram {
  readonly positives: readonly number[];
  readonly negatives: readonly number[];
}

/** Bins that a histogram has unless said otherwise. */
export const DEFAULT_BINS = 1000;

/**
 * Counts scores of the positive class by label. Unlike exact scores a histogram does not grow with the data and tells
 * little of a single sample.
 * @throws StrategyError `invalid_option` for a score outside [0, 1], a label that is not 0 or 1, or different numbers
 * of both.
 */
export function scoreHistogram(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  numBins: number = DEFAULT_BINS,
): ScoreHistogram {
  if (!Number.isInteger(numBins) || numBins < 1) {
    throw new StrategyError("invalid_option", `numBins: expected an integer >= 1, got ${numBins}`);
  }
  if (labels.length !== scores.length) {
    throw new StrategyError(
      "invalid_option",
      `labels: expected ${scores.length} of them, got ${labels.length}`,
    );
  }
  const counts = [new Float64Array(numBins), new Float64Array(numBins)] as const;
  for (let i = 0; i < scores.length; i += 1) {
    const [score, label] = [scores[i] as number, labels[i] as number];
    if (!(score >= 0 && score <= 1)) {
      throw new StrategyError("invalid_option", `scores[${i}]: expected a number in [0, 1], got ${score}`);
    }
    if (label !== 0 && label !== 1) {
      throw new StrategyError("invalid_option", `labels[${i}]: expected 0 or 1, got ${label}`);
    }
    const bin = Math.min(Math.floor(score * numBins), numBins - 1);
    counts[label][bin] = (counts[label][bin] as number) + 1;
  }
  return { positives: [...counts[1]], negatives: [...counts[0]] };
}

/**
 * Sum of the histograms of two clients.
 * @throws StrategyError `invalid_option` for different numbers of bins.
 */
export function addScoreHistograms(a: ScoreHistogram, b: ScoreHistogram): ScoreHistogram {
  if (a.positives.length !== b.positives.length) {
    throw new StrategyError(
      "invalid_option",
      `histogram: expected ${a.positives.length} bins, got ${b.positives.length}`,
    );
  }
  const add = (x: readonly number[], y: readonly number[]) =>
    x.map((count, bin) => count + (y[bin] as number));
  return { positives: add(a.positives, b.positives), negatives: add(a.negatives, b.negatives) };
}

/**
 * Area under the ROC curve, where samples of one bin count as ties (half), and the most by which the exact area can
 * differ: half the share of pairs that lie in one bin. Both NaN without samples of both classes.
 */
export function histogramAuroc({ positives, negatives }: ScoreHistogram): {
  auroc: number;
  maxError: number;
} {
  let [numPositives, negativesBelow, won, tied] = [0, 0, 0, 0];
  for (let bin = 0; bin < positives.length; bin += 1) {
    const [p, n] = [positives[bin] as number, negatives[bin] as number];
    won += p * negativesBelow;
    tied += p * n;
    numPositives += p;
    negativesBelow += n;
  }
  const pairs = numPositives * negativesBelow;
  return { auroc: (won + tied / 2) / pairs, maxError: tied / 2 / pairs };
}

/** The ROC curve, with a point at the lower edge of each bin that holds samples; empty without samples of both classes. */
export function histogramRocCurve(histogram: ScoreHistogram): RocPoint[] {
  return rocCurve(groupsOf(histogram));
}

function* groupsOf({ positives, negatives }: ScoreHistogram) {
  for (let bin = positives.length - 1; bin >= 0; bin -= 1) {
    yield {
      threshold: bin / positives.length,
      numPositives: positives[bin] as number,
      numNegatives: negatives[bin] as number,
    };
  }
}
