import { describe, expect, it } from "vitest";
import { maxRounds } from "./budgets.js";
import { decideAll, initAll } from "./decide-all.js";
import { type PatienceState, patience } from "./patience.js";
import { targetReached } from "./target-reached.js";

const rules = [
  patience({ metric: "auroc", mode: "max", rounds: 2, restoreBest: true }),
  targetReached({ metric: "auroc", value: 0.99, mode: "max" }),
  maxRounds({ rounds: 5 }),
];
const report = (round: number, auroc: number) => ({ round, metrics: { auroc }, elapsedMs: 0, bytes: 0 });

describe("decideAll", () => {
  it("continues while every rule does, and its states survive JSON", () => {
    let states: readonly unknown[] = initAll(rules);
    for (const [i, auroc] of [0.7, 0.8, 0.75].entries()) {
      const answer = decideAll(rules, JSON.parse(JSON.stringify(states)), report(i + 1, auroc));
      expect(answer.decision).toBe("continue");
      states = answer.states;
    }
    expect(decideAll(rules, states, report(4, 0.79))).toEqual({
      decision: "rollback",
      rule: "patience",
      round: 2,
      reason: "auroc did not improve for 2 rounds; best 0.8 in round 2",
      states: [{ best: 0.8, bestRound: 2, toBeat: 0.8, waited: 2 }, null, null],
    });
  });

  it("gives the first answer, and advances the rules after it too", () => {
    const reversed = [...rules].reverse();
    const answer = decideAll(reversed, initAll(reversed), report(5, 0.995));
    expect(answer).toMatchObject({ decision: "stop", rule: "maxRounds", reason: "round 5 of 5 is done" });
    expect((answer.states[2] as PatienceState).bestRound).toBe(5);
  });

  it("goes on for ever without rules, and refuses states of other ones", () => {
    expect(decideAll([], [], report(1, 0.5))).toEqual({ decision: "continue", states: [] });
    expect(() => decideAll(rules, [null], report(1, 0.5))).toThrow("states: expected 3 of them, got 1");
  });
});
