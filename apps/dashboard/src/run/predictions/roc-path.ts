export interface RocCorner {
  falsePositiveRate: number;
  truePositiveRate: number;
}

/** A curve as the path of an SVG of this side, its origin at the lower left. */
export function rocPath(corners: readonly RocCorner[], side: number): string {
  return corners
    .map(({ falsePositiveRate, truePositiveRate }, i) => {
      const [x, y] = [falsePositiveRate * side, (1 - truePositiveRate) * side].map((value) =>
        Number(value.toFixed(1)),
      );
      return `${i === 0 ? "M" : "L"}${x} ${y}`;
    })
    .join("");
}

/** Where a model of two classes decides, by its confusion matrix; undefined without samples of both. */
export function operatingPoint(confusion: readonly (readonly number[])[]): RocCorner | undefined {
  const [[trueNegatives = 0, falsePositives = 0] = [], [falseNegatives = 0, truePositives = 0] = []] =
    confusion;
  const [negatives, positives] = [trueNegatives + falsePositives, falseNegatives + truePositives];
  if (negatives === 0 || positives === 0) return undefined;
  return { falsePositiveRate: falsePositives / negatives, truePositiveRate: truePositives / positives };
}
