import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Strategy } from "../strategy.js";
import { cloud, updatesOf, watchRound } from "../testing/watch-round.js";
import { bulyan } from "./bulyan.js";
import { centeredClipping } from "./centered-clipping.js";
import { coordinateMedian } from "./coordinate-median.js";
import { krum, multiKrum } from "./krum.js";
import { krumOrder } from "./krum-scores.js";
import { trimmedMean } from "./trimmed-mean.js";

// The formulas of the papers, in float64 and as plainly as they can be written: nothing here is shared with the package.

type Vector = readonly number[];

const at = (vector: Vector, i: number) => vector[i] as number;
const meanOf = (values: Vector) => values.reduce((sum, value) => sum + value, 0) / values.length;
const sorted = (values: Vector) => [...values].sort((a, b) => a - b);
const byColumn = (rows: readonly Vector[], rule: (column: Vector) => number) =>
  (rows[0] as Vector).map((_, i) => rule(rows.map((row) => at(row, i))));
const squaredDistance = (a: Vector, b: Vector) =>
  a.reduce((sum, value, i) => sum + (value - at(b, i)) ** 2, 0);

function median(values: Vector): number {
  const list = sorted(values);
  const half = Math.floor(list.length / 2);
  return list.length % 2 === 1 ? at(list, half) : (at(list, half - 1) + at(list, half)) / 2;
}

/** Of each vector the sum of the squared distances to its n - f - 2 nearest others. */
function krumScores(rows: readonly Vector[], f: number): number[] {
  return rows.map((row, i) => {
    const others = sorted(rows.filter((_, j) => j !== i).map((other) => squaredDistance(row, other)));
    return others.slice(0, Math.max(1, rows.length - f - 2)).reduce((sum, value) => sum + value, 0);
  });
}

function bulyanOf(rows: readonly Vector[], f: number): number[] {
  const theta = rows.length - 2 * f;
  const left = [...rows];
  const picked: Vector[] = [];
  while (picked.length < theta) {
    const scores = krumScores(left, f);
    picked.push(...left.splice(scores.indexOf(Math.min(...scores)), 1));
  }
  return byColumn(picked, (column) => {
    const middle = median(column);
    const byNearness = [...column].sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
    return meanOf(byNearness.slice(0, theta - 2 * f));
  });
}

const deltaOf = (strategy: Strategy, rows: readonly ArrayLike<number>[]) =>
  watchRound({ strategy, updates: updatesOf(rows) }).delta;

function expectClose(received: ArrayLike<number>, expected: Vector, tolerance: number): void {
  expect(received.length).toBe(expected.length);
  expect(
    Math.max(...expected.map((value, i) => Math.abs(value - (received[i] as number)))),
  ).toBeLessThanOrEqual(tolerance);
}

const check = (least: number, property: (rows: Vector[], seed: number) => void) =>
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e6 }),
      fc.integer({ min: least, max: least + 20 }),
      fc.integer({ min: 1, max: 30 }),
      (seed, count, size) =>
        property(
          cloud(seed, { count, size }).map((row) => [...row]),
          seed,
        ),
    ),
    { numRuns: 40 },
  );

describe("references of the robust rules", () => {
  // Few different values, so that equal ones meet.
  const coarse = (rows: readonly Vector[]) =>
    rows.map((row) => row.map((value) => Math.round(2 * value) / 2));

  it("median", () => {
    check(1, (rows) => {
      for (const list of [rows, coarse(rows)]) {
        expect([...deltaOf(coordinateMedian(), list)]).toEqual(
          byColumn(list, median).map((value) => value + 0),
        );
      }
    });
  });

  it.each([0.1, 0.2, 0.29, 0.3, 0.49])("trimmed mean, beta = %s", (beta) => {
    check(Math.ceil(1 / beta), (rows) => {
      const cut = Math.floor((Math.round(beta * 100) * rows.length) / 100);
      const trimmed = (column: Vector) => meanOf(sorted(column).slice(cut, column.length - cut));
      for (const list of [rows, coarse(rows)]) {
        expectClose(deltaOf(trimmedMean({ beta }), list), byColumn(list, trimmed), 1e-12);
      }
    });
  });

  it("trimmed mean with beta next to one half leaves the median", () => {
    const strategy = trimmedMean({ beta: 0.4999999999999 });
    check(3, (rows) => expectClose(deltaOf(strategy, rows), byColumn(rows, median), 1e-12));
    expect(watchRound({ strategy, updates: updatesOf([[1], [2]]) })).toMatchObject({
      outcome: "kept",
      reason: "round 1: a trimmed mean with beta = 0.4999999999999 needs at least 3 updates, got 2",
    });
  });

  it("Krum scores, in the order of members", () => {
    check(5, (rows, seed) => {
      const f = seed % Math.floor((rows.length - 1) / 2);
      const distances = Float64Array.from(rows.flatMap((a) => rows.map((b) => squaredDistance(a, b))));
      const order = (members: readonly number[]) => {
        const scores = krumScores(
          members.map((i) => rows[i] as Vector),
          f,
        );
        return members
          .map((member, i) => ({ member, score: at(scores, i) }))
          .sort((a, b) => a.score - b.score || a.member - b.member)
          .map(({ member }) => member);
      };
      const everybody = rows.map((_, i) => i);
      expect(krumOrder(distances, everybody, f)).toEqual(order(everybody));
      const some = everybody.filter((i) => i % 3 !== 0);
      expect(krumOrder(distances, some, f)).toEqual(order(some));
    });
  });

  it.each([0, 1, 3])("Krum and MultiKrum, f = %s", (f) => {
    // Two neighbours or more: with one, mutually nearest updates tie, and rounding would decide here and there.
    check(Math.max(2 * f + 3, f + 4), (rows) => {
      const scores = krumScores(rows, f);
      const order = rows.map((_, i) => i).sort((a, b) => at(scores, a) - at(scores, b) || a - b);
      expect([...deltaOf(krum({ f }), rows)]).toEqual(rows[order[0] as number]);
      const meanOfBest = (m: number) =>
        byColumn(
          order.slice(0, m).map((i) => rows[i] as Vector),
          meanOf,
        );
      expectClose(deltaOf(multiKrum({ f, m: 2 }), rows), meanOfBest(2), 1e-12);
      expectClose(deltaOf(multiKrum({ f }), rows), meanOfBest(rows.length - f), 1e-12);
    });
  });

  it.each([0, 1, 2, 3])("Bulyan, f = %s", (f) => {
    check(4 * f + 3, (rows) => expectClose(deltaOf(bulyan({ f }), rows), bulyanOf(rows, f), 1e-12));
  });

  it("centered clipping over three rounds, from the last aggregate on", () => {
    check(1, ([...rows], seed) => {
      const [radius, steps] = [0.5 + (seed % 5), 3];
      const size = (rows[0] as Vector).length;
      let center: number[] = new Array(size).fill(0);
      let played: ReturnType<typeof watchRound> | undefined;
      for (const round of [1, 2, 3]) {
        const now = cloud(seed + round, { count: rows.length, size, center: round }).map((row) => [...row]);
        played = watchRound({
          strategy: centeredClipping({ radius, steps }),
          updates: updatesOf(now, { round }),
          round,
          ...(played ? { state: played.state } : {}),
        });
        for (let step = 0; step < steps; step += 1) {
          const pulls = now.map((row) => {
            const distance = Math.sqrt(squaredDistance(row, center));
            return row.map((value, i) => (value - at(center, i)) * Math.min(1, radius / distance));
          });
          center = center.map((value, i) => value + meanOf(pulls.map((pull) => at(pull, i))));
        }
        expectClose(played.delta, center, 1e-6);
      }
    });
  });
});
