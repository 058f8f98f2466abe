import { describe, expect, it } from "vitest";
import type { Strategy } from "../strategy.js";
import { updatesOf, watchRound } from "../testing/watch-round.js";
import type { Update } from "../update.js";
import { fedNova } from "./fed-nova.js";
import { qFedAvg } from "./q-fed-avg.js";

const learningRate = 0.05;

describe("numbers that clients claim", () => {
  it("FedNova counts any number of steps at once", () => {
    const count = (strategy: Strategy, numSteps: number) =>
      watchRound({ strategy, updates: updatesOf([[1]], { numSteps }), train: { learningRate } }).updates[0]
        ?.scalars.steps as number;
    const most = Number.MAX_SAFE_INTEGER;
    // Momentum 0.9 counts 10 for nearly every step, the proximal term 1 / (eta mu) in all.
    expect(count(fedNova({ clientMomentum: 0.9 }), most) / (10 * most)).toBeCloseTo(1, 12);
    expect(count(fedNova({ mu: 0.4 }), most) * learningRate * 0.4).toBeCloseTo(1, 12);
    expect(count(fedNova(), most)).toBe(most);
    for (const numSteps of [1, 2, 3, 7, 8, 100]) {
      // Next to nothing of either must not cancel.
      expect(count(fedNova({ mu: 1e-14 }), numSteps) / numSteps).toBeCloseTo(1, 12);
      expect(
        (2 * count(fedNova({ clientMomentum: 1 - 1e-14 }), numSteps)) / (numSteps * (numSteps + 1)),
      ).toBeCloseTo(1, 11);
    }
  });

  it("q-FedAvg refuses a loss whose power is too large to count, and goes on without it", () => {
    const updates = updatesOf([[1], [2], [3]], (i) => ({
      metrics: { initial_loss: [1, 1e200, 1][i] as number },
    }));
    const { refused, weights } = watchRound({ strategy: qFedAvg({ q: 2 }), updates });
    const message = "metrics.initial_loss: expected a value whose power 2 is finite, got 1e+200";
    expect(refused).toEqual([{ clientId: "c01", by: "qfedavg", code: "wrong_update", message }]);
    const [first, , third] = updates as [Update, Update, Update];
    expect(weights).toEqual(watchRound({ strategy: qFedAvg({ q: 2 }), updates: [first, third] }).weights);
  });
});
