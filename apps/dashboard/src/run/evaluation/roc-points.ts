/** A point of a ROC curve. */
export interface RocPoint {
  falsePositiveRate: number;
  truePositiveRate: number;
}

/** A curve as points of an SVG of this side, its origin at the lower left. */
export function rocPolyline(points: readonly RocPoint[], side: number): string {
  return points
    .map(({ falsePositiveRate, truePositiveRate }) =>
      [falsePositiveRate * side, (1 - truePositiveRate) * side]
        .map((value) => Number(value.toFixed(1)))
        .join(","),
    )
    .join(" ");
}

/** The true positive rate at a false positive rate, straight between two points; undefined beyond the curve. */
export function truePositiveRateAt(points: readonly RocPoint[], rate: number): number | undefined {
  const after = points.findIndex(({ falsePositiveRate }) => falsePositiveRate > rate);
  const [before, next] = after < 0 ? [points.at(-1), undefined] : [points[after - 1], points[after]];
  if (!before || (!next && before.falsePositiveRate < rate)) return undefined;
  if (!next) return before.truePositiveRate;
  const share = (rate - before.falsePositiveRate) / (next.falsePositiveRate - before.falsePositiveRate);
  return before.truePositiveRate + share * (next.truePositiveRate - before.truePositiveRate);
}

/** Where a model of two classes decides, by its confusion matrix; undefined without samples of both. */
export function operatingPoint(confusion: readonly (readonly number[])[]): RocPoint | undefined {
  const [[trueNegatives = 0, falsePositives = 0] = [], [falseNegatives = 0, truePositives = 0] = []] =
    confusion;
  const [negatives, positives] = [trueNegatives + falsePositives, falseNegatives + truePositives];
  if (confusion.length !== 2 || negatives === 0 || positives === 0) return undefined;
  return { falsePositiveRate: falsePositives / negatives, truePositiveRate: truePositives / positives };
}
