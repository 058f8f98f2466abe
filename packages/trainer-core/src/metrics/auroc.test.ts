import { describe, expect, it } from "vitest";
import { auroc } from "./auroc.js";

describe("auroc", () => {
  it.each([
    [[0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1], 0.75],
    [[1, 2, 3, 4], [0, 0, 1, 1], 1],
    [[4, 3, 2, 1], [0, 0, 1, 1], 0],
    [[5, 5, 5, 5], [0, 1, 0, 1], 0.5],
    [[0.5, 0.5, 0.2, 0.9], [1, 0, 0, 1], 0.875],
    [[-1, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY], [0, 0, 1], 1],
  ])("of scores %j and labels %j is %d", (scores, labels, area) => {
    expect(auroc(Float32Array.from(scores), Uint8Array.from(labels))).toBe(area);
  });

  it("is the share of pairs that are in order, ties counted half", () => {
    const scores = Float32Array.from({ length: 300 }, (_, i) => ((i * 7919) % 101) / 10);
    const labels = Uint8Array.from({ length: 300 }, (_, i) => Number((i * 104_729) % 13 < 5));
    let [won, pairs] = [0, 0];
    for (const [i, positive] of scores.entries()) {
      for (const [j, negative] of scores.entries()) {
        if (labels[i] !== 1 || labels[j] !== 0) continue;
        won += positive > negative ? 1 : positive === negative ? 0.5 : 0;
        pairs += 1;
      }
    }
    expect(auroc(scores, labels)).toBeCloseTo(won / pairs, 12);
  });

  it("is NaN where it says nothing: one class only, no sample, a NaN score", () => {
    expect(auroc(Float32Array.of(1, 2), Uint8Array.of(1, 1))).toBeNaN();
    expect(auroc(Float32Array.of(1, 2), Uint8Array.of(0, 0))).toBeNaN();
    expect(auroc(new Float32Array(), new Uint8Array())).toBeNaN();
    expect(auroc(Float32Array.of(1, Number.NaN, 2), Uint8Array.of(0, 1, 1))).toBeNaN();
  });
});
