import { describe, expect, it } from "vitest";
import { maxBytes, maxDuration, maxRounds } from "./budgets.js";
import { maxEpsilon } from "./max-epsilon.js";
import type { RoundProgress, StopRule } from "./stop-rule.js";

const report = (changes: Partial<RoundProgress>): RoundProgress => ({
  round: 1,
  metrics: {},
  elapsedMs: 10,
  bytes: 10,
  ...changes,
});
const decide = (rule: StopRule<null>, changes: Partial<RoundProgress>) => {
  const { state, ...answer } = rule.decide(report(changes), rule.init());
  expect(state).toBeNull();
  return answer;
};
const go = { decision: "continue" };
const stop = (reason: string) => ({ decision: "stop", reason });

describe("budgets", () => {
  it("end a run when they are used up", () => {
    expect(decide(maxRounds({ rounds: 5 }), { round: 4 })).toEqual(go);
    expect(decide(maxRounds({ rounds: 5 }), { round: 5 })).toEqual(stop("round 5 of 5 is done"));
    expect(decide(maxDuration({ ms: 500 }), { elapsedMs: 499.9 })).toEqual(go);
    expect(decide(maxDuration({ ms: 500 }), { elapsedMs: 500 })).toEqual(stop("500 ms of 500 ms are used"));
    expect(decide(maxBytes({ bytes: 1e9 }), { bytes: 1e9 - 1 })).toEqual(go);
    expect(decide(maxBytes({ bytes: 1e9 }), { bytes: 2e9 })).toEqual(
      stop("2000000000 bytes of 1000000000 are used"),
    );
  });

  it("end a run that can no longer be measured", () => {
    expect(decide(maxDuration({ ms: 500 }), { elapsedMs: Number.NaN })).toMatchObject({ decision: "stop" });
    expect(decide(maxBytes({ bytes: 500 }), { bytes: Number.NaN })).toMatchObject({ decision: "stop" });
  });
});

describe("maxEpsilon", () => {
  const rule = maxEpsilon({ epsilon: 2 });

  it("stops at the limit, or before the round that would pass it", () => {
    expect(decide(rule, { epsilon: 1.9 })).toEqual(go);
    expect(decide(rule, { epsilon: 2 })).toEqual(stop("epsilon 2 has reached the limit 2"));
    expect(decide(rule, { epsilon: Infinity })).toEqual(stop("epsilon Infinity has reached the limit 2"));
    expect(decide(rule, { epsilon: 1.8, nextEpsilon: 2 })).toEqual(go);
    expect(decide(rule, { epsilon: 1.9, nextEpsilon: 2.1 })).toEqual(
      stop("epsilon 1.9 would be 2.1 after another round, limit 2"),
    );
  });

  it("stops when nobody knows what was spent", () => {
    const unknown = stop("epsilon is unknown, so that the limit 2 cannot be kept");
    expect(decide(rule, { epsilon: "unknown" })).toEqual(unknown);
    expect(decide(rule, { epsilon: Number.NaN })).toEqual(unknown);
    expect(decide(rule, {})).toEqual(unknown);
    expect(decide(rule, { epsilon: 1, nextEpsilon: "unknown" })).toEqual(
      stop("epsilon after another round is unknown, so that the limit 2 cannot be kept"),
    );
  });
});
