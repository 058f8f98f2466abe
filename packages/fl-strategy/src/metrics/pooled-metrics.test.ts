import { describe, expect, it } from "vitest";
import { exactAuroc, sortedScores } from "./auroc.js";
import { binaryMetrics } from "./classification-metrics.js";
import { confusionCounts, confusionMatrix } from "./confusion.js";
import { poolMetrics } from "./pooled-metrics.js";
import { scoreHistogram } from "./score-histogram.js";

const byClient = (reports: Record<string, unknown>) =>
  Object.entries(reports).map(([clientId, report]) => ({ clientId, report }));
const counts = (
  truePositives: number,
  falsePositives: number,
  trueNegatives: number,
  falseNegatives: number,
) => ({
  truePositives,
  falsePositives,
  trueNegatives,
  falseNegatives,
});
// Two clients whose scores lie differently: AUROC 0.85 and 1 each, 0.875 together.
const scoresOfA = [
  [0.7, 0.6, 0.5, 0.4, 0.7, 0.3, 0.1],
  [1, 1, 0, 0, 0, 0, 0],
] as const;
const scoresOfB = [
  [0.5, 0.4, 0.7, 0.8, 0.6, 0.1, 0.1, 0.3],
  [1, 1, 1, 1, 1, 0, 0, 0],
] as const;

describe("poolMetrics", () => {
  it("gives F1 0.571 where the mean of the clients' F1 is 0.32", () => {
    const [a, b] = [counts(8, 5, 10, 4), counts(0, 1, 10, 2)];
    expect((binaryMetrics(a).f1 + binaryMetrics(b).f1) / 2).toBeCloseTo(0.32, 12);
    const { metrics } = poolMetrics(
      byClient({ a: { numSamples: 27, confusion: a }, b: { numSamples: 13, confusion: b } }),
    );
    expect(metrics).toEqual({ accuracy: 28 / 40, precision: 8 / 14, recall: 8 / 14, f1: 4 / 7 });
  });

  it("gives AUROC 0.875 where the mean of the clients' is 0.925", () => {
    const lists = [sortedScores(...scoresOfA), sortedScores(...scoresOfB)] as const;
    expect((exactAuroc([lists[0]]) + exactAuroc([lists[1]])) / 2).toBeCloseTo(0.925, 12);
    const exact = poolMetrics(
      byClient({ a: { numSamples: 7, scores: lists[0] }, b: { numSamples: 8, scores: lists[1] } }),
      { scores: "exact" },
    );
    expect([exact.metrics.auroc, exact.aurocMaxError]).toEqual([0.875, 0]);
    const binned = poolMetrics(
      byClient({
        a: { numSamples: 7, scoreHistogram: scoreHistogram(...scoresOfA) },
        b: { numSamples: 8, scoreHistogram: scoreHistogram(...scoresOfB) },
      }),
    );
    // The four pairs of equal scores are ties in truth, but a histogram cannot know that.
    expect([binned.metrics.auroc, binned.aurocMaxError]).toEqual([0.875, expect.closeTo(4 / 2 / 56, 12)]);
  });

  it("uses what each client reported, and says what is behind each metric", () => {
    const pooled = poolMetrics(
      byClient({
        a: { numSamples: 10, lossSum: 5 },
        b: { numSamples: 30, lossSum: 3, confusion: counts(10, 0, 20, 0) },
        c: { numSamples: 7, scoreHistogram: scoreHistogram(...scoresOfA), note: "extra" },
      }),
    );
    expect(pooled.metrics).toMatchObject({ loss: 0.2, accuracy: 1, auroc: 0.85 });
    expect(pooled.coverage).toEqual({
      loss: { numClients: 2, numSamples: 40 },
      confusion: { numClients: 1, numSamples: 30 },
      scores: { numClients: 1, numSamples: 7 },
    });
    const none = { numClients: 0, numSamples: 0 };
    expect(poolMetrics([])).toEqual({
      metrics: {},
      coverage: { loss: none, confusion: none, scores: none },
      refused: [],
    });
  });

  it("says NaN for a ratio without cases", () => {
    const scores = { positives: [], negatives: [1, 2] };
    const pooled = poolMetrics(byClient({ a: { numSamples: 2, confusion: counts(0, 0, 2, 0), scores } }), {
      scores: "exact",
    });
    const none = Number.NaN;
    expect(pooled.metrics).toEqual({ accuracy: 1, precision: none, recall: none, f1: none, auroc: none });
    expect(pooled.aurocMaxError).toBeNaN();
  });

  it("sums matrices of more classes, narrow arrays too", () => {
    const matrix = confusionMatrix(new Uint8Array(400), new Uint8Array(400), 3);
    const narrow = { numClasses: 3, counts: Uint8Array.from(matrix.counts, (count) => count / 2) };
    const reports = byClient({
      a: { numSamples: 200, confusion: narrow },
      b: { numSamples: 200, confusion: narrow },
      c: { numSamples: 400, confusion: confusionMatrix(new Uint8Array(400).fill(1), new Uint8Array(400), 3) },
    });
    expect(poolMetrics(reports, { numClasses: 3 }).metrics).toMatchObject({ accuracy: 0.5, recall: 0.5 });
    expect(poolMetrics(reports, { numClasses: 3, averaging: "micro" }).metrics).toMatchObject({ f1: 0.5 });
  });

  it("equals the metrics of all samples in one place, however they are split", () => {
    const scores = Array.from({ length: 300 }, (_, i) => ((i * 7919) % 101) / 100);
    const labels = Array.from({ length: 300 }, (_, i) => Number((i * 104_729) % 13 < 5));
    const report = (from: number, to: number) => {
      const part = [scores.slice(from, to), labels.slice(from, to)] as const;
      return { numSamples: to - from, confusion: confusionCounts(...part), scores: sortedScores(...part) };
    };
    const options = { scores: "exact" } as const;
    const whole = poolMetrics(byClient({ all: report(0, 300) }), options);
    const split = poolMetrics(byClient({ a: report(0, 1), b: report(1, 120), c: report(120, 300) }), options);
    expect(split.metrics).toEqual(whole.metrics);
  });

  it("refuses bad options", () => {
    expect(() => poolMetrics([], { numClasses: 1 })).toThrow("numClasses: expected an integer >= 2, got 1");
    expect(() => poolMetrics([], { numBins: 0 })).toThrow("numBins: expected an integer >= 1, got 0");
    expect(() => poolMetrics([], { maxMeanLoss: Infinity })).toThrow("maxMeanLoss: expected a number > 0");
    expect(() => poolMetrics([], { scores: "all" as "exact" })).toThrow(
      "scores: expected histogram or exact, got all",
    );
    expect(() => poolMetrics([], { averaging: "mean" as "micro" })).toThrow(
      "averaging: expected macro or micro",
    );
  });
});
