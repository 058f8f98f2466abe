import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exactAuroc, sortedScores } from "./auroc.js";
import { addScoreHistograms, histogramAuroc, scoreHistogram } from "./score-histogram.js";

const samples = fc.array(
  fc.record({ score: fc.double({ min: 0, max: 1, noNaN: true }), label: fc.constantFrom(0, 1) }),
  { maxLength: 60 },
);
type Samples = readonly { score: number; label: number }[];
const columns = (some: Samples) => [some.map(({ score }) => score), some.map(({ label }) => label)] as const;

describe("scoreHistogram", () => {
  it("puts each score into its bin, by label, and 1 into the last", () => {
    expect(scoreHistogram([0, 0.24, 0.25, 0.5, 0.99, 1], [0, 1, 1, 0, 0, 1], 4)).toEqual({
      positives: [1, 1, 0, 1],
      negatives: [1, 0, 1, 1],
    });
    expect(scoreHistogram([], []).positives.length).toBe(1000);
  });

  it("adds up to the histogram of all samples", () => {
    fc.assert(
      fc.property(samples, samples, (a, b) => {
        const sum = addScoreHistograms(scoreHistogram(...columns(a), 7), scoreHistogram(...columns(b), 7));
        expect(sum).toEqual(scoreHistogram(...columns([...a, ...b]), 7));
      }),
    );
  });

  it("refuses scores that are no probabilities, other labels, and sums of other bins", () => {
    for (const score of [-0.1, 1.01, Number.NaN]) {
      expect(() => scoreHistogram([score], [1])).toThrow(
        `scores[0]: expected a number in [0, 1], got ${score}`,
      );
    }
    expect(() => scoreHistogram([0.5], [2])).toThrow("labels[0]: expected 0 or 1, got 2");
    expect(() => scoreHistogram([0.5], [])).toThrow("labels: expected 1 of them, got 0");
    expect(() => scoreHistogram([0.5], [1], 0)).toThrow("numBins: expected an integer >= 1, got 0");
    const [two, three] = [scoreHistogram([], [], 2), scoreHistogram([], [], 3)];
    expect(() => addScoreHistograms(two, three)).toThrow("histogram: expected 2 bins, got 3");
  });
});

describe("histogramAuroc", () => {
  it("counts samples of one bin as ties, and says by how much that can be wrong", () => {
    expect(histogramAuroc(scoreHistogram([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1], 2))).toEqual({
      auroc: 0.75,
      maxError: 0.25,
    });
    expect(histogramAuroc(scoreHistogram([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]))).toEqual({
      auroc: 0.75,
      maxError: 0,
    });
  });

  it("is within its own bound of the exact area", () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 1, max: 50 }), (some, numBins) => {
        const exact = exactAuroc([sortedScores(...columns(some))]);
        const { auroc, maxError } = histogramAuroc(scoreHistogram(...columns(some), numBins));
        if (Number.isNaN(exact)) expect([auroc, maxError]).toEqual([Number.NaN, Number.NaN]);
        else expect(Math.abs(auroc - exact)).toBeLessThanOrEqual(maxError + 1e-12);
      }),
    );
  });
});
