import { describe, expect, it } from "vitest";
import { createPlainKernels, createWasmKernels, vectorKernels } from "./create-kernels.js";

const rowsOf = (...values: number[]) => values.map((value) => Float32Array.of(value));

describe.each([createWasmKernels(), createPlainKernels()])("row kernels ($kind)", (kernels) => {
  it("give the hand-checked order statistics", () => {
    expect([...kernels.columnMedian(rowsOf(1, 3, 2, -50))]).toEqual([1.5]);
    expect([...kernels.columnTrimmedMean(rowsOf(1, 2, 3, 4, 100), 1)]).toEqual([3]);
    expect([...kernels.columnNearestMedianMean(rowsOf(1, 2, 3, 4, 100), 3)]).toEqual([3]);
    expect([...kernels.columnNearestMedianMean(rowsOf(0, 10, 11, 30), 2)]).toEqual([10.5]);
  });

  it("sort any number of rows, over more columns than a block has", () => {
    for (const n of [1, 2, 3, 5, 17, 33, 100]) {
      const size = 9_001;
      const rows = Array.from({ length: n }, (_, row) =>
        Float32Array.from({ length: size }, (_, i) => ((i * 7_919 + row * 104_729) % 10_007) - 5_000),
      );
      const cut = Math.floor(n / 5);
      const [median, trimmed] = [kernels.columnMedian(rows), kernels.columnTrimmedMean(rows, cut)];
      for (let i = 0; i < size; i += 97) {
        const column = rows.map((row) => row[i] as number).sort((a, b) => a - b);
        const upper = column[n >> 1] as number;
        expect(median[i]).toBe(((column[(n - 1) >> 1] as number) + upper) / 2);
        const kept = column.slice(cut, n - cut);
        expect(trimmed[i]).toBeCloseTo(kept.reduce((sum, value) => sum + value, 0) / kept.length, 9);
      }
    }
  });

  it("give distances that survive a common offset", () => {
    const near = [0, 0.5, 2].map((value) => new Float32Array(1_000).fill(1e4 + value));
    expect([...kernels.squaredDistances(near)]).toEqual([0, 250, 4_000, 250, 0, 2_250, 4_000, 2_250, 0]);
  });

  it("refuse rows that do not fit", () => {
    expect(() => kernels.columnMedian([])).toThrow("rows: expected at least one, got none");
    expect(() => kernels.squaredDistances([new Float32Array(2), new Float32Array(3)])).toThrow(
      "row 1: expected 2 elements, got 3",
    );
    expect(() => kernels.columnTrimmedMean(rowsOf(1, 2), 1)).toThrow(
      "cut: expected an integer in [0, 0], got 1",
    );
    expect(() => kernels.columnNearestMedianMean(rowsOf(1), 2)).toThrow("keep");
  });
});

describe.each([createWasmKernels(), createPlainKernels()])("vector kernels ($kind)", (kernels) => {
  it("find the largest magnitude, and what is not finite", () => {
    expect(kernels.maxMagnitude(Float32Array.of(1, -2.5, 0))).toBe(2.5);
    expect(kernels.maxMagnitude(Float32Array.of(1, Number.NEGATIVE_INFINITY))).toBe(Number.POSITIVE_INFINITY);
    expect(kernels.maxMagnitude(Float32Array.of(Number.NaN, 1))).toBeNaN();
    expect(kernels.maxMagnitude(new Float32Array())).toBe(0);
  });

  it("quantise without bias, within one step", () => {
    const values = new Float32Array(200_000).fill(0.3);
    const levels = kernels.quantizeInt8(values, { scale: 1, key: 5 });
    const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length;
    expect(Math.abs(mean - 0.3)).toBeLessThan(5 * Math.sqrt((0.3 * 0.7) / levels.length));
    const back = new Float32Array(3);
    kernels.dequantizeInt8(Int8Array.of(-127, 0, 3), 0.5, back);
    expect([...back]).toEqual([-63.5, 0, 1.5]);
  });

  it("find the largest magnitudes, the lowest index first among equal ones", () => {
    const values = Float32Array.of(0.5, -0.1, 0.05, -0.9, 0.5, 0.5);
    expect([...kernels.topK(values, 1)]).toEqual([3]);
    expect([...kernels.topK(values, 3)]).toEqual([0, 3, 4]);
    expect([...kernels.topK(values, 6)]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...kernels.topK(new Float32Array(4), 2)]).toEqual([0, 1]);
  });
});

describe("vectorKernels", () => {
  it("are WebAssembly where that is allowed, the same for everybody", () => {
    expect(vectorKernels().kind).toBe("wasm");
    expect(vectorKernels()).toBe(vectorKernels());
  });
});
