import { describe, expect, it } from "vitest";
import { StrategyError } from "../errors.js";
import type { AggregateContext, RoundContext } from "../strategy.js";
import { flatLayout, updatesOf } from "../testing/watch-round.js";
import { createRoundSums } from "./round-sums.js";
import { foldMean, reduceMean, totalWeight } from "./weighted-mean.js";

const contextOf = (...weights: number[]) =>
  ({ updates: weights.map((weight) => ({ weight })) }) as unknown as AggregateContext;

describe("weighted mean", () => {
  it("is sum w_k d_k / sum w_k", () => {
    const sums = createRoundSums({
      layout: flatLayout(2),
      globalWeights: new Float32Array(2),
      maxUpdates: 2,
    });
    const weights = [1, 3];
    for (const [i, update] of updatesOf([
      [4, 0],
      [0, 8],
    ]).entries()) {
      foldMean(sums, { update, weight: weights[i] as number }, {} as RoundContext);
    }
    expect([...reduceMean(sums, contextOf(1, 3))]).toEqual([1, 6]);
    sums.release();
  });

  it("has no value without weight", () => {
    expect(totalWeight(contextOf(0, 2, 3))).toBe(5);
    for (const weights of [[], [0, 0], [Number.NaN]]) {
      expect(() => totalWeight(contextOf(...weights))).toThrow(StrategyError);
    }
    expect(() => totalWeight(contextOf(0))).toThrow("weights: expected a sum > 0, got 0");
  });
});
