import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PoolMetricsOptions, poolMetrics } from "./pooled-metrics.js";

const good = { truePositives: 4, falsePositives: 1, trueNegatives: 4, falseNegatives: 1 };
const honest = { numSamples: 10, lossSum: 5, confusion: good };
const histogram = { positives: [1, 4], negatives: [5, 0] };
const exact: PoolMetricsOptions = { scores: "exact" };
const threeClasses: PoolMetricsOptions = { numClasses: 3 };
const two: PoolMetricsOptions = { numBins: 2 };
const matrix = (counts: unknown, numClasses: unknown = 3) => ({ confusion: { numClasses, counts } });
const none = Number.NaN;

const bad: [string, object, string, PoolMetricsOptions?][] = [
  ["no sample", { numSamples: 0 }, "numSamples: expected an integer in [1, 10000000], got 0"],
  ["half a sample", { numSamples: 1.5 }, "numSamples: expected an integer in [1, 10000000], got 1.5"],
  ["1e308 samples", { numSamples: 1e308 }, "numSamples: expected an integer in [1, 10000000], got 1e+308"],
  ["samples as text", { numSamples: "10" }, "numSamples: expected an integer"],
  ["a NaN loss", { lossSum: none }, "lossSum: expected a number in [-10000000, 10000000], got NaN"],
  [
    "an absurd loss",
    { lossSum: -1e9 },
    "lossSum: expected a number in [-10000000, 10000000], got -1000000000",
  ],
  ["null", { lossSum: null }, "lossSum: expected a number in [-10000000, 10000000], got null"],
  ["text for counts", { confusion: "all right" }, "confusion: expected an object, got all right"],
  [
    "a negative count",
    { confusion: { ...good, falsePositives: -1 } },
    "confusion.falsePositives: expected an integer in [0, 10], got -1",
  ],
  [
    "a fraction",
    { confusion: { ...good, truePositives: 3.5 } },
    "confusion.truePositives: expected an integer in [0, 10], got 3.5",
  ],
  [
    "an absurd count",
    { confusion: { ...good, trueNegatives: 1e15 } },
    "confusion.trueNegatives: expected an integer in [0, 10], got 1000000000000000",
  ],
  [
    "a missing count",
    { confusion: { truePositives: 10 } },
    "confusion.falsePositives: expected an integer in [0, 10], got undefined",
  ],
  [
    "counts of other samples",
    { confusion: { ...good, truePositives: 3 } },
    "confusion: expected 10 samples in all, got 9",
  ],
  [
    "a matrix for two classes",
    matrix([4, 1, 1, 4], 2),
    "confusion.truePositives: expected an integer in [0, 10], got undefined",
  ],
  ["other classes", matrix([1, 2, 3, 4], 2), "confusion.numClasses: expected 3, got 2", threeClasses],
  ["too few cells", matrix([10]), "confusion.counts: expected 9 counts, got 1", threeClasses],
  [
    "no cells",
    matrix(undefined),
    "confusion.counts: expected a list of 9 counts, got undefined",
    threeClasses,
  ],
  [
    "a negative cell",
    matrix([5, 5, 0, 0, 0, 0, 0, 5, -5]),
    "confusion.counts[8]: expected an integer in [0, 10], got -5",
    threeClasses,
  ],
  [
    "cells of other samples",
    matrix(new Array(9).fill(2)),
    "confusion: expected 10 samples in all, got 18",
    threeClasses,
  ],
  [
    "a histogram for three classes",
    { confusion: undefined, scoreHistogram: histogram },
    "scoreHistogram: expected none (there are 3 classes), got a histogram",
    threeClasses,
  ],
  ["other bins", { scoreHistogram: histogram }, "scoreHistogram.positives: expected 1000 counts, got 2"],
  [
    "other bins of one class",
    { scoreHistogram: { ...histogram, negatives: [5] } },
    "scoreHistogram.negatives: expected 2 counts, got 1",
    two,
  ],
  [
    "a negative bin",
    { scoreHistogram: { ...histogram, negatives: [6, -1] } },
    "scoreHistogram.negatives[1]: expected an integer in [0, 10], got -1",
    two,
  ],
  [
    "a histogram of other samples",
    { scoreHistogram: { ...histogram, negatives: [4, 0] } },
    "scoreHistogram: expected 10 samples in all, got 9",
    two,
  ],
  [
    "other positives",
    { scoreHistogram: { positives: [1, 5], negatives: [4, 0] } },
    "scoreHistogram.positives: expected 5 samples, as many as in confusion, got 6",
    two,
  ],
  [
    "scores in place of a histogram",
    { scores: { positives: [], negatives: [] } },
    "scores: expected none (histograms are pooled), got scores",
  ],
  [
    "a histogram in place of scores",
    { scoreHistogram: histogram },
    "scoreHistogram: expected none (exact scores are pooled), got a histogram",
    exact,
  ],
  [
    "no list",
    { scores: { positives: { length: 5 }, negatives: [] } },
    "scores.positives: expected a list of numbers, got Object",
    exact,
  ],
  [
    "falling scores",
    { scores: { positives: [1, 2, 3, 2, 5], negatives: [1, 1, 1, 1, 1] } },
    "scores.positives[3]: expected a finite number, not below the one before, got 2",
    exact,
  ],
  [
    "a NaN score",
    { scores: { positives: [1, 1, 1, 1, 1], negatives: [none, 1, 1, 1, 1] } },
    "scores.negatives[0]: expected a finite number",
    exact,
  ],
  [
    "scores of other samples",
    { scores: { positives: [1, 2], negatives: [1] } },
    "scores: expected 10 of them, got 3",
    exact,
  ],
  [
    "too many scores",
    { scores: { positives: new Float64Array(1e6), negatives: [] } },
    "scores: expected 10 of them, got 1000000",
    exact,
  ],
  [
    "other positives among scores",
    { scores: { positives: [1, 1, 1, 1], negatives: [1, 1, 1, 1, 1, 1] } },
    "scores.positives: expected 5 samples, as many as in confusion, got 4",
    exact,
  ],
];

describe("reports from clients", () => {
  it.each(bad)("refuses %s at no cost to others", (_what, changes, message, options = {}) => {
    const confusion =
      options === threeClasses ? { numClasses: 3, counts: [9, 0, 1, 0, 0, 0, 0, 0, 0] } : good;
    const fine = { ...honest, confusion };
    const pooled = poolMetrics(
      [
        { clientId: "mallory", report: { ...fine, ...changes } },
        { clientId: "alice", report: fine },
      ],
      options,
    );
    expect(pooled.refused).toEqual([
      { clientId: "mallory", code: "wrong_report", message: expect.stringContaining(message) },
    ]);
    expect(pooled.metrics).toMatchObject({ loss: 0.5, accuracy: options === threeClasses ? 0.9 : 0.8 });
    expect(pooled.coverage.loss).toEqual({ numClients: 1, numSamples: 10 });
  });

  it("refuses a second report of a client, but not a first one after a malformed one", () => {
    const report = (clientId: string, changes = {}) => ({ clientId, report: { ...honest, ...changes } });
    const reports = [report("a", { numSamples: -1 }), report("a"), report("a", { lossSum: 9 })];
    const pooled = poolMetrics(reports);
    expect(pooled.metrics.loss).toBe(0.5);
    expect(pooled.refused.map(({ code }) => code)).toEqual(["wrong_report", "duplicate_report"]);
    expect(pooled.refused[1]?.message).toBe('client_id: expected one report per client, got another of "a"');
  });

  it("is not misled by fields of the other form", () => {
    const confusion = { ...good, numClasses: 2, counts: [1e9] };
    const report = { numSamples: 10, confusion };
    const pooled = poolMetrics([
      { clientId: "a", report },
      { clientId: "b", report: honest },
    ]);
    expect([pooled.refused, pooled.metrics.accuracy]).toEqual([[], 0.8]);
  });

  it("never throws, whatever comes", () => {
    const anyList = fc.oneof(fc.array(fc.integer({ min: -1, max: 3 }), { maxLength: 4 }), fc.anything());
    const lists = fc.record({ positives: anyList, negatives: anyList });
    const anyReport = fc.record(
      {
        numSamples: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.anything()),
        lossSum: fc.anything(),
        confusion: fc.oneof(fc.record({ numClasses: fc.constant(2), counts: anyList }), fc.anything()),
        scoreHistogram: fc.oneof(lists, fc.anything()),
        scores: fc.oneof(lists, fc.anything()),
      },
      { requiredKeys: ["numSamples"] },
    );
    fc.assert(
      fc.property(
        fc.oneof(anyReport, fc.anything()),
        fc.constantFrom("exact", "histogram"),
        (report, scores) => {
          const pooled = poolMetrics([{ clientId: "a", report }], { scores, numBins: 2 });
          expect(pooled.refused.length + (pooled.coverage.loss.numClients > 0 ? 1 : 0)).toBeLessThanOrEqual(
            1,
          );
        },
      ),
      { numRuns: 500 },
    );
  });
});
