import type { Refusal } from "../update.js";
import type { SortedScores } from "./auroc.js";
import { type ConfusionCounts, type ConfusionMatrix, confusionFields } from "./confusion.js";
import type { ScoreHistogram } from "./score-histogram.js";

/** What a client reports of an evaluation, so that metrics of all samples together can be computed: plain data. */
export interface MetricsReport {
  readonly numSamples: number;
  /** Sum of the loss over the samples. */
  readonly lossSum?: number;
  /** Counts for two classes, a matrix for more. */
  readonly confusion?: ConfusionCounts | ConfusionMatrix;
  /** For two classes. */
  readonly scoreHistogram?: ScoreHistogram;
  /** For two classes, in place of a histogram. */
  readonly scores?: SortedScores;
}

/** What a report has to look like. */
export interface ReportForm {
  readonly numClasses: number;
  readonly numBins: number;
  /** Whether clients report a histogram of their scores, or the scores. */
  readonly scores: "histogram" | "exact";
  /** Largest sample count that is believed. */
  readonly maxSamples: number;
  /** Largest absolute value of the mean loss that is believed. */
  readonly maxMeanLoss: number;
}

type Fields = { readonly [field: string]: unknown };

/** A report that can be pooled, or why it cannot. */
export type ReadReport =
  | { readonly ok: true; readonly report: MetricsReport }
  | { readonly ok: false; readonly refusal: Refusal };

/**
 * Reads a report from a client. Counts must be integers that add up to the number of samples, and those of one class
 * must be the same wherever they appear; fields that are not known are dropped. Never throws.
 */
export function readMetricsReport(report: unknown, form: ReportForm): ReadReport {
  const wrong = checkReport(report, form);
  return wrong
    ? { ok: false, refusal: wrong }
    : { ok: true, report: copyKnown(report as MetricsReport, form) };
}

function checkReport(report: unknown, form: ReportForm): Refusal | undefined {
  if (!isObject(report)) return refusal("report", "an object", report);
  const { numSamples, lossSum, confusion, scoreHistogram, scores } = report;
  if (!isCount(numSamples, form.maxSamples) || numSamples === 0) {
    return refusal("numSamples", `an integer in [1, ${form.maxSamples}]`, numSamples);
  }
  const context = { form, numSamples };
  return (
    (lossSum === undefined ? undefined : checkLossSum(lossSum, context)) ??
    (confusion === undefined ? undefined : checkConfusion(confusion, context)) ??
    (scoreHistogram === undefined ? undefined : checkHistogram(scoreHistogram, context)) ??
    (scores === undefined ? undefined : checkScores(scores, context)) ??
    (form.numClasses > 2 ? undefined : checkPositives(report as unknown as MetricsReport))
  );
}

/** Plain arrays, because a sum of narrow typed ones would wrap around. */
function copyKnown(report: MetricsReport, { numClasses }: ReportForm): MetricsReport {
  const { numSamples, lossSum, confusion, scoreHistogram, scores } = report;
  return {
    numSamples,
    ...(lossSum === undefined ? {} : { lossSum }),
    ...(confusion && { confusion: copyConfusion(confusion, numClasses) }),
    ...(scoreHistogram && {
      scoreHistogram: {
        positives: Array.from(scoreHistogram.positives),
        negatives: Array.from(scoreHistogram.negatives),
      },
    }),
    ...(scores && { scores: { positives: scores.positives, negatives: scores.negatives } }),
  };
}

function copyConfusion(confusion: ConfusionCounts | ConfusionMatrix, numClasses: number) {
  if (numClasses > 2) return { numClasses, counts: Array.from((confusion as ConfusionMatrix).counts) };
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = confusion as ConfusionCounts;
  return { truePositives, falsePositives, trueNegatives, falseNegatives };
}

interface Context {
  readonly form: ReportForm;
  readonly numSamples: number;
}

function checkLossSum(lossSum: unknown, { form, numSamples }: Context): Refusal | undefined {
  const limit = form.maxMeanLoss * numSamples;
  if (typeof lossSum === "number" && Math.abs(lossSum) <= limit) return undefined;
  return refusal("lossSum", `a number in [-${limit}, ${limit}]`, lossSum);
}

function checkConfusion(confusion: unknown, { form, numSamples }: Context): Refusal | undefined {
  if (!isObject(confusion)) return refusal("confusion", "an object", confusion);
  if (form.numClasses > 2) {
    const { numClasses, counts } = confusion;
    if (numClasses !== form.numClasses) {
      return refusal("confusion.numClasses", `${form.numClasses}`, numClasses);
    }
    const length = form.numClasses ** 2;
    return (
      checkCounts(counts, { field: "confusion.counts", length, numSamples }) ?? checkTotal(counts, numSamples)
    );
  }
  for (const field of confusionFields) {
    const count = confusion[field];
    if (!isCount(count, numSamples)) {
      return refusal(`confusion.${field}`, `an integer in [0, ${numSamples}]`, count);
    }
  }
  return checkTotal(
    confusionFields.map((field) => confusion[field]),
    numSamples,
  );
}

function checkTotal(counts: unknown, numSamples: number): Refusal | undefined {
  const total = sum(counts as number[]);
  return total === numSamples ? undefined : refusal("confusion", `${numSamples} samples in all`, total);
}

function checkHistogram(histogram: unknown, { form, numSamples }: Context): Refusal | undefined {
  const expected = expectedScores(form);
  if (form.numClasses > 2 || form.scores !== "histogram") {
    return refusal("scoreHistogram", `none (${expected})`, "a histogram");
  }
  if (!isObject(histogram)) return refusal("scoreHistogram", "an object", histogram);
  for (const field of ["positives", "negatives"] as const) {
    const wrong = checkCounts(histogram[field], {
      field: `scoreHistogram.${field}`,
      length: form.numBins,
      numSamples,
    });
    if (wrong) return wrong;
  }
  const total = sum(histogram.positives as number[]) + sum(histogram.negatives as number[]);
  return total === numSamples ? undefined : refusal("scoreHistogram", `${numSamples} samples in all`, total);
}

function checkScores(scores: unknown, { form, numSamples }: Context): Refusal | undefined {
  if (form.numClasses > 2 || form.scores !== "exact") {
    return refusal("scores", `none (${expectedScores(form)})`, "scores");
  }
  if (!isObject(scores)) return refusal("scores", "an object", scores);
  let total = 0;
  for (const field of ["positives", "negatives"] as const) {
    const list = scores[field];
    if (!isList(list)) return refusal(`scores.${field}`, "a list of numbers", list);
    total += list.length;
    if (total > numSamples) break;
    const at = firstUnsorted(list);
    if (at < list.length) {
      return refusal(`scores.${field}[${at}]`, "a finite number, not below the one before", list[at]);
    }
  }
  return total === numSamples ? undefined : refusal("scores", `${numSamples} of them`, total);
}

/** The number of positives is a fact of the data: two parts of a report that differ in it cannot both be true. */
function checkPositives({ confusion, scoreHistogram, scores }: MetricsReport): Refusal | undefined {
  if (!confusion) return undefined;
  const { truePositives, falseNegatives } = confusion as ConfusionCounts;
  const expected = truePositives + falseNegatives;
  const check = (field: string, numPositives: number) =>
    numPositives === expected
      ? undefined
      : refusal(field, `${expected} samples, as many as in confusion`, numPositives);
  return scoreHistogram
    ? check("scoreHistogram.positives", sum(scoreHistogram.positives))
    : scores && check("scores.positives", scores.positives.length);
}

function checkCounts(
  counts: unknown,
  { field, length, numSamples }: { field: string; length: number; numSamples: number },
): Refusal | undefined {
  if (!isList(counts)) return refusal(field, `a list of ${length} counts`, counts);
  if (counts.length !== length) return refusal(field, `${length} counts`, counts.length);
  for (let i = 0; i < length; i += 1) {
    if (!isCount(counts[i], numSamples)) {
      return refusal(`${field}[${i}]`, `an integer in [0, ${numSamples}]`, counts[i]);
    }
  }
  return undefined;
}

function firstUnsorted(list: ArrayLike<unknown>): number {
  let previous = -Infinity;
  for (let i = 0; i < list.length; i += 1) {
    const score = list[i];
    if (typeof score !== "number" || !Number.isFinite(score) || score < previous) return i;
    previous = score;
  }
  return list.length;
}

function expectedScores({ numClasses, scores }: ReportForm): string {
  if (numClasses > 2) return `there are ${numClasses} classes`;
  return scores === "exact" ? "exact scores are pooled" : "histograms are pooled";
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function isCount(value: unknown, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;
}

function sum(counts: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < counts.length; i += 1) total += counts[i] as number;
  return total;
}

function refusal(field: string, expected: string, received: unknown): Refusal {
  const got =
    typeof received === "object" && received !== null
      ? Object.prototype.toString.call(received).slice("[object ".length, -1)
      : String(received).slice(0, 40);
  return { code: "wrong_report", message: `${field}: expected ${expected}, got ${got}` };
}
