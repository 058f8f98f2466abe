import { describe, expect, it } from "vitest";
import { addDelta } from "./add-delta.js";
import { createLayout } from "./layout.js";
import { rangesOf } from "./ranges.js";
import { scaleRoles } from "./scale-roles.js";

const layout = createLayout([
  { name: "a", shape: [2] },
  { name: "b", shape: [1] },
  { name: "mean", shape: [2], role: "statistic" },
  { name: "head", shape: [2], role: "private" },
  { name: "c", shape: [1] },
]);

describe("rangesOf", () => {
  it("joins neighbours of a role and leaves private tensors out", () => {
    expect(rangesOf(layout, "trainable")).toEqual([
      { start: 0, end: 3 },
      { start: 7, end: 8 },
    ]);
    expect(rangesOf(layout, "statistic")).toEqual([{ start: 3, end: 5 }]);
    expect(rangesOf(layout, "shared")).toEqual([
      { start: 0, end: 5 },
      { start: 7, end: 8 },
    ]);
    expect(rangesOf(createLayout([]), "shared")).toEqual([]);
  });
});

describe("addDelta", () => {
  const weights = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  const delta = Float64Array.of(1, 1, 1, 1, 1, 1, 1, 1);

  it("scales trainable tensors, moves statistics by the difference itself and private ones not at all", () => {
    expect([...addDelta(layout, { weights, delta, scale: 0.5 })]).toEqual([1.5, 2.5, 3.5, 5, 6, 6, 7, 8.5]);
    expect([...addDelta(layout, { weights, delta })]).toEqual([2, 3, 4, 5, 6, 6, 7, 9]);
    expect([...weights]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("rounds once, after the sum was taken in float64", () => {
    const flat = createLayout([{ name: "w", shape: [1] }]);
    // In float32 the difference alone would round to 2^-24 and the sum to 1.
    const moved = addDelta(flat, {
      weights: Float32Array.of(1),
      delta: Float64Array.of(2 ** -24 + 2 ** -50),
    });
    expect(moved[0]).toBe(1 + 2 ** -23);
  });

  it("leaves private values that are not finite where they are", () => {
    const odd = weights.with(5, Number.NaN);
    expect(addDelta(layout, { weights: odd, delta })[5]).toBeNaN();
  });
});

describe("scaleRoles", () => {
  it("multiplies each role by its factor, in place", () => {
    const values = new Float64Array(8).fill(1);
    const scaled = scaleRoles(values, layout, { trainable: 2, statistic: 3 });
    expect(scaled).toBe(values);
    expect([...scaled]).toEqual([2, 2, 2, 3, 3, 1, 1, 2]);
  });
});
