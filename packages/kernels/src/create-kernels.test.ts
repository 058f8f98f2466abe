import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPlainKernels, createWasmKernels } from "./create-kernels.js";

const wasm = createWasmKernels();
const plain = createPlainKernels();
const vector = (size: number) =>
  fc.float32Array({
    noNaN: true,
    noDefaultInfinity: true,
    minLength: size,
    maxLength: size,
    min: -1e6,
    max: 1e6,
  });
const rows = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 90 }))
  .chain(([n, size]) => fc.array(vector(size), { minLength: n, maxLength: n }));

describe("the two kinds of kernels", () => {
  it("give bit-equal norms, distances and order statistics", () => {
    fc.assert(
      fc.property(rows, (list) => {
        const n = list.length;
        const [first, last] = [list[0] as Float32Array, list[n - 1] as Float32Array];
        for (const run of [
          (k: typeof wasm) => k.squaredNorm(first),
          (k: typeof wasm) => k.squaredNorm(first, last),
          (k: typeof wasm) => k.squaredDistances(list),
          (k: typeof wasm) => k.columnMedian(list),
          (k: typeof wasm) => k.columnTrimmedMean(list, (n - 1) >> 2),
          (k: typeof wasm) => k.columnNearestMedianMean(list, 1 + ((n - 1) >> 1)),
          (k: typeof wasm) => k.topK(first, 1 + ((first.length - 1) >> 1)),
          (k: typeof wasm) => k.quantizeInt8(first, { scale: 1e4, key: 77, first: 5 }),
        ]) {
          expect(run(wasm)).toEqual(run(plain));
        }
      }),
    );
  });

  it("give bit-equal sums, in whatever order the addends come", () => {
    const addends = fc
      .integer({ min: 1, max: 60 })
      .chain((size) =>
        fc.tuple(
          vector(size),
          fc.array(
            fc.tuple(
              vector(size),
              fc.double({ noNaN: true, min: 1e-9, max: 1e7 }),
              fc.boolean(),
              fc.integer({ min: -30, max: 0 }),
            ),
            { minLength: 1, maxLength: 12 },
          ),
        ),
      );
    fc.assert(
      fc.property(addends, ([origin, list]) => {
        const totalOf = (kernels: typeof wasm, order: typeof list) => {
          const sum = kernels.createExactSum({ size: origin.length, maxAddends: list.length, origin });
          for (const [values, factor, fromOrigin, shrink] of order) {
            expect(
              sum.add(
                values.map((v) => v * 2 ** shrink),
                factor,
                fromOrigin,
              ),
            ).toBe(true);
          }
          const total = sum.total();
          sum.release();
          return total;
        };
        const want = totalOf(wasm, list);
        expect(totalOf(wasm, list.toReversed())).toEqual(want);
        expect(totalOf(plain, list)).toEqual(want);
        expect(totalOf(plain, list.toReversed())).toEqual(want);
      }),
    );
  });
});
