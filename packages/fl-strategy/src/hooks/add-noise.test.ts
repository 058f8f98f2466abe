import { describe, expect, it } from "vitest";
import { createAggregationState } from "../aggregation-state.js";
import type { RandomBytes } from "../privacy/gaussian-noise.js";
import { randomStream } from "../random.js";
import { openRound } from "../round.js";
import { fedAvg } from "../strategies/fed-avg.js";
import { openSmallRound, smallUpdate } from "../testing/small-round.js";
import { createLayout } from "../weights/layout.js";
import { addNoise } from "./add-noise.js";

function seededBytes(seed: number): RandomBytes {
  const random = randomStream(seed, "bytes");
  return {
    fill(bytes) {
      for (let i = 0; i < bytes.length; i += 1) bytes[i] = random.integer(256);
    },
  };
}

function smallWeights(options: Parameters<typeof addNoise>[0]): number[] {
  const round = openSmallRound({ hooks: [addNoise(options)] });
  round.receive(smallUpdate("a", 2));
  return [...round.close().weights];
}

describe("addNoise", () => {
  it("adds noise of the deviation asked for to shared elements alone", () => {
    const size = 40_000;
    const layout = createLayout([
      { name: "kernel", shape: [size] },
      { name: "head", shape: [10], role: "private" },
      { name: "mean", shape: [size], role: "statistic" },
    ]);
    const hooks = [addNoise({ sigma: 0.5, source: seededBytes(1) })];
    const strategy = fedAvg();
    const round = openRound({
      strategy,
      hooks,
      layout,
      state: createAggregationState(strategy, hooks, layout),
      globalWeights: new Float32Array(layout.size),
      round: 1,
      clients: [{ clientId: "a", numSamples: 1 }],
      train: { epochs: 1, batchSize: 1, learningRate: 0.1 },
      seed: 1,
    });
    round.receive(smallUpdate("a", 0, { round: 1, layout, values: new Float32Array(layout.size).fill(3) }));
    const { weights, hooks: reports } = round.close();
    for (const part of [weights.subarray(0, size), weights.subarray(size + 10)]) {
      const mean = part.reduce((sum, value) => sum + value, 0) / size;
      const variance = part.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size;
      // Six standard errors.
      expect(Math.abs(mean - 3)).toBeLessThan((6 * 0.5) / Math.sqrt(size));
      expect(Math.abs(variance / 0.25 - 1)).toBeLessThan(6 * Math.sqrt(2 / size));
    }
    expect([...weights.subarray(size, size + 10)]).toEqual(new Array(10).fill(0));
    expect(reports[0]).toMatchObject({ name: "add-noise", verdict: "replaced", counters: { calls: 1 } });
  });

  it("takes its randomness from the source given, else from one that nobody can repeat", () => {
    const first = smallWeights({ sigma: 1, source: seededBytes(7) });
    expect(smallWeights({ sigma: 1, source: seededBytes(7) })).toEqual(first);
    expect(smallWeights({ sigma: 1, source: seededBytes(8) })).not.toEqual(first);
    expect(smallWeights({ sigma: 1 })).not.toEqual(smallWeights({ sigma: 1 }));
  });

  it("changes nothing with a deviation of 0", () => {
    expect(smallWeights({ sigma: 0 })).toEqual([2, 2, 2, 1]);
  });

  it("lets no aggregate out when the source fails", () => {
    const source: RandomBytes = {
      fill() {
        throw new Error("no entropy");
      },
    };
    const round = openSmallRound({ hooks: [addNoise({ sigma: 1, source })] });
    round.receive(smallUpdate("a", 2));
    expect(round.close()).toMatchObject({
      outcome: "kept",
      reason: "hook add-noise: afterAggregate threw: no entropy",
    });
  });

  it.each([
    [{ sigma: -1 }, "sigma: expected a finite number >= 0, got -1"],
    [{ sigma: Number.NaN }, "sigma: expected a finite number >= 0, got NaN"],
    [{}, "sigma: expected a finite number >= 0, got undefined"],
    [{ sigma: 1, source: {} }, "source: expected an object with a method fill(bytes), got an object"],
    [{ sigma: 1, source: null }, "source: expected an object with a method fill(bytes), got null"],
    [{ sigma: 1, seed: 3 }, 'add-noise: expected options among sigma, source, got "seed"'],
  ])("refuses %j", (options, message) => {
    expect(() => addNoise(options as Parameters<typeof addNoise>[0])).toThrow(message);
  });
});
