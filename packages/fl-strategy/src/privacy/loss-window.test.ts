import { describe, expect, it } from "vitest";
import { chooseWindow } from "./loss-window.js";
import { lossNodes } from "./privacy-loss.js";

// Everybody takes part: the summed loss is normal with mean m^2 / 2 and variance m^2, where m^2 = rounds / z^2.
const steps = (noiseMultiplier: number, rounds: number) => [
  { rounds, ...lossNodes({ samplingRate: 1, noiseMultiplier }, "remove", 12) },
];

describe("chooseWindow", () => {
  it.each([
    [5, 10, 1e-5],
    [1, 1, 1e-9],
    [100, 4000, 1e-6],
  ])(
    "holds the sum of losses and no more than it needs, at z %d, %d rounds, delta %d",
    (z, rounds, delta) => {
      const spread = Math.sqrt(rounds) / z;
      const mean = (spread * spread) / 2;
      const { low, high, tilt } = chooseWindow(steps(z, rounds), delta);
      // half of what minimises (tilt mean + tilt^2 spread^2 / 2 - ln delta) / tilt
      expect(tilt * spread).toBeCloseTo(Math.sqrt(-2 * Math.log(delta)) / 2, 1);
      const deviations = (tail: number) => Math.sqrt(-2 * Math.log(tail));
      const weighedMean = mean + tilt * spread * spread;
      expect(high).toBeCloseTo(
        Math.max(mean + spread * deviations(delta * 1e-9), weighedMean + spread * deviations(1e-9)),
        2,
      );
      expect(low).toBeCloseTo(weighedMean - spread * deviations(1e-9), 2);
    },
  );
});
