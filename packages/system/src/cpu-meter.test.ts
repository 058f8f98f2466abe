import { describe, expect, it } from "vitest";
import { createCpuMeter, toPercent } from "./cpu-meter.js";

describe("createCpuMeter", () => {
  it("says how busy the cores were since the call before", async () => {
    const times = [
      [100, 1_000],
      [150, 1_100],
      [150, 1_100],
      [151, 1_200],
      [10, 300],
      [40, 400],
    ] as const;
    let next = 0;
    const meter = createCpuMeter(async () => {
      const [busy = 0, total = 0] = times[next++] ?? [];
      return { busy, total };
    });
    const percents: number[] = [];
    for (const _ of times) percents.push(await meter());
    // Not known at first; unchanged without a tick and where the counters began anew.
    expect(percents).toEqual([0, 50, 50, 1, 1, 30]);
  });
});

describe("toPercent", () => {
  it("stays between 0 and 100", () => {
    const pairs = [
      [1, 3],
      [5, 4],
      [-1, 4],
      [1, 0],
      [Number.NaN, 0],
    ] as const;
    expect(pairs.map(([part, whole]) => toPercent(part, whole))).toEqual([33.33, 100, 0, 0, 0]);
  });
});
