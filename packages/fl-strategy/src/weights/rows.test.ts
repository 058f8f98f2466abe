import { describe, expect, it } from "vitest";
import type { RoundContext } from "../strategy.js";
import { updatesOf } from "../testing/watch-round.js";
import { createLayout } from "./layout.js";
import { differenceRows, expandRow, rowsOf, sharedElements } from "./rows.js";

const layout = createLayout([
  { name: "a", shape: [1] },
  { name: "head", shape: [2], role: "private" },
  { name: "mean", shape: [1], role: "statistic" },
]);
const globalWeights = Float32Array.of(1, 2, 3, 4);
const context = { layout, globalWeights } as unknown as RoundContext;
const itemsOf = (...forms: ("delta" | "weights")[]) =>
  updatesOf(
    forms.map((_, i) => [10 + i, 20, 30, 40 + i]),
    (i) => ({ layout, form: forms[i] as "delta" }),
  ).map((update) => ({ update, weight: 1 }));
const plain = (rows: readonly Float32Array[]) => rows.map((row) => [...row]);

describe("rows", () => {
  it("keep the form that all updates have, without private tensors", () => {
    const weights = rowsOf(itemsOf("weights", "weights"), context);
    expect(plain(weights.values)).toEqual([
      [10, 40],
      [11, 41],
    ]);
    expect([...(weights.origin ?? [])]).toEqual([1, 4]);
    const deltas = rowsOf(itemsOf("delta", "delta"), context);
    expect(plain(deltas.values)).toEqual([
      [10, 40],
      [11, 41],
    ]);
    expect(deltas.origin).toBeUndefined();
  });

  it("become differences where the forms are mixed, or where a rule asks for them", () => {
    const mixed = rowsOf(itemsOf("weights", "delta"), context);
    expect(plain(mixed.values)).toEqual([
      [9, 36],
      [11, 41],
    ]);
    expect(mixed.origin).toBeUndefined();
    expect(plain(differenceRows(itemsOf("weights", "weights"), context))).toEqual([
      [9, 36],
      [10, 37],
    ]);
  });

  it("go back to their places, with 0 for private tensors", () => {
    expect([...expandRow(Float64Array.of(5, 6), undefined, layout)]).toEqual([5, 0, 0, 6]);
    expect([...expandRow(Float64Array.of(5, 6), Float32Array.of(1, 4), layout)]).toEqual([4, 0, 0, 2]);
  });

  it("copy nothing where there is nothing to leave out", () => {
    const open = createLayout([
      { name: "a", shape: [2] },
      { name: "mean", shape: [1], role: "statistic" },
    ]);
    const values = Float32Array.of(1, 2, 3);
    expect(sharedElements(open, values)).toBe(values);
    const closed = createLayout([{ name: "head", shape: [3], role: "private" }]);
    expect(sharedElements(closed, values)).toHaveLength(0);
  });
});
