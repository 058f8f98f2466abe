import { describe, expect, it } from "vitest";
import { createAggregationState } from "../aggregation-state.js";
import { openRound, type Round } from "../round.js";
import { fedAvg } from "../strategies/fed-avg.js";
import { smallLayout, smallUpdate } from "../testing/small-round.js";
import { capShare, shareCap } from "./cap-share.js";
import { rejectInvalid } from "./reject-invalid.js";

function openCapped(maxShare: number, declared: Readonly<Record<string, number>>): Round {
  const strategy = fedAvg();
  const hooks = [rejectInvalid(), capShare({ maxShare })];
  return openRound({
    strategy,
    hooks,
    state: createAggregationState(strategy, hooks, smallLayout),
    layout: smallLayout,
    globalWeights: Float32Array.of(1, 1, 1, 1),
    round: 2,
    clients: Object.entries(declared).map(([clientId, numSamples]) => ({ clientId, numSamples })),
    train: { epochs: 1, batchSize: 8, learningRate: 0.1 },
    seed: 3,
  });
}

const countsOf = (round: Round) => {
  const result = round.close();
  return {
    ...result,
    counts: result.updates.map(({ numSamples }) => numSamples),
    counters: result.hooks[1]?.counters,
  };
};

describe("shareCap", () => {
  it.each([
    // One above: c = 0.5 (c + 60). Two above: c = 0.4 (2 c + 30).
    [[1000, 50, 10], 0.5, 60],
    [[1000, 900, 20, 10], 0.4, 60],
    // No cap is needed: the largest count is one that changes nothing.
    [[30, 30, 40], 0.5, 40],
    [[7], 1, 7],
    // Just as many as there must be: equal counts.
    [[5, 9, 100], 1 / 3, 5],
    [[3, 1e7, 1e7, 1e7], 0.25, 3],
    [new Array(49).fill(12), 1 / 49, 12],
    // Whole samples: c = 0.58 (c + 12) is 16.57.
    [[100, 9, 2, 1], 0.58, 16],
    [[2 ** 53 - 1, 1], 0.5, 1],
  ])("of %j at %d is %d", (counts, maxShare, expected) => {
    expect(shareCap(counts, maxShare)).toBe(expected);
  });

  it.each([
    [[10, 10, 10], 0.3],
    [[1e7], 0.99],
    [[], 1],
  ])("of %j at %d is none", (counts, maxShare) => {
    expect(shareCap(counts, maxShare)).toBe(0);
  });
});

describe("capShare", () => {
  it("caps what a client counts for, whoever comes first", () => {
    for (const order of ["abc", "cba", "bca"]) {
      const declared: Record<string, number> = { a: 1000, b: 50, c: 10 };
      const round = openCapped(0.5, declared);
      for (const clientId of order) {
        const numSamples = declared[clientId] as number;
        round.receive(smallUpdate(clientId, clientId === "a" ? 9 : 1, { numSamples }));
      }
      const { counts, counters, weights } = countsOf(round);
      expect([counts, ...weights]).toEqual([[60, 50, 10], 5, 5, 5, 1]);
      expect(counters).toMatchObject({ replaced: 1, capped: 1, over_share: 0 });
    }
  });

  it("bounds a client that claims more than it declared", () => {
    const round = openCapped(0.5, { a: 10, b: 10, c: 10 });
    round.receive(smallUpdate("a", 2, { numSamples: 1_000_000 }));
    for (const clientId of ["b", "c"]) round.receive(smallUpdate(clientId, 2));
    expect(countsOf(round)).toMatchObject({ counts: [10, 10, 10], counters: { capped: 1, over_share: 0 } });
  });

  it("counts who is above the share because others did not answer, and goes on", () => {
    const round = openCapped(0.5, { a: 1000, b: 50, c: 10 });
    round.receive(smallUpdate("a", 2, { numSamples: 1000 }));
    round.receive(smallUpdate("c", 2));
    expect(countsOf(round)).toMatchObject({
      outcome: "aggregated",
      counts: [60, 10],
      counters: { capped: 1, over_share: 1 },
    });
  });

  it("refuses a round in which the share cannot be kept", () => {
    const round = openCapped(0.25, { a: 10, b: 10, c: 10, empty: 0 });
    for (const clientId of ["a", "b", "c"]) round.receive(smallUpdate(clientId, 2));
    expect(round.close()).toMatchObject({
      outcome: "kept",
      reason: "picked clients with samples: expected at least 1 / maxShare = 4, got 3",
    });
  });

  it.each([0, -0.1, 1.5, Number.NaN, "0.5", undefined])("refuses the share %s", (maxShare) => {
    expect(() => capShare({ maxShare: maxShare as number })).toThrow(
      "maxShare: expected a number in (0, 1], got",
    );
  });

  it("refuses options that it does not know", () => {
    expect(() => capShare({ maxShare: 1, share: 2 } as { maxShare: number })).toThrow(
      'cap-share: expected options among maxShare, got "share"',
    );
  });
});
