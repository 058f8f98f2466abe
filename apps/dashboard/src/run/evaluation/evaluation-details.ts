import type { Metrics } from "../../live/run-view.js";
import type { RocPoint } from "./roc-points.js";

export interface ClassScores {
  index: number;
  precision: number | undefined;
  recall: number | undefined;
  f1: number | undefined;
  auroc: number | undefined;
  /** Samples that truly are of it, where the confusion matrix tells. */
  support: number | undefined;
}

/** The confusion matrix of `confusion/<true>/<predicted>`, by true class; undefined unless every cell is there. */
export function confusionOf(details: Metrics): number[][] | undefined {
  let size = 0;
  for (const name of Object.keys(details)) {
    const cell = /^confusion\/(\d{1,2})\/(\d{1,2})$/.exec(name);
    if (cell) size = Math.max(size, Number(cell[1]) + 1, Number(cell[2]) + 1);
  }
  if (size < 2) return undefined;
  const counts = Array.from({ length: size }, (_, row) =>
    Array.from({ length: size }, (_, column) => details[`confusion/${row}/${column}`] ?? Number.NaN),
  );
  return counts.flat().every(Number.isFinite) ? counts : undefined;
}

/** The ROC curve of `roc/<false positive rate>`, from left to right; undefined for a model that has none. */
export function rocOf(details: Metrics): RocPoint[] | undefined {
  const points = Object.entries(details).flatMap(([name, truePositiveRate]) => {
    const rate = /^roc\/(.+)$/.exec(name)?.[1];
    const falsePositiveRate = Number(rate);
    return rate !== undefined && Number.isFinite(falsePositiveRate) && Number.isFinite(truePositiveRate)
      ? [{ falsePositiveRate, truePositiveRate }]
      : [];
  });
  points.sort((one, other) => one.falsePositiveRate - other.falsePositiveRate);
  return points.length > 1 ? points : undefined;
}

/** What single classes are scored: `recall/class_1` and the like. */
export function classScoresOf(details: Metrics): ClassScores[] {
  const indices = new Set<number>();
  for (const name of Object.keys(details)) {
    const found = /^(?:precision|recall|f1|auroc)\/class_(\d+)$/.exec(name);
    if (found) indices.add(Number(found[1]));
  }
  const confusion = confusionOf(details);
  return [...indices]
    .sort((one, other) => one - other)
    .map((index) => ({
      index,
      precision: details[`precision/class_${index}`],
      recall: details[`recall/class_${index}`],
      f1: details[`f1/class_${index}`],
      auroc: details[`auroc/class_${index}`],
      support: confusion?.[index]?.reduce((sum, count) => sum + count, 0),
    }));
}
