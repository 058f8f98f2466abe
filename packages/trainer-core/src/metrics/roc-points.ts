import { exactRocCurve, sortedScores } from "@fedloom/fl-strategy";

/** False positive rates at which every evaluation tells of the curve: close together where tests are used. */
export const rocRates: readonly number[] = [
  0, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1,
];

/**
 * The ROC curve as named numbers: `roc/0.05` is the true positive rate at a false positive rate of 0.05, on the straight
 * line between the exact curve's points; where the curve rises at one rate, its upper end. NaN as the AUROC is: without
 * both classes, and for a model that has diverged.
 */
export function rocPoints(scores: Float32Array, isPositive: Uint8Array): Record<string, number> {
  const curve = scores.some(Number.isNaN) ? [] : exactRocCurve([sortedScores(scores, isPositive)]);
  return Object.fromEntries(rocRates.map((rate) => [`roc/${rate}`, heightAt(curve, rate)]));
}

type Curve = ReturnType<typeof exactRocCurve>;

function heightAt(curve: Curve, rate: number): number {
  const next = curve.findIndex(({ falsePositiveRate }) => falsePositiveRate > rate);
  const before = curve.at(next < 0 ? -1 : next - 1);
  if (!before) return Number.NaN;
  const after = curve[next];
  if (!after) return before.truePositiveRate;
  const share = (rate - before.falsePositiveRate) / (after.falsePositiveRate - before.falsePositiveRate);
  return before.truePositiveRate + share * (after.truePositiveRate - before.truePositiveRate);
}
