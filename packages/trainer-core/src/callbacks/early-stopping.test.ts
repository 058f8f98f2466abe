import { centralPrivacy, fedAvg, rejectInvalid } from "@fedloom/fl-strategy";
import { describe, expect, it } from "vitest";
import { keeper, losses, playWith as play } from "../testing/callback-runs.js";
import { eventsOf } from "../testing/small-task.js";
import { earlyStopping, stopWhen } from "./early-stopping.js";
import type { TrainerCallback } from "./trainer-callback.js";

describe("earlyStopping", () => {
  it("ends the run with the weights of the best round", async () => {
    const { seen, ...callback } = keeper();
    const stop = earlyStopping({ metric: "val_loss", mode: "min", patience: 2, restoreBest: true });
    const { events, weights } = await play([stop, callback], {
      numRounds: 10,
      evaluate: losses([3, 1, 2, 2]),
    });
    expect(eventsOf(events, "early_stopping")[0]?.data).toMatchObject({
      round: 4,
      bestMetricValue: 1,
      metricName: "val_loss",
      patience: 2,
      reason: "val_loss did not improve for 2 rounds; best 1 in round 2",
    });
    expect([...weights]).toEqual([...(seen[1]?.weights ?? [])]);
    expect(events.at(-1)?.data).toMatchObject({ status: "completed", bestRound: 2, totalRounds: 4 });
  });

  it("goes back to the best round also where another rule or the last round ends the run", async () => {
    const restore = () => earlyStopping({ metric: "val_loss", mode: "min", patience: 9, restoreBest: true });
    for (const others of [[], [stopWhen({ kind: "maxRounds", rounds: 3 })]]) {
      const { seen, ...callback } = keeper();
      const { weights } = await play([restore(), callback, ...others], {
        numRounds: others.length > 0 ? 10 : 3,
        evaluate: losses([3, 1, 2]),
      });
      expect([...weights]).toEqual([...(seen[1]?.weights ?? [])]);
    }
  });

  it("says so, round after round, when its metric is never reported", async () => {
    const { events } = await play([earlyStopping({ metric: "val_los", mode: "min", patience: 2 })], {
      numRounds: 2,
    });
    expect(eventsOf(events, "error")).toHaveLength(2);
    expect(eventsOf(events, "error")[0]?.data.error).toContain(
      "metric: expected one that round 1 reported (",
    );
  });

  it("refuses options that cannot be", () => {
    expect(() => earlyStopping({ metric: "val_loss", mode: "min", patience: 0 })).toThrow(
      "patience: expected an integer >= 1, got 0",
    );
  });
});

describe("stopWhen", () => {
  it("ends the run when a metric is as good as wanted", async () => {
    const rule = stopWhen({ kind: "targetReached", metric: "val_loss", value: 1, mode: "min" });
    const { events } = await play([rule], { evaluate: losses([2, 0.5]) });
    expect(eventsOf(events, "early_stopping")[0]?.data).toMatchObject({
      round: 2,
      metricName: "val_loss",
      bestMetricValue: 0.5,
    });
  });

  it("keeps budgets of bytes and of time", async () => {
    const bytes = await play([stopWhen({ kind: "maxBytes", bytes: 2 * 3 * 67 * 4 + 1 })]);
    expect(eventsOf(bytes.events, "early_stopping")[0]?.data).toMatchObject({
      round: 2,
      metricName: "bytes",
    });
    let clock = 0;
    const monotonicNow = () => {
      clock += 1;
      return clock;
    };
    const time = await play([stopWhen({ kind: "maxDuration", ms: 1 })], { monotonicNow });
    expect(eventsOf(time.events, "early_stopping")[0]?.data).toMatchObject({
      round: 1,
      metricName: "elapsed_ms",
    });
  });

  it("stops before the round that would pass a privacy budget", async () => {
    const spentAfter = async (callbacks: TrainerCallback[]) => {
      const { events } = await play(callbacks, {
        strategy: fedAvg({ weighting: "uniform" }),
        hooks: [rejectInvalid(), centralPrivacy({ noiseMultiplier: 20, clipNorm: 0.1, population: 1_000 })],
        privacy: { delta: 1e-4 },
      });
      return eventsOf(events, "metrics").flatMap(({ data }) => data.metrics["privacy/epsilon"] ?? []);
    };
    const whole = await spentAfter([]);
    const limit = ((whole[1] as number) + (whole[2] as number)) / 2;
    expect(await spentAfter([stopWhen({ kind: "maxEpsilon", epsilon: limit })])).toEqual(whole.slice(0, 2));
  });
});
