import { describe, expect, it } from "vitest";
import { normalCdf } from "./normal-distribution.js";
import { type DiscreteLoss, discretiseLoss, lossAt, lossNodes } from "./privacy-loss.js";

const round = { samplingRate: 0.1, noiseMultiplier: 1.3 };
const interval = 0.01;

/** delta of a discrete loss: the sum of (1 - e^(epsilon - loss)) over the losses above epsilon. */
function deltaOf({ first, masses, infinite }: DiscreteLoss, epsilon: number): number {
  return masses.reduce((sum, mass, i) => {
    const above = (first + i) * interval - epsilon;
    return above > 0 ? sum - mass * Math.expm1(-above) : sum;
  }, infinite);
}

/** The same of the true loss when a client is removed, in closed form. */
function removalDelta(epsilon: number): number {
  const { samplingRate: q, noiseMultiplier: z } = round;
  const y = z * Math.log((Math.exp(epsilon) - 1 + q) / q) + 1 / (2 * z);
  return q * normalCdf(1 / z - y) - (Math.exp(epsilon) - 1 + q) * normalCdf(-y);
}

describe("discretiseLoss", () => {
  it.each(["remove", "add"] as const)("spends all the probability, to %s", (direction) => {
    const { first, masses, infinite } = discretiseLoss(round, direction, { interval, reach: 9 });
    expect(masses.every((mass) => mass >= 0)).toBe(true);
    expect(infinite).toBeLessThan(1e-17);
    expect(masses.reduce((sum, mass) => sum + mass, infinite)).toBeCloseTo(1, 14);
    // the mean of e^-loss is what the other distribution holds where this one has mass
    const other = masses.reduce((sum, mass, i) => sum + mass * Math.exp(-(first + i) * interval), 0);
    expect(other).toBeCloseTo(1, 12);
  });

  it("is exact on the grid and above the true curve between", () => {
    const loss = discretiseLoss(round, "remove", { interval, reach: 9 });
    for (const point of [-8, -3, 1, 5, 50, 200]) {
      const onGrid = point * interval;
      expect(Math.abs(deltaOf(loss, onGrid) / removalDelta(onGrid) - 1)).toBeLessThan(1e-9);
      const between = onGrid + 0.4 * interval;
      expect(deltaOf(loss, between)).toBeGreaterThan(removalDelta(between));
      expect(deltaOf(loss, between) / removalDelta(between) - 1).toBeLessThan(2e-3);
    }
  });

  it("counts what it cuts off as infinite at the top and rounds it up at the bottom", () => {
    const cut = discretiseLoss(round, "remove", { interval, reach: 3 });
    expect(cut.infinite).toBeGreaterThan(1e-5);
    for (const epsilon of [0, 0.5, 2]) expect(deltaOf(cut, epsilon)).toBeGreaterThan(removalDelta(epsilon));
  });
});

describe("lossAt", () => {
  it("keeps small and large losses", () => {
    expect(lossAt(0, { samplingRate: 1, noiseMultiplier: 0.01 })).toBe(-5000);
    expect(lossAt(100, { samplingRate: 1e-3, noiseMultiplier: 0.01 })).toBeCloseTo(5000 + Math.log(1e-3), 9);
    expect(lossAt(-100, { samplingRate: 1e-12, noiseMultiplier: 1 }) / -1e-12).toBeCloseTo(1, 10);
    expect(lossAt(-100, { samplingRate: 0.75, noiseMultiplier: 1 })).toBeCloseTo(Math.log(0.25), 14);
  });
});

describe("lossNodes", () => {
  it.each(["remove", "add"] as const)("carry the distribution, to %s", (direction) => {
    const { losses, logWeights } = lossNodes(round, direction, 9);
    const mean = (f: (loss: number) => number) =>
      losses.reduce((sum, loss, i) => sum + Math.exp(logWeights[i] as number) * f(loss), 0);
    expect(mean(() => 1)).toBeCloseTo(1, 12);
    expect(mean((loss) => Math.exp(-loss))).toBeCloseTo(1, 8);
  });
});
