import { describe, expect, it } from "vitest";
import type { Strategy } from "../strategy.js";
import { playRound } from "../testing/play-round.js";
import { bulyan } from "./bulyan.js";
import { centeredClipping } from "./centered-clipping.js";
import { coordinateMedian } from "./coordinate-median.js";
import { geometricMedian } from "./geometric-median.js";
import { krum, multiKrum } from "./krum.js";
import { trimmedMean } from "./trimmed-mean.js";

const after = (strategy: Strategy, rows: readonly (readonly number[])[]) => [
  ...playRound({ strategy, updates: rows.map((values) => ({ values })) }).weights,
];
const one = (strategy: Strategy, ...values: number[]) =>
  after(
    strategy,
    values.map((value) => [value]),
  )[0] as number;

describe("coordinateMedian", () => {
  it("gives the hand-checkable example", () => {
    expect(one(coordinateMedian(), 1, 3, 2, -50)).toBe(1.5);
  });
});

describe("trimmedMean", () => {
  it("gives the hand-checkable example, and cuts 29 of 100 for beta 0.29", () => {
    expect(one(trimmedMean(), 1, 2, 3, 4, 100)).toBe(3);
    const values = Array.from({ length: 100 }, (_, i) => (i < 29 ? -1e6 : i >= 71 ? 1e6 : i));
    expect(one(trimmedMean({ beta: 0.29 }), ...values)).toBe(49.5);
  });
});

describe("krum", () => {
  const values = [1, 1.2, 0.9, 1.05, 10];

  it("gives the hand-checkable example", () => {
    expect(one(krum({ f: 1 }), ...values)).toBe(1);
    expect(one(multiKrum({ f: 1, m: 3 }), ...values)).toBeCloseTo(0.983333, 6);
  });

  it("tells updates apart that are small beside the weights", () => {
    const weights = values.map((value) => [1e4 + value * 0.01]);
    const updates = weights.map((row) => ({ values: row, form: "weights" as const }));
    const result = playRound({ strategy: krum({ f: 1 }), updates, globalWeights: [1e4] });
    expect(result.weights[0]).toBe(Math.fround(1e4 + 0.01));
  });

  it("takes the lowest client id among equal scores", () => {
    expect(after(krum({ f: 0 }), [[2], [2], [2]])).toEqual([2]);
    expect(one(krum({ f: 0 }), -1, 1, -1, 1)).toBe(-1);
  });
});

describe("bulyan", () => {
  it("picks one by one, each among what is left, then trims", () => {
    // n = 7, f = 1: five picks; the outlier is never one of them; then the 3 nearest to the median of each coordinate.
    const rows = [[1], [1.1], [0.9], [1.05], [0.95], [1.2], [50]];
    // Of the picks 1, 1.1, 0.9, 1.05, 0.95 the median is 1, and 0.95, 1, 1.05 are nearest.
    expect(after(bulyan({ f: 1 }), rows)[0]).toBeCloseTo(1, 6);
  });
});

describe("geometricMedian", () => {
  it("gives the hand-checkable examples", () => {
    const [x, y] = after(geometricMedian(), [
      [0, 0],
      [6, 6],
      [5, 0],
      [0, 3],
    ]) as [number, number];
    expect(x).toBeCloseTo(1.875, 6);
    expect(y).toBeCloseTo(1.875, 6);
    expect(one(geometricMedian(), 0, 1, 100)).toBeCloseTo(1, 6);
  });

  it("weighs by samples only when asked to", () => {
    const updates = [{ values: [0], numSamples: 10 }, { values: [1] }, { values: [2] }];
    expect(playRound({ strategy: geometricMedian(), updates }).weights[0]).toBeCloseTo(1, 5);
    const weighed = geometricMedian({ weighting: "samples" });
    expect(playRound({ strategy: weighed, updates }).weights[0]).toBeCloseTo(0, 5);
  });
});

describe("centeredClipping", () => {
  it("clips each update's distance from the last aggregate", () => {
    // One step from 0 with radius 1: (1 + 0.5 + 1) / 3.
    expect(one(centeredClipping({ radius: 1, steps: 1 }), 1, 0.5, 1e6)).toBeCloseTo(2.5 / 3, 6);
    const strategy = centeredClipping({ radius: 1, steps: 1 });
    const first = playRound({ strategy, updates: [{ values: [4] }] });
    expect(first.weights[0]).toBe(1);
    expect(playRound({ strategy, updates: [{ values: [4] }], round: 2, state: first.state }).weights[0]).toBe(
      2,
    );
  });

  it("is the mean where nothing has to be clipped", () => {
    expect(
      after(centeredClipping({ radius: 100 }), [
        [1, 2],
        [3, 4],
        [2, 0],
      ]),
    ).toEqual([2, 2]);
  });
});

describe("rules that bear f attackers", () => {
  it.each([
    [coordinateMedian({ f: 2 }), 4, "the median with f = 2 needs at least 5 updates, got 4"],
    [trimmedMean({ beta: 0.1 }), 7, "a trimmed mean with beta = 0.1 needs at least 10 updates, got 7"],
    [krum({ f: 1 }), 4, "Krum with f = 1 needs at least 5 updates, got 4"],
    [multiKrum({ f: 1, m: 5 }), 5, "MultiKrum with f = 1 needs at least 6 updates, got 5"],
    [bulyan({ f: 1 }), 6, "Bulyan with f = 1 needs at least 7 updates, got 6"],
  ] as [Strategy, number, string][])(
    "refuse a round rather than answer wrongly: %#",
    (strategy, n, reason) => {
      const updates = Array.from({ length: n }, (_, i) => ({ values: [i] }));
      const result = playRound({ strategy, updates, globalWeights: [7], silent: 3 });
      expect(result).toMatchObject({ outcome: "kept", reason: `round 1: ${reason}` });
      expect([...result.weights]).toEqual([7]);
    },
  );

  it("refuse bad options", () => {
    expect(() => krum({ f: 1.5 })).toThrow("f: expected an integer >= 0, got 1.5");
    expect(() => trimmedMean({ beta: 0.5 })).toThrow("beta: expected a number in (0, 0.5), got 0.5");
    expect(() => centeredClipping({ radius: 0 })).toThrow("radius: expected a finite number > 0, got 0");
  });
});
