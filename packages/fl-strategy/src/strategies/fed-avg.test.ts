import { describe, expect, it } from "vitest";
import { playRound } from "../testing/play-round.js";
import { createLayout } from "../weights/layout.js";
import { fedAvg } from "./fed-avg.js";

/** One round over clients given as [sample count, weights]. */
function average(clients: readonly (readonly [number, number[]])[], globalWeights: number[]): number[] {
  const updates = clients.map(([numSamples, values]) => ({ numSamples, values, form: "weights" as const }));
  return [...playRound({ strategy: fedAvg(), updates, globalWeights }).weights];
}

describe("fedAvg", () => {
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
    const three = [
      [10, [0.8, 2.4]],
      [30, [2, 1.5]],
      [60, [1.3, 2.6]],
    ] as const;
    const mean = average(
      three.map(([n, w]) => [n, [...w]]),
      [1, 2],
    );
    expect(mean.map((value) => value.toFixed(6))).toEqual(["1.460000", "2.250000"]);
  });

  it("gives 1,000 clients at 10000.2 exactly 10000.2", () => {
    const clients = Array.from({ length: 1000 }, (): [number, number[]] => [17, [10000.2]]);
    expect(average(clients, [0.25])).toEqual([Math.fround(10000.2)]);
  });

  it("counts every client the same when asked to", () => {
    const updates = [
      { values: [1], numSamples: 1 },
      { values: [3], numSamples: 99 },
    ];
    expect([...playRound({ strategy: fedAvg({ weighting: "uniform" }), updates }).weights]).toEqual([2]);
    expect(() => fedAvg({ weighting: "size" as "samples" })).toThrow(
      'weighting: expected one of samples, uniform, got "size"',
    );
  });

  it("leaves private tensors alone, whatever clients send there", () => {
    const layout = createLayout([
      { name: "a", shape: [1] },
      { name: "head", shape: [1], role: "private" },
      { name: "b", shape: [1], role: "statistic" },
    ]);
    const updates = [{ values: [1, Number.NaN, 2] }, { values: [3, 7, 4] }];
    expect([...playRound({ strategy: fedAvg(), updates, layout, globalWeights: [1, 5, 1] }).weights]).toEqual(
      [3, 5, 4],
    );
  });
});
