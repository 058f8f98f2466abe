import { vectorKernels } from "@fedloom/kernels";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cloud } from "../testing/watch-round.js";
import { affineDistances, combineRows, distancesTo } from "./affine.js";

const cases = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  count: fc.integer({ min: 1, max: 12 }),
  size: fc.integer({ min: 1, max: 40 }),
});

const exactDistances = (rows: readonly Float32Array[]) =>
  Float64Array.from(rows.flatMap((a) => rows.map((b) => vectorKernels().squaredNorm(a, b))));

/** Shares that sum up to 1, some of them negative. */
function sharesOf(seed: number, count: number): Float64Array {
  const raw = Float64Array.from(cloud(seed, { count: 1, size: count })[0] as Float32Array);
  const rest = raw.subarray(1).reduce((sum, value) => sum + value, 0);
  return raw.with(0, 1 - rest);
}

describe("affine combinations", () => {
  it("lie as far from each vector as their own coordinates say", () => {
    fc.assert(
      fc.property(cases, ({ seed, count, size }) => {
        const rows = cloud(seed, { count, size });
        const shares = sharesOf(seed + 1, count);
        const point = Array.from({ length: size }, (_, i) =>
          rows.reduce((sum, row, k) => sum + (shares[k] as number) * (row[i] as number), 0),
        );
        const distances = distancesTo(shares, exactDistances(rows));
        const reach = shares.reduce((sum, share) => sum + Math.abs(share), 0);
        for (const [k, row] of rows.entries()) {
          const want = point.reduce((sum, value, i) => sum + (value - (row[i] as number)) ** 2, 0);
          // Terms of the size of the shares cancel.
          expect(Math.abs((distances[k] as number) ** 2 - want)).toBeLessThanOrEqual(
            1e-9 * size * (1 + reach ** 2),
          );
        }
      }),
    );
  });

  it("reckon with distances that are exact to float64 beside far vectors, and to float32 otherwise", () => {
    fc.assert(
      fc.property(cases, ({ seed, count, size }) => {
        const near = cloud(seed, { count: count + 2, size });
        const rows = [...near, ...near.slice(0, 2).map((row) => row.map((value) => 1e5 * value + 0.1))];
        const exact = exactDistances(rows);
        for (const [place, value] of affineDistances(rows).entries()) {
          const [i, j] = [Math.floor(place / rows.length), place % rows.length];
          const isFar = i !== j && Math.max(i, j) >= near.length;
          const want = exact[place] as number;
          expect(Math.abs(value - want)).toBeLessThanOrEqual((isFar && want > 1e6 ? 0 : 1e-6) * want);
        }
      }),
    );
    expect(affineDistances([Float32Array.of(1, 2)])).toEqual(Float64Array.of(0));
    expect(affineDistances(new Array(4).fill(Float32Array.of(1, 2)))).toEqual(new Float64Array(16));
  });

  it("of one vector alone are that vector", () => {
    const rows = cloud(4, { count: 3, size: 5 });
    const distances = vectorKernels().squaredDistances(rows);
    expect(distancesTo(Float64Array.of(0, 1, 0), distances)[1]).toBe(0);
    expect([...combineRows(rows, [0, 1, 0])]).toEqual([...(rows[1] as Float32Array)]);
  });

  it("are summed to 1e-12 of the largest value, less the origin of each", () => {
    fc.assert(
      fc.property(cases, ({ seed, count, size }) => {
        const rows = cloud(seed, { count, size });
        const origin = cloud(seed + 2, { count: 1, size })[0] as Float32Array;
        const shares = [...sharesOf(seed + 1, count)];
        const scale = 10 * shares.reduce((sum, share) => sum + Math.abs(share), 0);
        const plain = combineRows(rows, shares);
        const differences = combineRows(rows, shares, origin);
        for (let i = 0; i < size; i += 1) {
          const start = origin[i] as number;
          const want = rows.reduce((sum, row, k) => sum + (shares[k] as number) * (row[i] as number), 0);
          const wanted = rows.reduce(
            (sum, row, k) => sum + (shares[k] as number) * ((row[i] as number) - start),
            0,
          );
          expect(Math.abs((plain[i] as number) - want)).toBeLessThanOrEqual(1e-12 * scale);
          expect(Math.abs((differences[i] as number) - wanted)).toBeLessThanOrEqual(1e-12 * scale);
        }
      }),
    );
  });
});
