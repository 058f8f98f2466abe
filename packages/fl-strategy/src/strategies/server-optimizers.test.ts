import { describe, expect, it } from "vitest";
import type { Strategy } from "../strategy.js";
import { playRound } from "../testing/play-round.js";
import { createLayout } from "../weights/layout.js";
import { fedAdagrad, fedAdam, fedYogi } from "./adaptive.js";
import { fedAvg } from "./fed-avg.js";
import { fedAvgM } from "./fed-avg-m.js";

/** The weight after each round in which every client moves by the given differences. */
function path(strategy: Strategy, deltas: readonly number[], start: number): number[] {
  let [weight, state] = [start, undefined as Parameters<typeof playRound>[0]["state"]];
  return deltas.map((delta, i) => {
    const updates = [{ values: [delta] }, { values: [delta] }];
    const options = { strategy, updates, globalWeights: [weight], round: i + 1 };
    const result = playRound(state ? { ...options, state } : options);
    state = result.state;
    weight = result.weights[0] as number;
    return weight;
  });
}
const close = (received: number[], expected: number[]) => {
  for (const [i, value] of received.entries()) expect(value).toBeCloseTo(expected[i] as number, 6);
};

describe("fedAvgM", () => {
  it("gives the hand-checkable path, and FedAvg without momentum", () => {
    close(path(fedAvgM({ momentum: 0.9 }), [1, 1, 1], 0), [1, 2.9, 5.61]);
    const moves = [0.3, -1, 0.25];
    expect(path(fedAvgM({ momentum: 0 }), moves, 2)).toEqual(path(fedAvg(), moves, 2));
    // D + beta m with m = 1, 1.9: steps 1.9 and 2.71.
    close(path(fedAvgM({ momentum: 0.9, nesterov: true }), [1, 1], 0), [1.9, 4.61]);
  });

  it("refuses bad options", () => {
    expect(() => fedAvgM({ momentum: 1 })).toThrow("momentum: expected a number in [0, 1), got 1");
    expect(() => fedAvgM({ serverLearningRate: 0 })).toThrow(
      "serverLearningRate: expected a finite number > 0",
    );
  });
});

describe("adaptive server optimizers", () => {
  it("give the hand-checkable first round", () => {
    const eta = { serverLearningRate: 0.1 };
    expect(path(fedAdagrad(), [0.5], 1)[0]).toBeCloseTo(1.0998003992, 6);
    expect(path(fedAdam(), [0.5], 1)[0]).toBeCloseTo(1.0980392157, 6);
    expect(path(fedYogi(eta), [0.5], 1)[0]).toBeCloseTo(1.0980392157, 6);
  });

  it("follow their listing over three rounds", () => {
    const deltas = [0.5, -0.2, 0.1];
    const reference = (nextV: (v: number, square: number) => number, beta1: number) => {
      let [x, m, v] = [1, 0, 0];
      return deltas.map((d) => {
        m = beta1 * m + (1 - beta1) * d;
        v = nextV(v, d * d);
        x = Math.fround(x + (0.1 * m) / (Math.sqrt(v) + 1e-3));
        return x;
      });
    };
    const eta = { serverLearningRate: 0.1 };
    close(
      path(fedAdagrad(eta), deltas, 1),
      reference((v, s) => v + s, 0),
    );
    close(
      path(fedAdam(eta), deltas, 1),
      reference((v, s) => 0.99 * v + 0.01 * s, 0.9),
    );
    close(
      path(fedYogi(eta), deltas, 1),
      reference((v, s) => v - 0.01 * s * Math.sign(v - s), 0.9),
    );
  });

  it("correct the bias with t from 1: the first round steps by eta", () => {
    // m / (1 - b1) = D and v / (1 - b2) = D^2: the step is eta D / (|D| + tau).
    close(path(fedAdam({ biasCorrection: true, tau: 1e-9 }), [0.5], 1), [1.1]);
    let [m, v] = [0, 0];
    const want = [0.5, 0.5, -0.3].map((d, i) => {
      m = 0.9 * m + 0.1 * d;
      v = 0.99 * v + 0.01 * d * d;
      return (0.1 * m) / (1 - 0.9 ** (i + 1)) / (Math.sqrt(v / (1 - 0.99 ** (i + 1))) + 1e-3);
    });
    const sums = want.map((_, i) => 1 + want.slice(0, i + 1).reduce((a, b) => a + b, 0));
    close(path(fedAdam({ biasCorrection: true }), [0.5, 0.5, -0.3], 1), sums);
  });

  it("do not optimise statistics, and do not move without a difference", () => {
    const layout = createLayout([
      { name: "w", shape: [1] },
      { name: "mean", shape: [1], role: "statistic" },
    ]);
    for (const strategy of [fedAvgM({ serverLearningRate: 2 }), fedAdagrad(), fedAdam(), fedYogi()]) {
      const first = playRound({
        strategy,
        layout,
        updates: [{ values: [0.5, 0.25] }],
        globalWeights: [1, 1],
      });
      expect(first.weights[1]).toBe(1.25);
      expect(first.weights[0]).not.toBe(1.5);
      const still = { strategy, layout, updates: [{ values: [0, 0] }], globalWeights: [1, 1] };
      expect([...playRound(still).weights]).toEqual([1, 1]);
    }
  });

  it("do not count a round that was skipped", () => {
    const strategy = fedAdam({ biasCorrection: true });
    const kept = playRound({ strategy, updates: [], silent: 2 });
    expect(kept.outcome).toBe("kept");
    expect(kept.state.strategy.state).toMatchObject({ t: 0 });
  });
});
