import { describe, expect, it } from "vitest";
import { openSmallRound, smallLayout, smallUpdate } from "../testing/small-round.js";
import { createLayout } from "../weights/layout.js";
import { clipToNorm, clipUpdate } from "./clip-update.js";
import { compressUpdates } from "./compress-updates.js";
import { rejectInvalid } from "./reject-invalid.js";

const context = { round: 2, layout: smallLayout, globalWeights: Float32Array.of(1, 1, 1, 1) };
const delta = (...values: number[]) =>
  smallUpdate("a", 0, { form: "delta", values: Float32Array.from(values) });
const clipped = (update = delta(3, 4, 0, 7), maxNorm = 2.5) => {
  const result = clipToNorm(update, maxNorm, context);
  if ("refuse" in result) throw new Error(result.refuse.message);
  return result;
};

describe("clipToNorm", () => {
  it("follows the hand example, whether weights or a difference came, and leaves private tensors alone", () => {
    expect(clipped()).toMatchObject({ clipped: true, norm: 5, update: { form: "delta" } });
    expect([...clipped().update.values]).toEqual([1.5, 2, 0, 7]);
    const weights = smallUpdate("a", 0, { values: Float32Array.of(4, 5, 1, 7) });
    expect([...clipped(weights).update.values]).toEqual([1.5, 2, 0, 7]);
    expect([...weights.values]).toEqual([4, 5, 1, 7]);
  });

  it("measures one norm over all shared tensors", () => {
    expect(clipped(delta(3, 0, 4, 100), 5)).toMatchObject({ clipped: false, norm: 5 });
  });

  it.each([
    ["zero", delta(0, 0, 0, 9), 1e-30],
    ["on the bound", delta(3, 4, 0, 9), 5],
    ["below the bound", delta(3, 4, 0, 9), 6],
  ])("returns what is %s as it came", (_what, update, maxNorm) => {
    expect(clipped(update, maxNorm).update).toBe(update);
  });

  it.each([1e-44, 1e-40, 3e-7, 0.1, 1 / 3, 1e20])("is never above %d after rounding", (maxNorm) => {
    const size = 1000;
    const layout = createLayout([{ name: "kernel", shape: [size] }]);
    const globalWeights = new Float32Array(size);
    for (let start = 1; start <= 20; start += 1) {
      const values = Float32Array.from(
        { length: size },
        (_, i) => (start + i) ** 1.3 * (i % 2 ? 1e19 : -1e19),
      );
      const update = smallUpdate("a", 0, { form: "delta", values, layout });
      const result = clipToNorm(update, maxNorm, { round: 2, layout, globalWeights });
      if ("refuse" in result) throw new Error(result.refuse.message);
      expect(result.clipped).toBe(true);
      expect(Math.hypot(...result.update.values)).toBeLessThanOrEqual(maxNorm * (1 + 1e-14));
    }
  });

  it("keeps values in float32 where the bound is beyond it", () => {
    const far = { ...context, globalWeights: new Float32Array(4).fill(-3e38) };
    const result = clipToNorm(smallUpdate("a", 3e38, {}), 9e38, far);
    if ("refuse" in result) throw new Error(result.refuse.message);
    expect(result.update.values.every(Number.isFinite)).toBe(true);
  });

  it.each([
    ["NaN", Number.NaN],
    ["Infinity", Infinity],
  ])("refuses %s", (name, value) => {
    expect(clipToNorm(delta(1, value, 0, 0), 1, context)).toEqual({
      refuse: { code: "not_finite", message: `norm: expected a finite number, got ${name}` },
    });
    expect(clipped(delta(1, 0, 0, value)).clipped).toBe(false);
  });

  it("refuses weights that started from others", () => {
    expect(clipToNorm(smallUpdate("a", 9, { round: 1 }), 1, context)).toEqual({
      refuse: {
        code: "stale_weights",
        message: 'form: expected "delta" of an update that started in round 1, got "weights"',
      },
    });
  });
});

describe("clipUpdate", () => {
  it("clips what is too long, and counts it", () => {
    const round = openSmallRound({ hooks: [rejectInvalid(), clipUpdate({ maxNorm: 5 })] });
    round.receive(smallUpdate("a", 0, { form: "delta", values: Float32Array.of(30, 0, 40, 9) }));
    round.receive(smallUpdate("b", 0, { values: Float32Array.of(4, 1, 5, 9) }));
    round.receive(smallUpdate("c", 0, { form: "delta", values: Float32Array.of(0, 0, 0, 9) }));
    const { weights, hooks } = round.close();
    expect([...weights]).toEqual([3, 1, expect.closeTo(1 + 8 / 3, 6), 1]);
    expect(hooks[1]).toMatchObject({
      name: "clip-update",
      verdict: "replaced",
      counters: { calls: 3, replaced: 1, clipped: 1 },
    });
  });

  it("refuses what is not finite even if no other hook looks", () => {
    const round = openSmallRound({ hooks: [clipUpdate({ maxNorm: 1 })] });
    expect(round.receive(smallUpdate("a", Number.NaN))).toMatchObject({
      status: "refused",
      by: "clip-update",
      code: "not_finite",
    });
    expect(round.close().hooks[0]?.counters).toMatchObject({ refused: 1, not_finite: 1 });
  });

  it("wants to come after compression, which can raise the norm", () => {
    const compress = compressUpdates({ method: { kind: "float16" } });
    const clip = clipUpdate({ maxNorm: 1 });
    expect(() => openSmallRound({ hooks: [clip, compress] })).toThrow(
      "hook clip-update: expected compress-updates to come before it, because a lossy step can raise the norm",
    );
    expect(openSmallRound({ hooks: [compress, clip] }).tasks).toHaveLength(3);
  });

  it.each([0, -1, Number.NaN, Infinity, "1", undefined])("refuses the norm %s", (maxNorm) => {
    expect(() => clipUpdate({ maxNorm: maxNorm as number })).toThrow(
      "maxNorm: expected a finite number > 0, got",
    );
  });

  it("refuses options that it does not know", () => {
    expect(() => clipUpdate({ maxNorm: 1, norm: 2 } as { maxNorm: number })).toThrow(
      'clip-update: expected options among maxNorm, got "norm"',
    );
  });
});
