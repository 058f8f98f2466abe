import { describe, expect, it } from "vitest";
import { cloud, updatesOf } from "../testing/watch-round.js";
import type { Update } from "../update.js";
import { createLayout } from "./layout.js";
import { createRoundSums } from "./round-sums.js";

const layout = createLayout([
  { name: "a", shape: [2] },
  { name: "mean", shape: [1], role: "statistic" },
  { name: "head", shape: [1], role: "private" },
  { name: "b", shape: [1] },
]);
const globalWeights = Float32Array.of(1, 2, 3, 4, 5);
const update = (values: readonly number[], form: Update["form"] = "delta") =>
  updatesOf([values], { layout, form })[0] as Update;
const open = () => createRoundSums({ layout, globalWeights, maxUpdates: 8 });

describe("createRoundSums", () => {
  it("adds differences of either form, with a factor for each role", () => {
    const sums = open();
    sums.addUpdate(update([1, 1, 1, 1, 1]), 2);
    sums.addUpdate(update([2, 3, 4, 5, 6], "weights"), { trainable: 10, statistic: 100 });
    expect([...sums.delta()]).toEqual([12, 12, 102, 0, 12]);
    expect([...sums.delta()]).toEqual([12, 12, 102, 0, 12]);
    sums.release();
  });

  it("keeps further vectors apart by name, and of their trainable elements only", () => {
    const sums = open();
    sums.addVector("control", Float32Array.of(1, 2, 3, Number.NaN, 5), 2);
    sums.addVector("other", Float32Array.of(1, 1, 1, 1, 1), 1);
    expect([...sums.vector("control")]).toEqual([2, 4, 0, 0, 10]);
    expect([...sums.vector("other")]).toEqual([1, 1, 0, 0, 1]);
    expect([...sums.vector("none")]).toEqual([0, 0, 0, 0, 0]);
    expect([...sums.delta()]).toEqual([0, 0, 0, 0, 0]);
    sums.release();
  });

  it.each(["delta", "weights"] as const)(
    "leaves no trace of %s that are refused, wherever the fault is",
    (form) => {
      const [first, second] = cloud(3, { count: 2, size: 5 }).map((row) => update([...row], form)) as [
        Update,
        Update,
      ];
      const clean = open();
      clean.addUpdate(first, 3);
      clean.addUpdate(second, 7);
      for (const place of [0, 1, 2, 4]) {
        for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
          const sums = open();
          sums.addUpdate(first, 3);
          const broken = { ...second, values: second.values.with(place, value) };
          expect(() => sums.addUpdate(broken, 5)).toThrow("values: expected finite values, got others");
          sums.addUpdate(second, 7);
          expect(sums.delta()).toEqual(clean.delta());
          sums.release();
        }
      }
      clean.release();
    },
  );

  it("does not look at private values", () => {
    const sums = open();
    sums.addUpdate(update([1, 1, 1, Number.NaN, 1]), 1);
    expect([...sums.delta()]).toEqual([1, 1, 1, 0, 1]);
    sums.release();
  });

  it("refuses a vector that is not finite by its name, and factors that are not", () => {
    const sums = open();
    expect(() => sums.addVector("control", Float32Array.of(1, 1, 1, 1, Number.NaN), 1)).toThrow(
      "vectors.control: expected finite values, got others",
    );
    for (const factor of [Number.NaN, { trainable: 1, statistic: Number.POSITIVE_INFINITY }]) {
      expect(() => sums.addUpdate(update([1, 1, 1, 1, 1]), factor)).toThrow(
        expect.objectContaining({
          code: "wrong_update",
          message: expect.stringMatching(/^values: expected a finite factor, got (NaN|Infinity)$/),
        }),
      );
    }
    expect([...sums.delta(), ...sums.vector("control")]).toEqual(new Array(10).fill(0));
    sums.release();
  });
});
