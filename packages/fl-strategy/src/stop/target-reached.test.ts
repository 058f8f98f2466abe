import { describe, expect, it } from "vitest";
import type { RoundProgress } from "./stop-rule.js";
import { targetReached } from "./target-reached.js";

const after = (metrics: Record<string, number>): RoundProgress => ({
  round: 3,
  metrics,
  elapsedMs: 0,
  bytes: 0,
});
const decide = (mode: "min" | "max", value: number) =>
  targetReached({ metric: "score", value: 0.9, mode }).decide(after({ score: value }), null).decision;

describe("targetReached", () => {
  it("stops at the target or beyond it, on the better side", () => {
    expect([0.89, 0.9, 0.91].map((value) => decide("max", value))).toEqual(["continue", "stop", "stop"]);
    expect([0.89, 0.9, 0.91].map((value) => decide("min", value))).toEqual(["stop", "stop", "continue"]);
  });

  it("takes NaN for no target, in either mode", () => {
    expect([decide("max", Number.NaN), decide("min", Number.NaN)]).toEqual(["continue", "continue"]);
  });

  it("says why", () => {
    const rule = targetReached({ metric: "auroc", value: 0.9, mode: "max" });
    expect(rule.decide(after({ auroc: 0.95 }), rule.init())).toEqual({
      decision: "stop",
      reason: "auroc is 0.95 in round 3, target 0.9 (max) reached",
      state: null,
    });
  });

  it("names the metrics there are when its own is missing", () => {
    const rule = targetReached({ metric: "auroc", value: 0.9, mode: "max" });
    expect(() => rule.decide(after({ loss: 1, accuracy: 0.5 }), null)).toThrow(
      'metric: expected one that round 3 reported (loss, accuracy), got "auroc"',
    );
    expect(() => rule.decide(after({}), null)).toThrow("(there are none)");
    const inherited = targetReached({ metric: "constructor", value: 0, mode: "max" });
    expect(() => inherited.decide(after({ loss: 1 }), null)).toThrow('got "constructor"');
  });
});
