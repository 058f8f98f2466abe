import { setFlagsFromString } from "node:v8";
import { describe, expect, it } from "vitest";
import { canRunMatrixKernels, type MatrixKernelVariant } from "./open-matrix-kernels.js";
import {
  createProductRunner,
  type MatMulCase,
  naiveMatMul,
  relativeError,
  testNumbers,
} from "./testing-products.js";

// Node before 22 has relaxed SIMD only behind a flag.
if (Number.parseInt(process.versions.node, 10) < 22) setFlagsFromString("--experimental-wasm-relaxed-simd");

const SIZES = [1, 3, 4, 5, 8, 9, 17];
const LARGE: [number, number, number][] = [
  [32, 128, 784],
  [33, 10, 300],
  [2, 200, 513],
  [130, 64, 33],
  [64, 7, 600],
  [1, 1, 1_000],
];

for (const variant of ["SIMD", "relaxed SIMD"] satisfies MatrixKernelVariant[]) {
  describe.skipIf(!canRunMatrixKernels(variant))(variant, () => {
    // Opened by the first test: a skipped suite must not compile what the machine cannot run.
    let opened: ReturnType<typeof createProductRunner> | undefined;
    const runner = () => {
      opened ??= createProductRunner(variant);
      return opened;
    };

    function matMul(
      sizes: MatMulCase,
      a: Float32Array,
      b: Float32Array,
      before?: Float32Array,
    ): Float32Array {
      const { m, n, k, transposeA, transposeB } = sizes;
      return runner().run({
        operands: [a, b],
        size: m * n,
        ...(before ? { before } : {}),
        scratchBytes: runner().kernels.matMulScratch(m, n, k, transposeA, transposeB),
        call(kernels, { out, at: [a = 0, b = 0], scratch }) {
          kernels.matMul(out, a, b, m, n, k, transposeA, transposeB, before !== undefined, scratch);
        },
      });
    }

    const kinds: [boolean, boolean][] = [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ];
    it.each(kinds)(
      "is the product of matrices of all sizes, transposed A %s, B %s",
      (transposeA, transposeB) => {
        const shapes = SIZES.flatMap((m) => SIZES.flatMap((n) => SIZES.map((k) => [m, n, k])));
        for (const [m = 0, n = 0, k = 0] of [...shapes, ...LARGE]) {
          const sizes = { m, n, k, transposeA, transposeB };
          const a = testNumbers(m * k, 1);
          const b = testNumbers(k * n, 2);
          const before = testNumbers(m * n, 3);
          const expected = naiveMatMul(sizes, a, b);
          const sum = expected.map((value, i) => value + (before[i] as number));
          const at = `${m} x ${n} x ${k}`;
          expect(relativeError(matMul(sizes, a, b), expected), at).toBeLessThan(2e-6);
          expect(relativeError(matMul(sizes, a, b, before), sum), `${at}, added`).toBeLessThan(2e-6);
        }
      },
    );

    it("leaves a matrix as it is when multiplied by the identity", () => {
      const a = testNumbers(21 * 13, 4);
      const identity = Float32Array.from({ length: 13 * 13 }, (_, i) => (i % 14 === 0 ? 1 : 0));
      expect(matMul({ m: 21, n: 13, k: 13, transposeA: false, transposeB: false }, a, identity)).toEqual(a);
    });

    it.each([
      [10, 784],
      [64, 400],
      [17, 30],
    ])("gives a row the same bits alone and among others, %i columns of %i products", (n, k) => {
      const a = testNumbers(37 * k, 5);
      const b = testNumbers(k * n, 6);
      for (const [transposeA, transposeB] of kinds.filter(([transposeA]) => !transposeA)) {
        const all = matMul({ m: 37, n, k, transposeA, transposeB }, a, b);
        for (const first of [0, 3, 36]) {
          const rows = Math.min(3, 37 - first);
          const sizes = { m: rows, n, k, transposeA, transposeB };
          const some = matMul(sizes, a.slice(first * k, (first + rows) * k), b);
          expect(some).toEqual(all.slice(first * n, (first + rows) * n));
        }
      }
    });

    it.each([
      [0, (value: number) => value],
      [1, (value: number) => Math.max(value, 0)],
      [2, (value: number) => Math.min(Math.max(value, 0), 6)],
    ])("adds a bias and applies activation %i", (activation, apply) => {
      for (const [m, n, k] of [[1, 1, 1], [5, 10, 70], [8, 16, 300], [3, 9, 257], ...LARGE] as typeof LARGE) {
        const a = testNumbers(m * k, 7);
        const b = testNumbers(k * n, 8);
        const bias = testNumbers(n, 9);
        const product = naiveMatMul({ m, n, k, transposeA: false, transposeB: false }, a, b);
        for (const withBias of [true, false]) {
          const actual = runner().run({
            operands: [a, b, bias],
            size: m * n,
            scratchBytes: runner().kernels.matMulScratch(m, n, k, false, false),
            call(kernels, { out, at: [a = 0, b = 0, bias = 0], scratch }) {
              kernels.matMulBias(out, a, b, withBias ? bias : 0, activation, m, n, k, scratch);
            },
          });
          const expected = product.map((value, i) => apply(value + (withBias ? (bias[i % n] as number) : 0)));
          expect(relativeError(actual, expected), `${m} x ${n} x ${k}`).toBeLessThan(2e-6);
        }
      }
    });
  });
}
