import { describe, expect, it } from "vitest";
import { initialWeights } from "./initial-weights.js";
import type { Initializer, LayerSpec } from "./model-spec.js";
import { resolveModel } from "./resolve-model.js";

/** Weights of a dense layer of 200 x 100, without its bias. */
function draw(initializer: Initializer, seed = 1): Float32Array {
  const model = resolveModel({ inputShape: [200], layers: [{ type: "dense", units: 100, initializer }] });
  return initialWeights(model, seed).subarray(0, 20_000);
}

function momentsOf(values: Float32Array) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { mean, deviation: Math.sqrt(squares / values.length), largest };
}

describe("initialWeights", () => {
  it.each([
    // Deviation of a uniform draw from [-limit, limit]: limit / sqrt(3).
    { initializer: "glorotUniform", deviation: Math.sqrt(2 / 300), largest: Math.sqrt(6 / 300) },
    { initializer: "heUniform", deviation: Math.sqrt(2 / 200), largest: Math.sqrt(6 / 200) },
    // Cut off at two deviations of the normal that is cut.
    {
      initializer: "heNormal",
      deviation: Math.sqrt(2 / 200),
      largest: (2 * Math.sqrt(2 / 200)) / 0.87962566,
    },
  ] as const)(
    "$initializer has mean 0 and the deviation of its paper",
    ({ initializer, deviation, largest }) => {
      const moments = momentsOf(draw(initializer));
      // Five standard errors of 20,000 draws.
      expect(Math.abs(moments.mean)).toBeLessThan((5 * deviation) / Math.sqrt(20_000));
      expect(moments.deviation / deviation).toBeCloseTo(1, 1.5);
      expect(moments.largest).toBeLessThanOrEqual(largest * (1 + 1e-6));
      expect(moments.largest).toBeGreaterThan(0.98 * largest);
    },
  );

  it("scales a convolution by its taps and channels", () => {
    const layers: LayerSpec[] = [
      { type: "conv2d", filters: 64, kernelSize: 5, padding: "same", initializer: "heUniform" },
      { type: "globalAveragePooling2d" },
    ];
    const { largest } = momentsOf(initialWeights(resolveModel({ inputShape: [8, 8, 32], layers }), 3));
    expect(largest / Math.sqrt(6 / (25 * 32))).toBeCloseTo(1, 3);
  });

  it("fills biases, offsets and means with zeros, factors and variances with ones", () => {
    const layers: LayerSpec[] = [
      { type: "batchNormalization" },
      { type: "layerNormalization" },
      { type: "dense", units: 2, initializer: "zeros" },
      { type: "dense", units: 1, initializer: "ones" },
    ];
    const model = resolveModel({ inputShape: [1], layers });
    const values = initialWeights(model, 1);
    const byName = model.layout.tensors.map(({ name, offset, size }) => [
      name,
      values.slice(offset, offset + size).join(),
    ]);
    expect(byName).toEqual([
      ["batchNormalization_1/gamma", "1"],
      ["batchNormalization_1/beta", "0"],
      ["batchNormalization_1/moving_mean", "0"],
      ["batchNormalization_1/moving_variance", "1"],
      ["layerNormalization_1/gamma", "1"],
      ["layerNormalization_1/beta", "0"],
      ["dense_1/kernel", "0,0"],
      ["dense_1/bias", "0,0"],
      ["dense_2/kernel", "1,1"],
      ["dense_2/bias", "0"],
    ]);
  });

  it("draws each tensor from a stream of its own, by name and seed", () => {
    const dense: LayerSpec = { type: "dense", units: 4, name: "head" };
    const alone = initialWeights(resolveModel({ inputShape: [3], layers: [dense] }), 7);
    const before: LayerSpec = { type: "dense", units: 3 };
    const after = initialWeights(resolveModel({ inputShape: [3], layers: [before, dense] }), 7);
    expect(after.subarray(12)).toEqual(alone);
    expect(initialWeights({ inputShape: [3], layers: [dense] }, 7)).toEqual(alone);
    expect(initialWeights(resolveModel({ inputShape: [3], layers: [dense] }), 8)).not.toEqual(alone);
  });

  it("draws the same bits everywhere", async () => {
    const hashes: Record<string, string> = {};
    for (const initializer of ["glorotUniform", "heUniform", "heNormal"] as const) {
      const digest = await crypto.subtle.digest("SHA-256", draw(initializer, 42).slice());
      hashes[initializer] = Array.from(new Uint8Array(digest, 0, 8), (byte) =>
        byte.toString(16).padStart(2, "0"),
      ).join("");
    }
    expect(hashes).toEqual({
      glorotUniform: "e80e9d779bc6a211",
      heUniform: "f21f3f84faf2e176",
      heNormal: "e56aa17e570bd6f7",
    });
  });
});
