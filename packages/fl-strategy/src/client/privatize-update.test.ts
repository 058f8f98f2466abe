import { describe, expect, it } from "vitest";
import { gaussianSigma } from "../privacy/gaussian-mechanism.js";
import type { Update } from "../update.js";
import { createLayout } from "../weights/layout.js";
import { privatizeUpdate } from "./privatize-update.js";

const size = 20_000;
const layout = createLayout([
  { name: "w", shape: [size] },
  { name: "head", shape: [2], role: "private" },
]);
const globalWeights = new Float32Array(layout.size).fill(1);
const updateOf = (form: Update["form"], value: number): Update => ({
  clientId: "a",
  round: 1,
  layout,
  form,
  values: new Float32Array(layout.size).fill(value),
  numSamples: 5,
  metrics: {},
});

describe("privatizeUpdate", () => {
  it.each([
    ["weights", 3],
    ["delta", 2],
  ] as const)("clips %s and adds noise of the deviation asked for, to what is shared", (form, value) => {
    const sigma = gaussianSigma({ epsilon: 8, delta: 1e-5, sensitivity: 2 });
    const update = updateOf(form, value);
    const kept = update.values.slice();
    const result = privatizeUpdate(update, { globalWeights, clipNorm: 1, sigma });
    expect(result).toMatchObject({ form: "delta", numSamples: 5 });
    expect(update.values).toEqual(kept);
    const shared = result.values.subarray(0, size);
    const mean = shared.reduce((sum, x) => sum + x, 0) / size;
    const deviation = Math.sqrt(shared.reduce((sum, x) => sum + (x - mean) ** 2, 0) / size);
    expect(Math.abs(mean - 1 / Math.sqrt(size))).toBeLessThan((6 * sigma) / Math.sqrt(size));
    expect(deviation / sigma).toBeGreaterThan(0.95);
    expect(deviation / sigma).toBeLessThan(1.05);
    expect([...result.values.subarray(size)]).toEqual([value, value]);
  });

  it("refuses what it cannot vouch for", () => {
    const options = { globalWeights, clipNorm: 1, sigma: 1 };
    expect(() => privatizeUpdate(updateOf("delta", Number.NaN), options)).toThrow(
      "norm: expected a finite number",
    );
    expect(() => privatizeUpdate(updateOf("delta", 1), { ...options, sigma: 0 })).toThrow(
      "sigma: expected a finite number > 0, got 0",
    );
  });
});
