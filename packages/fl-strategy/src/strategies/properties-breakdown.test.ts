import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomStream } from "../random.js";
import type { Strategy } from "../strategy.js";
import { cloud, updatesOf, watchRound } from "../testing/watch-round.js";
import { bulyan } from "./bulyan.js";
import { centeredClipping } from "./centered-clipping.js";
import { coordinateMedian } from "./coordinate-median.js";
import { fedAvg } from "./fed-avg.js";
import { geometricMedian } from "./geometric-median.js";
import { krum, multiKrum } from "./krum.js";
import { trimmedMean } from "./trimmed-mean.js";

type Row = Float32Array;

/** What attackers send, given what they would have sent if they were honest. */
const attacks: Record<string, (rows: readonly Row[], seed: number) => Row[]> = {
  "a million times too long": (rows) => rows.map((row) => row.map((value) => value * 1e6)),
  "all the same, far away": (rows) => rows.map(() => (rows[0] as Row).map((value) => value * 1e6)),
  "far away in one direction": (rows) => rows.map((row) => row.map((value) => value + 1e6)),
  "at the largest value that is let in": (rows) => rows.map((row) => row.map(() => 1e9)),
  "two camps on either side": (rows) =>
    rows.map((row, i) => row.map((value) => value + (i % 2 ? 1e6 : -1e6))),
  "one coordinate only": (rows, seed) => {
    const random = randomStream(seed, "coordinate");
    return rows.map((row) => row.with(random.integer(row.length), -1e6));
  },
};

interface Scene {
  readonly honest: readonly Row[];
  readonly all: readonly Row[];
}

/** `n` rows around a point, `f` of them turned by the attack, in an order that says nothing. */
function stage(
  attack: string,
  { seed, size, n, f }: { seed: number; size: number; n: number; f: number },
): Scene {
  const rows = cloud(seed, { count: n, size, spread: 0.5, center: 2 });
  const honest = rows.slice(f);
  const turned = (attacks[attack] as (typeof attacks)[string])(rows.slice(0, f), seed);
  return { honest, all: randomStream(seed, "mix").shuffle([...turned, ...honest]) };
}

const cases = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  size: fc.integer({ min: 2, max: 30 }),
  f: fc.integer({ min: 1, max: 5 }),
  more: fc.integer({ min: 0, max: 6 }),
});
type Case = { seed: number; size: number; f: number; more: number };
const check = (property: (drawn: Case) => void) => fc.assert(fc.property(cases, property), { numRuns: 40 });

const deltaOf = (strategy: Strategy, rows: readonly Row[]) =>
  watchRound({ strategy, updates: updatesOf(rows) }).delta;
/** How far the point lies outside of the smallest box around the rows, in its worst coordinate. */
const outside = (point: Float64Array, rows: readonly Row[]) =>
  Math.max(
    ...[...point].map((value, i) => {
      const column = rows.map((row) => row[i] as number);
      return Math.max(Math.min(...column) - value, value - Math.max(...column));
    }),
  );
const distance = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.hypot(...Array.from(a, (value, i) => value - (b[i] as number)));
const centerOf = (rows: readonly Row[]) =>
  Array.from(rows[0] as Row, (_, i) => rows.reduce((sum, row) => sum + (row[i] as number), 0) / rows.length);

describe.each(Object.keys(attacks))("attackers %s", (attack) => {
  /** Rules at the fewest clients with which they bear f attackers: each stays in the box around the honest updates. */
  const boxed: Record<string, { least: (f: number) => number; create: (f: number, n: number) => Strategy }> =
    {
      median: { least: (f) => 2 * f + 1, create: (f) => coordinateMedian({ f }) },
      "trimmed mean": { least: (f) => 2 * f + 1, create: (f, n) => trimmedMean({ beta: f / n }) },
      Krum: { least: (f) => 2 * f + 3, create: (f) => krum({ f }) },
      MultiKrum: { least: (f) => 2 * f + 3, create: (f) => multiKrum({ f }) },
      "MultiKrum, m = 2": { least: (f) => 2 * f + 3, create: (f) => multiKrum({ f, m: 2 }) },
      Bulyan: { least: (f) => 4 * f + 3, create: (f) => bulyan({ f }) },
    };

  it.each(Object.entries(boxed))("leave the %s among the honest", (_name, { least, create }) => {
    check(({ more, ...drawn }) => {
      const n = least(drawn.f) + more;
      const { honest, all } = stage(attack, { ...drawn, n });
      expect(outside(deltaOf(create(drawn.f, n), all), honest)).toBeLessThanOrEqual(1e-6);
    });
  });

  it("leave Krum with one honest update as it came", () => {
    check(({ more, ...drawn }) => {
      const { honest, all } = stage(attack, { ...drawn, n: 2 * drawn.f + 3 + more });
      const { weights } = watchRound({ strategy: krum({ f: drawn.f }), updates: updatesOf(all) });
      expect(honest).toContainEqual(weights);
    });
  });

  // With a share a < 1/2 of attackers and all honest updates within r of a point c, the sum of distances at z is at least
  // (1 - a)(D - r) - a D above that at c less (1 - a) r, with D = |z - c|: a minimiser has D <= 2 (1 - a) / (1 - 2 a) r.
  it("move the geometric median by at most 2 (1 - a) / (1 - 2 a) of the honest radius", () => {
    check(({ more, ...drawn }) => {
      const n = 2 * drawn.f + 1 + more;
      const { honest, all } = stage(attack, { ...drawn, n });
      const center = centerOf(honest);
      const radius = Math.max(...honest.map((row) => distance(row, center)));
      const share = drawn.f / n;
      const bound = ((2 * (1 - share)) / (1 - 2 * share)) * radius;
      expect(distance(deltaOf(geometricMedian(), all), center)).toBeLessThanOrEqual(bound * (1 + 1e-6));
    });
  });

  // With e = |v - c| for the honest mean c, and no honest update clipped, which e + r <= tau grants: a step keeps the share
  // a of v - c and adds at most a tau, so that e+ <= a (e + tau), and after L steps e <= a^L e_0 + a tau (1 - a^L) / (1 - a).
  it("move centered clipping by at most a tau / (1 - a), beside what is left of the start", () => {
    check(({ more, seed, size, f }) => {
      const n = 4 * f + more;
      const { honest, all } = stage(attack, { seed, size, n, f });
      const center = centerOf(honest);
      const radius = Math.max(...honest.map((row) => distance(row, center)));
      const start = Math.hypot(...center);
      const [share, tau, steps] = [f / n, start + 2 * radius, 5];
      const bound = share ** steps * start + (share * tau * (1 - share ** steps)) / (1 - share);
      const delta = deltaOf(centeredClipping({ radius: tau, steps }), all);
      expect(distance(delta, center)).toBeLessThanOrEqual(bound * (1 + 1e-6));
    });
  });

  it("take plain averaging wherever they like", () => {
    check(({ more, ...drawn }) => {
      // An odd number, so that two camps do not cancel.
      const f = 2 * drawn.f - 1;
      const { honest, all } = stage(attack, { ...drawn, f, n: 4 * f + more });
      expect(outside(deltaOf(fedAvg(), all), honest)).toBeGreaterThan(1e3);
    });
  });
});

describe("one attacker more than a rule can bear", () => {
  const rows = (honest: number, attackers: number) => [
    ...cloud(5, { count: honest, size: 3 }),
    ...new Array<Row>(attackers).fill(Float32Array.of(1e6, 1e6, 1e6)),
  ];

  it.each([
    ["the median", coordinateMedian(), rows(4, 5)],
    ["the trimmed mean", trimmedMean({ beta: 0.2 }), rows(7, 3)],
    ["Krum", krum({ f: 1 }), rows(3, 4)],
    ["the geometric median", geometricMedian(), rows(4, 5)],
  ])("takes %s away", (_name, strategy, all) => {
    expect(Math.max(...deltaOf(strategy, all))).toBeGreaterThan(1e4);
  });

  it.each([
    [
      "median",
      coordinateMedian({ f: 2 }),
      4,
      "round 1: the median with f = 2 needs at least 5 updates, got 4",
    ],
    ["Krum", krum({ f: 2 }), 6, "round 1: Krum with f = 2 needs at least 7 updates, got 6"],
    [
      "MultiKrum",
      multiKrum({ f: 1, m: 5 }),
      5,
      "round 1: MultiKrum with f = 1 needs at least 6 updates, got 5",
    ],
    ["Bulyan", bulyan({ f: 2 }), 10, "round 1: Bulyan with f = 2 needs at least 11 updates, got 10"],
    [
      "trimmed mean",
      trimmedMean({ beta: 0.2 }),
      4,
      "round 1: a trimmed mean with beta = 0.2 needs at least 5 updates, got 4",
    ],
  ])("%s keeps the weights where too few updates came, and says why", (_name, strategy, count, reason) => {
    const updates = updatesOf(cloud(1, { count, size: 2 }));
    expect(watchRound({ strategy, updates })).toMatchObject({ outcome: "kept", reason });
    const enough = updatesOf(cloud(1, { count: count + 1, size: 2 }));
    expect(watchRound({ strategy, updates: enough }).outcome).toBe("aggregated");
  });
});
