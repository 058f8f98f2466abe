import { describe, expect, it } from "vitest";
import { nextClipNorm, noiseMultiplierForUpdates } from "./adaptive-clip.js";

describe("nextClipNorm", () => {
  it("grows when fewer than the target stayed unclipped: 3 of 10", () => {
    const next = nextClipNorm({ clipNorm: 0.1, noisedUnclipped: 3, plannedClients: 10 });
    expect(next).toBeCloseTo(0.104081, 6);
    expect(next).toBeCloseTo(0.1 * Math.exp(0.04), 15);
  });

  it("shrinks when more did, and stays at the target", () => {
    const step = { clipNorm: 2, plannedClients: 10, learningRate: 1, targetQuantile: 0.5 };
    expect(nextClipNorm({ ...step, noisedUnclipped: 8 })).toBeCloseTo(2 * Math.exp(-0.3), 14);
    expect(nextClipNorm({ ...step, noisedUnclipped: 5 })).toBe(2);
  });

  it("holds the noised share to [0, 1]", () => {
    const step = { clipNorm: 1, plannedClients: 10 };
    expect(nextClipNorm({ ...step, noisedUnclipped: -50 })).toBe(
      nextClipNorm({ ...step, noisedUnclipped: 0 }),
    );
    expect(nextClipNorm({ ...step, noisedUnclipped: 90 })).toBe(
      nextClipNorm({ ...step, noisedUnclipped: 10 }),
    );
  });

  it("finds the quantile of norms that do not change", () => {
    const norms = Array.from({ length: 100 }, (_, i) => (i + 1) / 10);
    let clipNorm = 0.1;
    for (let round = 0; round < 200; round += 1) {
      const bound = clipNorm;
      const noisedUnclipped = norms.filter((norm) => norm <= bound).length;
      clipNorm = nextClipNorm({ clipNorm, noisedUnclipped, plannedClients: 100, targetQuantile: 0.7 });
    }
    expect(clipNorm).toBeGreaterThan(6.8);
    expect(clipNorm).toBeLessThan(7.2);
  });

  it("names what it refuses", () => {
    const step = { clipNorm: 1, noisedUnclipped: 3, plannedClients: 10 };
    expect(() => nextClipNorm({ ...step, clipNorm: 0 })).toThrow(
      "clipNorm: expected a finite number > 0, got 0",
    );
    expect(() => nextClipNorm({ ...step, noisedUnclipped: Number.NaN })).toThrow(
      "noisedUnclipped: expected a finite number, got NaN",
    );
    expect(() => nextClipNorm({ ...step, targetQuantile: 1.5 })).toThrow(
      "targetQuantile: expected a number in [0, 1], got 1.5",
    );
  });
});

describe("noiseMultiplierForUpdates", () => {
  it.each([
    [1, 5, 1.0050378],
    [0.5, 1, 0.5163978],
  ])("is at z %d and count noise %d what the paper says", (noiseMultiplier, countNoise, expected) => {
    const got = noiseMultiplierForUpdates({ noiseMultiplier, countNoise });
    expect(got).toBeCloseTo(expected, 7);
    expect(got).toBeCloseTo((noiseMultiplier ** -2 - (2 * countNoise) ** -2) ** -0.5, 13);
  });

  it("refuses a count with too little noise", () => {
    expect(() => noiseMultiplierForUpdates({ noiseMultiplier: 2, countNoise: 1 })).toThrow(
      "countNoise: expected more than half of noiseMultiplier 2, got 1",
    );
    expect(() => noiseMultiplierForUpdates({ noiseMultiplier: 0, countNoise: 1 })).toThrow(
      "noiseMultiplier: expected a finite number > 0, got 0",
    );
  });
});
