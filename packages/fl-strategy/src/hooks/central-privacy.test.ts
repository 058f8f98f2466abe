import { describe, expect, it } from "vitest";
import { createAggregationState } from "../aggregation-state.js";
import { tightEpsilon } from "../privacy/pld.js";
import { fedAvg } from "../strategies/fed-avg.js";
import { krum } from "../strategies/krum.js";
import { scaffold } from "../strategies/scaffold.js";
import type { Strategy } from "../strategy.js";
import { type PlayRoundOptions, playRound } from "../testing/play-round.js";
import { createLayout } from "../weights/layout.js";
import { addNoise } from "./add-noise.js";
import { type CentralPrivacyOptions, centralPrivacy, privacySpent } from "./central-privacy.js";
import { clipUpdate } from "./clip-update.js";
import { rejectInvalid } from "./reject-invalid.js";

const uniform: Strategy<null> = fedAvg({ weighting: "uniform" });
const play = (
  privacy: CentralPrivacyOptions,
  options: Partial<PlayRoundOptions> & { updates: PlayRoundOptions["updates"] },
) => playRound({ strategy: uniform, hooks: [rejectInvalid(), centralPrivacy(privacy)], ...options });
const tenOf = (values: readonly number[]) => Array.from({ length: 10 }, () => ({ values }));

describe("centralPrivacy", () => {
  it("adds noise of deviation z C / m to the mean of clipped updates", () => {
    const size = 20_000;
    const layout = createLayout([{ name: "w", shape: [size] }]);
    const values = new Array<number>(size).fill(0).with(0, 3).with(1, 4);
    const result = play({ noiseMultiplier: 1, clipNorm: 1 }, { updates: tenOf(values), layout });
    expect(result.hooks[1]?.counters).toMatchObject({ clipped: 10, clip_norm: 1, noise_sigma: 0.1 });
    const noise = result.weights.slice(2);
    const deviation = Math.sqrt(noise.reduce((sum, x) => sum + x * x, 0) / noise.length);
    expect(deviation).toBeGreaterThan(0.095);
    expect(deviation).toBeLessThan(0.105);
    // 3, 4 clipped to norm 1 is 0.6, 0.8; six deviations of noise around them.
    expect(Math.abs((result.weights[0] as number) - 0.6)).toBeLessThan(0.6);
    expect(Math.abs((result.weights[1] as number) - 0.8)).toBeLessThan(0.6);
  });

  it("divides by the planned number of clients, not by that of the arrivals", () => {
    const privacy = { noiseMultiplier: 1e-9, clipNorm: 10 };
    const result = play(privacy, { updates: [{ values: [4] }], silent: 3 });
    expect(result.weights[0]).toBeCloseTo(1, 6);
  });

  it("keeps a ledger that agrees with the accountant, in the state", () => {
    const strategy = fedAvg({ weighting: "uniform", selection: { kind: "poisson", rate: 0.999 } });
    const options = { noiseMultiplier: 5, clipNorm: 1, population: 1_000 };
    let result = play(options, { strategy, updates: tenOf([0.1]) });
    for (let round = 2; round <= 10; round += 1) {
      result = play(options, { strategy, updates: tenOf([0.1]), round, state: result.state });
    }
    const want = tightEpsilon([{ samplingRate: 0.999, noiseMultiplier: 5, rounds: 10 }], 1e-5);
    expect(privacySpent(result.state, { delta: 1e-5, method: "pld" })).toMatchObject({ epsilon: want });
    expect(privacySpent(result.state, { delta: 0.01, method: "pld" })).toMatchObject({ epsilon: "unknown" });
    expect(privacySpent(playRound({ strategy, updates: tenOf([1]) }).state, { delta: 1e-5 })).toBeUndefined();
  });

  it("says unknown where noise was seeded or the selection is not what accounting knows", () => {
    const seeded = play({ noiseMultiplier: 1, clipNorm: 1, noise: "seeded" }, { updates: tenOf([1]) });
    const again = play({ noiseMultiplier: 1, clipNorm: 1, noise: "seeded" }, { updates: tenOf([1]) });
    expect(seeded.weights).toEqual(again.weights);
    expect(privacySpent(seeded.state, { delta: 1e-5 })).toMatchObject({
      epsilon: "unknown",
      reasons: [expect.stringContaining("seeded generator")],
    });
    const strategy = fedAvg({ weighting: "uniform", selection: { kind: "loss", fraction: 1 } });
    const chosen = play({ noiseMultiplier: 1, clipNorm: 1 }, { strategy, updates: tenOf([1]) });
    expect(privacySpent(chosen.state, { delta: 1e-5 })).toMatchObject({
      epsilon: "unknown",
      reasons: [expect.stringContaining("not selected the way")],
    });
  });

  it("moves an adaptive norm by the unclipped share, and noises the round with the old one", () => {
    // 3 of 10 at or below 0.1, and next to no noise on the count: C exp(-0.2 (0.3 - 0.5)).
    const updates = Array.from({ length: 10 }, (_, i) => ({ values: [i < 3 ? 0.05 : 1] }));
    const privacy = { noiseMultiplier: 1e-9, clipNorm: { countNoise: 1e-6 } };
    const first = play(privacy, { updates });
    const state = first.state.hooks["central-privacy"] as { clipNorm: number };
    expect(state.clipNorm).toBeCloseTo(0.104081, 5);
    expect(first.hooks[1]?.counters.clip_norm).toBe(0.1);
    const second = play(privacy, { updates, round: 2, state: first.state });
    expect(second.hooks[1]?.counters.clip_norm).toBe(state.clipNorm);
  });

  it("releases noise over nothing when nobody answers, and counts the round", () => {
    const empty = play({ noiseMultiplier: 1, clipNorm: 1 }, { updates: [], silent: 10 });
    expect(empty.outcome).toBe("aggregated");
    expect(empty.weights[0]).not.toBe(0);
    expect(Math.abs(empty.weights[0] as number)).toBeLessThan(1);
    const { ledger } = empty.state.hooks["central-privacy"] as { ledger: { entries: unknown[] } };
    expect(ledger.entries).toMatchObject([{ rounds: 1 }]);
  });

  it("keeps the round when weights differ after all, and owns up to it", () => {
    const updates = [
      { values: [1], numSamples: 1 },
      { values: [1], numSamples: 97 },
    ];
    const strategy: Strategy<null> = { ...uniform, weigh: ({ numSamples }) => numSamples };
    const result = play({ noiseMultiplier: 1, clipNorm: 1 }, { strategy, updates });
    expect(result).toMatchObject({
      outcome: "kept",
      reason: 'central-privacy: expected equal weights, got others: give the strategy weighting "uniform"',
    });
    expect(privacySpent(result.state, { delta: 1e-5 })).toMatchObject({ epsilon: "unknown" });
  });

  it("objects to company that it cannot vouch for", () => {
    const privacy = centralPrivacy({ noiseMultiplier: 1, clipNorm: 1 });
    const layout = createLayout([{ name: "w", shape: [1] }]);
    const check = (strategy: Strategy, hooks: Parameters<typeof createAggregationState>[1]) => () =>
      createAggregationState(strategy, hooks, layout);
    expect(check(krum({ f: 1 }), [rejectInvalid(), privacy])).toThrow(
      "hook central-privacy: expected a strategy whose aggregate is a mean of the updates, got krum",
    );
    expect(check(fedAvg(), [rejectInvalid(), privacy])).toThrow(
      'expected a strategy with weighting "uniform", got fedavg with weighting "samples"',
    );
    expect(check(scaffold(), [rejectInvalid(), privacy])).toThrow("got scaffold");
    expect(check(uniform, [privacy])).toThrow("expected reject-invalid before it, got none");
    expect(check(uniform, [rejectInvalid(), privacy, clipUpdate({ maxNorm: 1 })])).toThrow(
      "expected to be the last hook that changes updates or the aggregate, got clip-update after it",
    );
    expect(check(uniform, [rejectInvalid(), privacy, addNoise({ sigma: 1 })])).toThrow(
      "got add-noise after it",
    );
  });

  it("refuses bad options by name", () => {
    expect(() => centralPrivacy({ noiseMultiplier: 0, clipNorm: 1 })).toThrow(
      "noiseMultiplier: expected a finite number > 0, got 0",
    );
    expect(() => centralPrivacy({ noiseMultiplier: 1, clipNorm: { initial: -1 } })).toThrow(
      "clipNorm.initial",
    );
    expect(() => centralPrivacy({ noiseMultiplier: 1, clipNorm: { target: 1 } as object })).toThrow(
      'got "target"',
    );
  });
});
