import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PatienceOptions, type PatienceState, patience } from "./patience.js";
import type { StopDecision } from "./stop-rule.js";

const none = Number.NaN;

/** Reports the values round after round until the rule no longer continues; the state goes through JSON each time. */
function run(options: Partial<PatienceOptions>, values: readonly number[]) {
  const rule = patience({ metric: "loss", mode: "min", rounds: 2, ...options });
  let state = rule.init();
  let last: StopDecision<PatienceState> = { decision: "continue", state };
  let round = 0;
  for (const loss of values) {
    round += 1;
    last = rule.decide({ round, metrics: { loss }, elapsedMs: 0, bytes: 0 }, state);
    state = JSON.parse(JSON.stringify(last.state));
    if (last.decision !== "continue") break;
  }
  return { numReports: round, ...last };
}

describe("patience", () => {
  it("stops after so many reports in a row without an improvement", () => {
    expect(run({}, [3, 2, 2.5, 1, 1.5, 1.2, 0.5])).toMatchObject({
      numReports: 6,
      decision: "stop",
      reason: "loss did not improve for 2 rounds; best 1 in round 4",
      state: { best: 1, bestRound: 4, waited: 2 },
    });
    expect(run({}, [3, 2, 1])).toMatchObject({ decision: "continue", state: { waited: 0 } });
  });

  it("takes larger values for better in the other mode, and an equal one for no improvement", () => {
    expect(run({ mode: "max", rounds: 1 }, [0.5, 0.7, 0.7])).toMatchObject({
      numReports: 3,
      decision: "stop",
    });
    expect(run({ mode: "max", rounds: 1 }, [0.5, 0.7, 0.8])).toMatchObject({ decision: "continue" });
  });

  it("answers with the best round when it is to be restored", () => {
    expect(run({ restoreBest: true }, [3, 1, 2, 5])).toMatchObject({
      decision: "rollback",
      round: 2,
      reason: "loss did not improve for 2 rounds; best 1 in round 2",
    });
  });

  it("asks for more than minDelta, measured from the last improvement, but remembers what was best", () => {
    const options = { minDelta: 0.5, restoreBest: true };
    // The round that ends the run is the best one: there is nothing to go back to.
    expect(run(options, [3, 2.8, 2.7])).toMatchObject({
      decision: "stop",
      state: { best: 2.7, bestRound: 3, toBeat: 3 },
    });
    // Small steps in the same direction add up.
    expect(run(options, [3, 2.8, 2.4, 2.3, 1.8])).toMatchObject({
      decision: "continue",
      state: { toBeat: 1.8 },
    });
  });

  it("never takes NaN or an infinite value for better, at the start neither", () => {
    expect(run({}, [3, none, none])).toMatchObject({
      numReports: 3,
      decision: "stop",
      state: { bestRound: 1 },
    });
    expect(run({}, [none, 5, -Infinity, 4])).toMatchObject({
      decision: "continue",
      state: { best: 4, bestRound: 4 },
    });
    expect(run({ mode: "max", restoreBest: true }, [none, Infinity])).toMatchObject({
      decision: "stop",
      reason: "loss had no finite value in 2 rounds",
    });
  });

  it("remembers the first of the best rounds, and stops no earlier than its patience allows", () => {
    const losses = fc.array(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant(none)), { minLength: 1 });
    fc.assert(
      fc.property(losses, fc.integer({ min: 1, max: 5 }), (values, rounds) => {
        const end = run({ rounds, restoreBest: true }, values);
        const seen = values.slice(0, end.numReports);
        const finite = seen.filter(Number.isFinite);
        if (end.decision === "stop") expect(finite).toEqual([]);
        else if (finite.length > 0) expect(end.state.bestRound).toBe(seen.indexOf(Math.min(...finite)) + 1);
        if (end.decision === "rollback") expect(end.state.waited).toBe(rounds);
      }),
    );
  });

  it("changes nothing in the state that is passed in", () => {
    const rule = patience({ metric: "loss", mode: "min", rounds: 2 });
    const state = Object.freeze(rule.init());
    rule.decide({ round: 1, metrics: { loss: 1 }, elapsedMs: 0, bytes: 0 }, state);
    expect(state).toEqual(rule.init());
  });
});
