import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exactAuroc, exactRocCurve, sortedScores } from "./auroc.js";

const sample = fc.record({ score: fc.integer({ min: -4, max: 4 }), label: fc.constantFrom(0, 1) });
type Sample = { score: number; label: number };
const sorted = (samples: readonly Sample[]) =>
  sortedScores(
    samples.map(({ score }) => score),
    samples.map(({ label }) => label),
  );
/** The definition: the share of pairs that are in order. */
const byPairs = (samples: readonly Sample[]) => {
  const of = (wanted: number) => samples.filter(({ label }) => label === wanted);
  const pairs = of(1).flatMap((p) =>
    of(0).map((n) => (p.score > n.score ? 1 : p.score === n.score ? 0.5 : 0)),
  );
  return pairs.reduce<number>((sum, won) => sum + won, 0) / pairs.length;
};

describe("exactAuroc", () => {
  it.each([
    [[0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1], 0.75],
    [[1, 2, 3, 4], [0, 0, 1, 1], 1],
    [[4, 3, 2, 1], [0, 0, 1, 1], 0],
    [[5, 5, 5, 5], [0, 1, 0, 1], 0.5],
    [[0.5, 0.5, 0.2, 0.9], [1, 0, 0, 1], 0.875],
    [[-1, -Infinity, Infinity], [0, 0, 1], 1],
    [[-0, 0], [0, 1], 0.5],
  ])("of scores %j and labels %j is %d", (scores, labels, area) => {
    expect(exactAuroc([sortedScores(Float32Array.from(scores), Uint8Array.from(labels))])).toBe(area);
  });

  it("is the share of pairs in order over the samples of all clients, and the area under the curve", () => {
    fc.assert(
      fc.property(fc.array(fc.array(sample, { maxLength: 20 }), { maxLength: 7 }), (clients) => {
        const expected = byPairs(clients.flat());
        const lists = clients.map(sorted);
        const area = exactAuroc(lists);
        if (Number.isNaN(expected)) expect(area).toBeNaN();
        else expect(area).toBeCloseTo(expected, 12);
        const curve = exactRocCurve(lists);
        const trapezoids = curve.slice(1).map((point, i) => {
          const before = curve[i]!;
          const width = point.falsePositiveRate - before.falsePositiveRate;
          return (width * (point.truePositiveRate + before.truePositiveRate)) / 2;
        });
        const under = trapezoids.reduce((sum, part) => sum + part, 0);
        if (curve.length > 0) expect(under).toBeCloseTo(expected, 12);
      }),
    );
  });

  it("is NaN without samples of both classes", () => {
    expect(exactAuroc([])).toBeNaN();
    expect(exactAuroc([sortedScores([1, 2], [1, 1])])).toBeNaN();
    expect(exactAuroc([sortedScores([1, 2], [0, 0]), sortedScores([], [])])).toBeNaN();
  });

  it("counts classes that lie with different clients", () => {
    expect(exactAuroc([sortedScores([1, 2], [1, 1]), sortedScores([0, 2], [0, 0])])).toBe(0.625);
  });
});

describe("sortedScores", () => {
  it("refuses what it cannot sort", () => {
    expect(() => sortedScores([1, Number.NaN], [0, 1])).toThrow("scores[1]: expected a number, got NaN");
    expect(() => sortedScores([1], [2])).toThrow("labels[0]: expected 0 or 1, got 2");
    expect(() => sortedScores([1, 2], [1])).toThrow("labels: expected 2 of them, got 1");
  });
});
