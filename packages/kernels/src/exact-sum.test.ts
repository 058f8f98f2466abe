import { describe, expect, it } from "vitest";
import { createPlainKernels, createWasmKernels } from "./create-kernels.js";

describe.each([createWasmKernels(), createPlainKernels()])("an exact sum ($kind)", (kernels) => {
  const filled = (value: number, size = 9) => new Float32Array(size).fill(value);

  it("keeps what a float32 running sum loses: 1,000 clients at 10,000.2", () => {
    const sum = kernels.createExactSum({ size: 9, maxAddends: 1_000 });
    for (let i = 0; i < 1_000; i += 1) sum.add(filled(10_000.2), 1);
    expect([...sum.total()].map((total) => Math.fround(total / 1_000))).toEqual([...filled(10_000.2)]);
    expect(sum.count).toBe(1_000);
  });

  it("adds differences from an origin, and several magnitudes, to 1e-12", () => {
    const origin = filled(0.1);
    const sum = kernels.createExactSum({ size: 9, maxAddends: 10, origin });
    const values = [1e-6, 3.25, 4e8, 0.1, -7e3];
    for (const value of values) sum.add(filled(value), 0.7, true);
    sum.add(filled(5e-9), 1e6);
    const f = Math.fround;
    const want = 0.7 * values.reduce((total, value) => total + (f(value) - f(0.1)), 0) + 1e6 * f(5e-9);
    for (const total of sum.total()) expect(total / want).toBeCloseTo(1, 12);
  });

  it("says no to what is not finite, and keeps no trace of it", () => {
    const sum = kernels.createExactSum({ size: 20_000, maxAddends: 10 });
    const values = Float32Array.from({ length: 20_000 }, (_, i) => i / 7);
    sum.add(values, 2);
    const before = sum.total();
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(sum.add(values.with(19_999, bad), 1)).toBe(false);
    }
    expect(sum.add(filled(3e38, 20_000), 1e300)).toBe(false);
    expect(sum.total()).toEqual(before);
    expect(sum.count).toBe(1);
  });

  it("adds up parts to the same bits as the whole", () => {
    const part = (values: number[]) => {
      const sum = kernels.createExactSum({ size: 9, maxAddends: 4 });
      for (const value of values) sum.add(filled(value), 0.3);
      return sum;
    };
    const merged = part([]);
    for (const each of [part([1.1, 1e5]), part([-0.007, 3])]) merged.merge(structuredClone(each.snapshot()));
    expect(merged.total()).toEqual(part([3, -0.007, 1e5, 1.1]).total());
    expect(merged.count).toBe(4);
    expect(() => merged.merge(part([1]).snapshot())).toThrow("addends: expected at most 4, got 5");
  });

  it("sums zeros and nothing to zero", () => {
    const sum = kernels.createExactSum({ size: 3, maxAddends: 2 });
    expect([...sum.total()]).toEqual([0, 0, 0]);
    expect(sum.add(filled(0, 3), 5)).toBe(true);
    expect([...sum.total()]).toEqual([0, 0, 0]);
  });

  it("refuses what cannot be meant", () => {
    const sum = kernels.createExactSum({ size: 2, maxAddends: 1 });
    expect(() => sum.add(filled(1, 3), 1)).toThrow("values: expected 2 elements, got 3");
    expect(() => sum.add(filled(1, 2), Number.NaN)).toThrow("factor: expected a finite number, got NaN");
    expect(() => sum.add(filled(1, 2), 1, true)).toThrow("origin: expected one");
    sum.add(filled(1, 2), 1);
    expect(() => sum.add(filled(1, 2), 1)).toThrow("addends: expected at most 1, got 2");
    expect(() => kernels.createExactSum({ size: 2, maxAddends: 1, origin: filled(1, 3) })).toThrow("origin");
  });
});

describe("kernel memory", () => {
  it("is used again after a release: a thousand rounds need no more than one", () => {
    const kernels = createWasmKernels();
    const vector = kernels.createVector(4);
    const rounds = (count: number) => {
      for (let i = 0; i < count; i += 1) {
        const sum = kernels.createExactSum({
          size: 100_000,
          maxAddends: 2,
          origin: new Float32Array(100_000),
        });
        sum.add(new Float32Array(100_000).fill(1), 1, true);
        sum.release();
      }
      return vector.values.buffer.byteLength;
    };
    const afterOne = rounds(1);
    expect(rounds(1_000)).toBe(afterOne);
  });

  it("holds vectors that are read in place, with the same result as copied ones", () => {
    const kernels = createWasmKernels();
    const values = Float32Array.from({ length: 300_003 }, (_, i) => Math.sin(i));
    const vector = kernels.createVector(values.length);
    vector.values.set(values);
    const total = (from: Float32Array) => {
      const sum = kernels.createExactSum({ size: values.length, maxAddends: 1 });
      sum.add(from, 3);
      return sum.total();
    };
    expect(Buffer.compare(Buffer.from(total(vector.values).buffer), Buffer.from(total(values).buffer))).toBe(
      0,
    );
    expect(kernels.squaredNorm(vector.values)).toBe(kernels.squaredNorm(values));
    expect(kernels.squaredNorm(values)).toBe(createPlainKernels().squaredNorm(values));
    vector.release();
  });
});
