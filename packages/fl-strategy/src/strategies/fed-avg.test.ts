import { describe, expect, it } from "vitest";
import { createAggregationState } from "../aggregation-state.js";
import { openRound } from "../round.js";
import { strategyContract } from "../testing/index.js";
import { createLayout } from "../weights/layout.js";
import { fedAvg } from "./fed-avg.js";

const train = { epochs: 1, batchSize: 1, learningRate: 0.1 };

/** One round over clients given as [sample count, weights]. */
function average(clients: [number, number[]][], globalWeights: number[]): number[] {
  const layout = createLayout([{ name: "w", shape: [globalWeights.length] }]);
  const strategy = fedAvg();
  const round = openRound({
    strategy,
    state: createAggregationState(strategy, [{ name: "reject-invalid" }], layout),
    layout,
    globalWeights: Float32Array.from(globalWeights),
    round: 1,
    clients: clients.map(([numSamples], i) => ({ clientId: `c${i}`, numSamples })),
    train,
    seed: 1,
  });
  for (const [i, [numSamples, weights]] of clients.entries()) {
    round.receive({
      clientId: `c${i}`,
      round: 1,
      layout,
      form: "weights",
      values: Float32Array.from(weights),
      numSamples,
      metrics: {},
    });
  }
  return [...round.close().weights];
}

describe("fedAvg", () => {
  for (const { name, run } of strategyContract(() => fedAvg())) it(name, run);
  for (const { name, run } of strategyContract(() => fedAvg({ fraction: 0.5, minClients: 2 }))) {
    it(`with half of the clients: ${name}`, run);
  }

  it("averages by sample count: the hand-checkable examples", () => {
    expect(
      average(
        [
          [1, [0]],
          [3, [4]],
        ],
        [0],
      ),
    ).toEqual([3]);
    expect(
      average(
        [
          [10, [1]],
          [20, [2]],
          [70, [3]],
        ],
        [0],
      ),
    ).toEqual([Math.fround(2.6)]);
    const three: [number, number[]][] = [
      [10, [0.8, 2.4]],
      [30, [2, 1.5]],
      [60, [1.3, 2.6]],
    ];
    for (const [i, value] of average(three, [1, 2]).entries()) expect(value).toBeCloseTo([1.46, 2.25][i]!, 6);
  });

  it("gives 1,000 clients at 10000.2 exactly 10000.2", () => {
    const clients = Array.from({ length: 1000 }, (): [number, number[]] => [17, [10000.2]]);
    expect(average(clients, [0.25])).toEqual([Math.fround(10000.2)]);
  });

  it("picks the fraction, at least the minimum, another set each round", () => {
    const layout = createLayout([{ name: "w", shape: [1] }]);
    const picks = (options: Parameters<typeof fedAvg>[0], round = 1) => {
      const strategy = fedAvg(options);
      const clients = Array.from({ length: 100 }, (_, i) => ({ clientId: `c${i}`, numSamples: 1 }));
      const state = createAggregationState(strategy, [], layout);
      const globalWeights = new Float32Array(1);
      const opened = openRound({
        strategy,
        hooks: [],
        state,
        layout,
        globalWeights,
        round,
        clients,
        train,
        seed: 1,
      });
      return opened.tasks.map((task) => task.clientId);
    };
    expect(picks({}).length).toBe(100);
    expect(picks({ fraction: 0.29 }).length).toBe(29);
    expect(picks({ fraction: 0.001 }).length).toBe(1);
    expect(picks({ fraction: 0.1, minClients: 12 }).length).toBe(12);
    expect(picks({ fraction: 0.1 }, 1)).not.toEqual(picks({ fraction: 0.1 }, 2));
    expect(() => picks({ minClients: 101 })).toThrow(
      "round 1: expected at least 101 available clients, got 100",
    );
  });

  it("refuses bad options", () => {
    expect(() => fedAvg({ fraction: 0 })).toThrow("fraction: expected a number in (0, 1], got 0");
    expect(() => fedAvg({ minClients: 0 })).toThrow("minClients: expected an integer >= 1, got 0");
  });
});
