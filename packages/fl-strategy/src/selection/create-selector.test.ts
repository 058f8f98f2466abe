import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createAggregationState } from "../aggregation-state.js";
import { randomStream } from "../random.js";
import { openRound } from "../round.js";
import { fedAvg } from "../strategies/fed-avg.js";
import type { ClientInfo, RoundContext } from "../strategy.js";
import { flatLayout } from "../testing/watch-round.js";
import { createSelector, type SelectionOptions } from "./create-selector.js";

const named = (count: number): ClientInfo[] =>
  Array.from({ length: count }, (_, i) => ({
    clientId: `c${String(i).padStart(3, "0")}`,
    numSamples: 1 + ((i * 7) % 13),
    labels: { site: i % 3 === 0 ? "north" : "south" },
  }));

/** What a round of this seed selects. */
function select(
  options: SelectionOptions,
  {
    clients = named(20),
    round = 1,
    seed = 5,
  }: { clients?: readonly ClientInfo[]; round?: number; seed?: number } = {},
) {
  const context = {
    round,
    clients,
    losses: Object.fromEntries(clients.map(({ clientId }, i) => [clientId, 1 + i])),
    random: (purpose: string, ...keys: (string | number)[]) => randomStream(seed, purpose, round, ...keys),
  } as unknown as RoundContext;
  return createSelector(options)(context);
}

describe("fraction", () => {
  it.each([
    [{}, 20, 20],
    [{ fraction: 0.5 }, 20, 10],
    [{ fraction: 0.5 }, 21, 10],
    [{ fraction: 0.29 }, 100, 29],
    [{ fraction: 0.01 }, 20, 1],
    [{ fraction: 0.1, minClients: 7 }, 20, 7],
    [{ fraction: 1, minClients: 3 }, 3, 3],
  ])("%j of %s clients are %s", (options, available, count) => {
    const { clientIds, enough, sampling } = select(
      { kind: "fraction", ...options },
      { clients: named(available) },
    );
    expect(clientIds).toHaveLength(count);
    expect(new Set(clientIds).size).toBe(count);
    expect(enough).toBeUndefined();
    expect(sampling).toEqual({ kind: "fixed-size", population: available, planned: count });
  });

  it("picks every client about as often as any other", () => {
    const counts = new Map<string, number>();
    const rounds = 2000;
    for (let round = 1; round <= rounds; round += 1) {
      for (const clientId of select({ kind: "fraction", fraction: 0.25 }, { round }).clientIds) {
        counts.set(clientId, (counts.get(clientId) ?? 0) + 1);
      }
    }
    // Five standard deviations of a binomial count; the seed is fixed.
    const slack = 5 * Math.sqrt(rounds * 0.25 * 0.75);
    expect(counts.size).toBe(20);
    for (const count of counts.values()) expect(Math.abs(count - rounds / 4)).toBeLessThan(slack);
  });
});

describe("overSelect", () => {
  it("asks more clients than needed, and says how many are enough", () => {
    const selection = select({ kind: "fraction", fraction: 0.5, overSelect: 1.3 });
    expect(selection.clientIds).toHaveLength(13);
    expect(selection.enough).toBe(10);
    // Who answers first is not chance that an accountant could reckon with.
    expect(selection.sampling).toBeUndefined();
  });

  it("asks no more than there are, and needs no fewer for it", () => {
    const some = select({ kind: "fraction", fraction: 0.9, overSelect: 2 });
    expect([some.clientIds.length, some.enough]).toEqual([20, 18]);
    const all = select({ kind: "fraction", overSelect: 2 });
    expect([all.clientIds.length, all.enough]).toEqual([20, undefined]);
    expect(all.sampling).toEqual({ kind: "fixed-size", population: 20, planned: 20 });
    expect(select({ kind: "fraction", fraction: 0.5, overSelect: 1.1 }).clientIds).toHaveLength(11);
  });

  it.each(["loss", "power-of-choice"] as const)("works with %s", (kind) => {
    const options = kind === "loss" ? { kind, fraction: 0.5 } : { kind, fraction: 0.5, candidates: 0.8 };
    const selection = select({ ...options, overSelect: 1.2 });
    expect([selection.clientIds.length, selection.enough]).toEqual([12, 10]);
  });
});

describe("poisson", () => {
  it("picks each client by a coin of its own", () => {
    const [rounds, rate] = [2000, 0.3];
    const sizes: number[] = [];
    const counts = new Map<string, number>();
    for (let round = 1; round <= rounds; round += 1) {
      const { clientIds, sampling, enough } = select({ kind: "poisson", rate }, { round });
      expect(sampling).toEqual({ kind: "poisson", rate, planned: 6 });
      expect(enough).toBeUndefined();
      sizes.push(clientIds.length);
      for (const clientId of clientIds) counts.set(clientId, (counts.get(clientId) ?? 0) + 1);
    }
    const slack = 5 * Math.sqrt(rounds * rate * (1 - rate));
    for (const count of counts.values()) expect(Math.abs(count - rounds * rate)).toBeLessThan(slack);
    // Coins that hung together would show in how much the number of picks varies: n q (1 - q) if they do not.
    const mean = sizes.reduce((sum, size) => sum + size, 0) / rounds;
    const variance = sizes.reduce((sum, size) => sum + (size - mean) ** 2, 0) / rounds;
    expect(variance).toBeGreaterThan(0.8 * 20 * rate * (1 - rate));
    expect(variance).toBeLessThan(1.2 * 20 * rate * (1 - rate));
  });

  it("can pick nobody, and everybody at rate 1", () => {
    const none = Array.from({ length: 50 }, (_, i) =>
      select({ kind: "poisson", rate: 0.01 }, { round: i + 1 }),
    );
    expect(none.some(({ clientIds }) => clientIds.length === 0)).toBe(true);
    expect(select({ kind: "poisson", rate: 1 }).clientIds).toHaveLength(20);
  });
});

describe("where", () => {
  it("selects among the clients with the labels, and counts only them", () => {
    const { clientIds, sampling } = select({ kind: "fraction", fraction: 0.5, where: { site: "north" } });
    const north = named(20).filter(({ labels }) => labels?.site === "north");
    expect(clientIds).toHaveLength(3);
    expect(north.map(({ clientId }) => clientId)).toEqual(expect.arrayContaining([...clientIds]));
    expect(sampling).toEqual({ kind: "fixed-size", population: 7, planned: 3 });
  });

  it("wants all labels, and does not take what every object has for one", () => {
    const clients = [
      { clientId: "a", numSamples: 1, labels: { site: "north", os: "mac" } },
      { clientId: "b", numSamples: 1, labels: { site: "north" } },
      { clientId: "c", numSamples: 1 },
    ];
    expect(select({ kind: "fraction", where: { site: "north", os: "mac" } }, { clients }).clientIds).toEqual([
      "a",
    ]);
    expect(select({ kind: "fraction", where: {} }, { clients }).clientIds).toEqual(["a", "b", "c"]);
    const inherited = clients.map((client) => ({ ...client, labels: Object.create({ site: "north" }) }));
    expect(() => select({ kind: "fraction", where: { site: "north" } }, { clients: inherited })).toThrow(
      'expected at least 1 clients with the labels {"site":"north"}, got 0',
    );
  });

  it("says which labels too few clients have", () => {
    expect(() => select({ kind: "fraction", minClients: 8, where: { site: "north" } })).toThrow(
      'round 1: expected at least 8 clients with the labels {"site":"north"}, got 7',
    );
    expect(() => select({ kind: "poisson", rate: 0.5, minClients: 21 }, { round: 3 })).toThrow(
      "round 3: expected at least 21 available clients, got 20",
    );
    expect(() => select({ kind: "fraction" }, { clients: [] })).toThrow(
      "expected at least 1 available clients, got 0",
    );
  });
});

describe("every kind", () => {
  const kinds: SelectionOptions[] = [
    { kind: "fraction", fraction: 0.4 },
    { kind: "fraction", fraction: 0.4, overSelect: 1.5, where: { site: "south" } },
    { kind: "poisson", rate: 0.4 },
    { kind: "loss", fraction: 0.4 },
    { kind: "power-of-choice", fraction: 0.2, candidates: 0.5 },
  ];
  const layout = flatLayout(1);
  const picksOf = (selection: SelectionOptions, clients: readonly ClientInfo[], seed: number, round = 1) => {
    const strategy = fedAvg({ selection });
    const losses = Object.fromEntries(named(20).map(({ clientId }, i) => [clientId, ((i * 11) % 7) / 7]));
    const state = { ...createAggregationState(strategy, [], layout), losses };
    const train = { epochs: 1, batchSize: 1, learningRate: 0.1 };
    const globalWeights = new Float32Array(1);
    const base = { strategy, hooks: [], state, layout, globalWeights, train };
    return openRound({ ...base, clients, seed, round }).tasks.map(({ clientId }) => clientId);
  };

  it.each(kinds)("$kind: the same seed picks the same clients, however they are listed", (selection) => {
    const clients = named(20);
    const shuffled = fc.shuffledSubarray(clients, { minLength: clients.length });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), shuffled, (seed, listed) => {
        expect(picksOf(selection, listed, seed)).toEqual(picksOf(selection, clients, seed));
      }),
      { numRuns: 20 },
    );
  });

  it.each(kinds)("$kind: another seed or round picks others", (selection) => {
    const picks = Array.from({ length: 8 }, (_, i) => [
      picksOf(selection, named(20), i + 1).join(),
      picksOf(selection, named(20), 1, i + 2).join(),
    ]);
    expect(new Set(picks.flat()).size).toBeGreaterThan(8);
  });
});

describe("options", () => {
  it.each([
    [{ kind: "all" }, 'selection.kind: expected one of fraction, poisson, loss, power-of-choice, got "all"'],
    [{}, "selection.kind: expected one of fraction, poisson, loss, power-of-choice, got undefined"],
    [{ kind: "fraction", fraction: 0 }, "selection.fraction: expected a number in (0, 1], got 0"],
    [{ kind: "fraction", fraction: 1.1 }, "selection.fraction: expected a number in (0, 1], got 1.1"],
    [{ kind: "fraction", fraction: "half" }, 'selection.fraction: expected a number in (0, 1], got "half"'],
    [{ kind: "fraction", fraction: Number.NaN }, "selection.fraction: expected a number in (0, 1], got NaN"],
    [{ kind: "fraction", minClients: 0 }, "selection.minClients: expected an integer >= 1, got 0"],
    [{ kind: "fraction", minClients: 1.5 }, "selection.minClients: expected an integer >= 1, got 1.5"],
    [{ kind: "fraction", overSelect: 0.9 }, "selection.overSelect: expected a number >= 1, got 0.9"],
    [
      { kind: "fraction", frction: 0.5 },
      "selection: expected options among kind, minClients, where, overSelect, fraction",
    ],
    [{ kind: "poisson" }, "selection.rate: expected a number in (0, 1], got undefined"],
    [{ kind: "poisson", rate: 0 }, "selection.rate: expected a number in (0, 1], got 0"],
    [
      { kind: "poisson", rate: 0.5, overSelect: 2 },
      'selection.overSelect: expected none with kind "poisson", got 2',
    ],
    [{ kind: "poisson", fraction: 0.5, rate: 1 }, "selection: expected options among"],
    [{ kind: "loss" }, "selection.fraction: expected a number in (0, 1], got undefined"],
    [
      { kind: "power-of-choice", fraction: 0.5 },
      "selection.candidates: expected a number in (0, 1], got undefined",
    ],
    [
      { kind: "power-of-choice", fraction: 0.5, candidates: 0.4 },
      "selection.candidates: expected at least 0.5, got 0.4",
    ],
    [{ kind: "fraction", where: "north" }, 'selection.where: expected an object of labels, got "north"'],
    [{ kind: "fraction", where: { site: 3 } }, "selection.where.site: expected a string, got 3"],
    [null, "selection: expected an object with a kind, got null"],
    ["fraction", 'selection: expected an object with a kind, got "fraction"'],
  ])("%j is refused", (options, message) => {
    expect(() => createSelector(options as SelectionOptions)).toThrow(message);
  });

  it("takes a function as it is, and all clients by default", () => {
    const own = () => ({ clientIds: ["a"] });
    expect(createSelector(own)).toBe(own);
    const clients = named(3);
    const context = { clients } as unknown as RoundContext;
    expect(createSelector()(context).clientIds).toEqual(["c000", "c001", "c002"]);
  });
});
