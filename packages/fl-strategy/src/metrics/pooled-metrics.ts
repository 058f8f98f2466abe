import { StrategyError } from "../errors.js";
import type { Refusal } from "../update.js";
import { exactAuroc } from "./auroc.js";
import {
  type Averaging,
  binaryMetrics,
  type ClassificationMetrics,
  multiclassMetrics,
} from "./classification-metrics.js";
import { addConfusion, type ConfusionCounts, type ConfusionMatrix } from "./confusion.js";
import { type MetricsReport, type ReportForm, readMetricsReport } from "./metrics-report.js";
import { addScoreHistograms, DEFAULT_BINS, histogramAuroc } from "./score-histogram.js";

export interface PoolMetricsOptions {
  /** Default 2. */
  readonly numClasses?: number;
  /** Bins that every client's histogram must have; default 1,000. */
  readonly numBins?: number;
  /** Whether clients report a histogram of their scores, or the scores; default `histogram`. */
  readonly scores?: "histogram" | "exact";
  /** For more than two classes; default `macro`. */
  readonly averaging?: Averaging;
  /** Largest sample count of one client that is believed; default 10,000,000. */
  readonly maxSamples?: number;
  /** Largest absolute value of a client's mean loss that is believed; default 1e6. */
  readonly maxMeanLoss?: number;
}

/** Over how many clients and samples something was computed. */
export interface Coverage {
  readonly numClients: number;
  readonly numSamples: number;
}

/** A report that has no part in the metrics. */
export interface RefusedReport extends Refusal {
  readonly clientId: string;
}

/** Metrics of all samples together, as if one place had held them. */
export interface PooledMetrics {
  /** `loss`, `accuracy`, `precision`, `recall`, `f1`, `auroc`: those that some client's report allows. */
  readonly metrics: Readonly<Record<string, number>>;
  /** The most by which the exact AUROC can differ: 0 from exact scores, NaN without samples of both classes. */
  readonly aurocMaxError?: number;
  /** What is behind `loss`, behind the metrics from confusion counts, and behind `auroc`. */
  readonly coverage: { readonly loss: Coverage; readonly confusion: Coverage; readonly scores: Coverage };
  readonly refused: readonly RefusedReport[];
}

/**
 * Pools the clients' reports: sums counts and histograms, or merges scores, then computes each metric once. Means of
 * the clients' F1, precision or AUROC are other numbers. Reports are not trusted: one that is malformed, or another
 * one of the same client, is refused with a reason and costs nobody else.
 * @throws StrategyError `invalid_option` for options that contradict themselves.
 */
export function poolMetrics(
  reports: Iterable<{ readonly clientId: string; readonly report: unknown }>,
  options: PoolMetricsOptions = {},
): PooledMetrics {
  const form = createForm(options);
  const accepted = new Map<string, MetricsReport>();
  const refused: RefusedReport[] = [];
  for (const { clientId, report } of reports) {
    if (accepted.has(clientId)) {
      const message = `client_id: expected one report per client, got another of "${clientId}"`;
      refused.push({ clientId, code: "duplicate_report", message });
      continue;
    }
    const read = readMetricsReport(report, form);
    if (read.ok) accepted.set(clientId, read.report);
    else refused.push({ clientId, ...read.refusal });
  }
  const believed = [...accepted.values()];
  const scores = poolScores(believed, form);
  return {
    metrics: { ...poolLoss(believed), ...poolConfusion(believed, options.averaging), ...scores.metrics },
    ...(scores.maxError === undefined ? {} : { aurocMaxError: scores.maxError }),
    coverage: {
      loss: coverageOf(believed.filter(({ lossSum }) => lossSum !== undefined)),
      confusion: coverageOf(believed.filter(({ confusion }) => confusion)),
      scores: coverageOf(believed.filter((report) => report.scoreHistogram ?? report.scores)),
    },
    refused,
  };
}

function createForm(options: PoolMetricsOptions): ReportForm {
  const { numClasses = 2, numBins = DEFAULT_BINS, scores = "histogram" } = options;
  const { maxSamples = 10_000_000, maxMeanLoss = 1e6, averaging = "macro" } = options;
  for (const [field, value, least] of [
    ["numClasses", numClasses, 2],
    ["numBins", numBins, 1],
    ["maxSamples", maxSamples, 1],
  ] as const) {
    if (Number.isSafeInteger(value) && value >= least) continue;
    throw new StrategyError("invalid_option", `${field}: expected an integer >= ${least}, got ${value}`);
  }
  if (!(maxMeanLoss > 0 && maxMeanLoss < Infinity)) {
    throw new StrategyError("invalid_option", `maxMeanLoss: expected a number > 0, got ${maxMeanLoss}`);
  }
  if (scores !== "histogram" && scores !== "exact") {
    throw new StrategyError("invalid_option", `scores: expected histogram or exact, got ${String(scores)}`);
  }
  if (averaging !== "macro" && averaging !== "micro") {
    throw new StrategyError("invalid_option", `averaging: expected macro or micro, got ${String(averaging)}`);
  }
  return { numClasses, numBins, scores, maxSamples, maxMeanLoss };
}

function poolLoss(reports: readonly MetricsReport[]): { loss?: number } {
  let [total, numSamples] = [0, 0];
  for (const report of reports) {
    if (report.lossSum === undefined) continue;
    total += report.lossSum;
    numSamples += report.numSamples;
  }
  return numSamples === 0 ? {} : { loss: total / numSamples };
}

function poolConfusion(
  reports: readonly MetricsReport[],
  averaging: Averaging | undefined,
): Partial<ClassificationMetrics> {
  let pooled: ConfusionCounts | ConfusionMatrix | undefined;
  for (const { confusion } of reports) {
    if (confusion) pooled = pooled ? addConfusion(pooled, confusion) : confusion;
  }
  if (!pooled) return {};
  return "counts" in pooled ? multiclassMetrics(pooled, averaging) : binaryMetrics(pooled);
}

function poolScores(
  reports: readonly MetricsReport[],
  form: ReportForm,
): { metrics: { auroc?: number }; maxError?: number } {
  if (form.scores === "exact") {
    const lists = reports.flatMap(({ scores }) => scores ?? []);
    if (lists.length === 0) return { metrics: {} };
    const auroc = exactAuroc(lists);
    return { metrics: { auroc }, maxError: Number.isNaN(auroc) ? auroc : 0 };
  }
  const histograms = reports.flatMap(({ scoreHistogram }) => scoreHistogram ?? []);
  if (histograms.length === 0) return { metrics: {} };
  const { auroc, maxError } = histogramAuroc(histograms.reduce(addScoreHistograms));
  return { metrics: { auroc }, maxError };
}

function coverageOf(reports: readonly MetricsReport[]): Coverage {
  return {
    numClients: reports.length,
    numSamples: reports.reduce((total, { numSamples }) => total + numSamples, 0),
  };
}
