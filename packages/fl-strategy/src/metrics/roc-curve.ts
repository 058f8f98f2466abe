/** A point of the ROC curve: the rates when scores from `threshold` up count as positive. */
export interface RocPoint {
  readonly threshold: number;
  readonly falsePositiveRate: number;
  readonly truePositiveRate: number;
}

/** Samples that share a score, or a bin of scores, whose least score is `threshold`. */
export interface ScoreGroup {
  readonly threshold: number;
  readonly numPositives: number;
  readonly numNegatives: number;
}

/** The curve through groups in falling order of score, from (0, 0) to (1, 1); empty without samples of both classes. */
export function rocCurve(groups: Iterable<ScoreGroup>): RocPoint[] {
  const steps: [threshold: number, positives: number, negatives: number][] = [];
  let [positives, negatives] = [0, 0];
  for (const { threshold, numPositives, numNegatives } of groups) {
    if (numPositives === 0 && numNegatives === 0) continue;
    positives += numPositives;
    negatives += numNegatives;
    steps.push([threshold, positives, negatives]);
  }
  if (positives === 0 || negatives === 0) return [];
  return [
    { threshold: Number.POSITIVE_INFINITY, falsePositiveRate: 0, truePositiveRate: 0 },
    ...steps.map(([threshold, p, n]) => ({
      threshold,
      falsePositiveRate: n / negatives,
      truePositiveRate: p / positives,
    })),
  ];
}
