import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cloud, updatesOf, watchRound } from "../testing/watch-round.js";
import { geometricMedian } from "./geometric-median.js";

// Two independent ways to the point with the least sum of distances, in float64: a search, and Weiszfeld's steps as they
// are written down, on coordinates.

type Vector = readonly number[];

const at = (vector: Vector, i: number) => vector[i] as number;
const meanOf = (values: Vector) => values.reduce((sum, value) => sum + value, 0) / values.length;
const byColumn = (rows: readonly Vector[], rule: (column: Vector) => number) =>
  (rows[0] as Vector).map((_, i) => rule(rows.map((row) => at(row, i))));
const squaredDistance = (a: Vector, b: Vector) =>
  a.reduce((sum, value, i) => sum + (value - at(b, i)) ** 2, 0);
const deltaOf = (rows: readonly ArrayLike<number>[]) =>
  watchRound({ strategy: geometricMedian(), updates: updatesOf(rows) }).delta;

function expectClose(received: ArrayLike<number>, expected: Vector, tolerance: number): void {
  expect(received.length).toBe(expected.length);
  const error = Math.max(...expected.map((value, i) => Math.abs(value - (received[i] as number))));
  expect(error).toBeLessThanOrEqual(tolerance);
}

/** The least of a convex function: steps along each axis and diagonal, halved when none of them helps. */
function search(start: Vector, lengthAt: (point: Vector) => number): number[] {
  let [point, least] = [[...start], lengthAt(start)];
  const directions = start.flatMap((_, i) =>
    start.map((_, j) =>
      start.map((_, k) => (k === i ? 1 : 0) + (k === j && j < i ? 1 : k === j && j > i ? -1 : 0)),
    ),
  );
  for (let step = 8; step > 1e-10; ) {
    const next = directions
      .flatMap((direction) =>
        [step, -step].map((by) => point.map((value, i) => value + by * at(direction, i))),
      )
      .map((candidate) => ({ candidate, length: lengthAt(candidate) }))
      .reduce((best, other) => (other.length < best.length ? other : best));
    if (next.length < least) [point, least] = [next.candidate, next.length];
    else step /= 2;
  }
  return point;
}

describe("geometric median, by search in the plane and in space", () => {
  const lengthsTo = (rows: readonly Vector[], weightOf: (i: number) => number) => (point: Vector) =>
    rows.reduce((sum, row, i) => sum + weightOf(i) * Math.sqrt(squaredDistance(point, row)), 0);
  const scene = (seed: number) =>
    cloud(seed, { count: 3 + (seed % 7), size: 2 + (seed % 2) }).map((row) => [...row]);

  it("reaches the least sum of distances, also where half of the weight leaves the place open", () => {
    const property = fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
      const rows = scene(seed);
      for (const [weighting, weightOf] of [
        ["uniform", () => 1],
        ["samples", (i: number) => 1 + (i % 3)],
      ] as const) {
        const updates = updatesOf(rows, (i) => ({ numSamples: 1 + (i % 3) }));
        const { delta } = watchRound({ strategy: geometricMedian({ weighting }), updates });
        const lengthAt = lengthsTo(rows, weightOf);
        const least = lengthAt(search(byColumn(rows, meanOf), lengthAt));
        expect(lengthAt([...delta])).toBeLessThanOrEqual(least * (1 + 1e-6));
      }
    });
    fc.assert(property, { numRuns: 30 });
  });

  it("lies where the search ends", () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const rows = scene(seed);
      const least = search(
        byColumn(rows, meanOf),
        lengthsTo(rows, () => 1),
      );
      expectClose(deltaOf(rows), least, 1e-6);
    }
  });
});

it.each([1, 1e2, 1e4, 1e6, 1e9])(
  "geometric median beside updates %s times as long, by plain steps",
  (factor) => {
    for (let seed = 1; seed <= 5; seed += 1) {
      const rows = cloud(seed, { count: 12, size: 10 }).map((row, k) =>
        [...row].map((value) => (k < 3 ? Math.fround(value * factor) : value)),
      );
      let point = byColumn(rows, meanOf);
      for (let moved = 1; moved > 1e-11; ) {
        const pulls = rows.map((row) => 1 / Math.sqrt(squaredDistance(row, point)));
        const total = pulls.reduce((sum, pull) => sum + pull, 0);
        const next = byColumn(rows, (column) =>
          column.reduce((sum, value, k) => sum + (at(pulls, k) / total) * value, 0),
        );
        moved = Math.sqrt(squaredDistance(next, point));
        point = next;
      }
      expectClose(deltaOf(rows), point, 1e-6);
    }
  },
);
