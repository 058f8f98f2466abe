import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { noiseMultiplierFor, roundsWithin, spent } from "./accountant.js";
import { gaussianEpsilon } from "./gaussian-mechanism.js";
import {
  createLedger,
  type LedgerGap,
  type LedgerRound,
  type PrivacyLedger,
  recordGap,
  recordRound,
} from "./ledger.js";

const after = (rounds: number, round: LedgerRound, population?: number): PrivacyLedger => {
  const sampling = "samplingRate" in round ? "poisson" : "fixed-size";
  const { kept, ...rest } = round;
  const start = createLedger({ sampling, ...(population === undefined ? {} : { population }) });
  return { ...start, entries: [{ ...rest, rounds, kept: kept === false ? 0 : rounds }] };
};

const epsilonOf = (...args: Parameters<typeof spent>) => spent(...args).epsilon as number;

const coin = { samplingRate: 0.01, noiseMultiplier: 1.1 };
const sample = { sampleSize: 10, population: 1000, noiseMultiplier: 1.1 };

describe("spent", () => {
  it("is the published epsilon, by either method, and says which", () => {
    const ledger = after(10_000, coin);
    const byRdp = spent(ledger, { delta: 1e-5 });
    expect(byRdp).toMatchObject({ method: "rdp", order: 5, delta: 1e-5 });
    expect(byRdp.epsilon).toBeCloseTo(5.6543, 4);
    const byPld = spent(ledger, { delta: 1e-5, method: "pld" });
    expect(byPld).toMatchObject({ method: "pld", delta: 1e-5 });
    expect(byPld.epsilon).toBeCloseTo(5.1926, 3);
  });

  it("is 0 before the first round", () => {
    expect(spent(createLedger({ sampling: "poisson" }), { delta: 1e-5 })).toEqual({
      epsilon: 0,
      delta: 1e-5,
      method: "rdp",
    });
    expect(epsilonOf(createLedger({ sampling: "fixed-size" }), { delta: 1e-5, method: "pld" })).toBe(0);
  });

  it("accounts samples of fixed size by their own bound, whatever is asked", () => {
    const ledger = after(1000, sample);
    expect(epsilonOf(ledger, { delta: 1e-5 })).toBeCloseTo(15.57, 2);
    expect(spent(ledger, { delta: 1e-5, method: "pld" })).toEqual(spent(ledger, { delta: 1e-5 }));
    expect(spent(ledger, { delta: 1e-5, method: "pld" })).toMatchObject({ method: "rdp" });
  });

  it("is exact for everybody in every round, with twice the sensitivity for a replaced client", () => {
    const everybody = after(10, { sampleSize: 7, population: 7, noiseMultiplier: 10 });
    const exact = gaussianEpsilon({ sigma: 10 / Math.sqrt(10), sensitivity: 2, delta: 1e-5 });
    const got = spent(everybody, { delta: 1e-5, method: "pld" });
    expect(got).toMatchObject({ method: "pld" });
    expect(got.epsilon).toBeCloseTo(exact, 10);
    expect(exact).toBeCloseTo(2.5944, 4);
  });

  it("counts rounds that failed after their noise was released", () => {
    let ledger = createLedger({ sampling: "poisson" });
    for (const kept of [true, false, false, true]) ledger = recordRound(ledger, { ...coin, kept });
    expect(spent(ledger, { delta: 1e-5 })).toEqual(spent(after(4, coin), { delta: 1e-5 }));
  });

  it("composes rounds of different noise and rate", () => {
    let ledger = after(100, coin);
    ledger = recordRound(ledger, { samplingRate: 0.2, noiseMultiplier: 3 });
    const mixed = epsilonOf(ledger, { delta: 1e-5, method: "pld" });
    expect(mixed).toBeGreaterThan(epsilonOf(after(100, coin), { delta: 1e-5, method: "pld" }));
    expect(mixed).toBeLessThanOrEqual(epsilonOf(ledger, { delta: 1e-5 }));
  });

  it("is unknown, with every reason, once an assumption was not kept", () => {
    const gaps: readonly LedgerGap[] = [
      "clipping_off",
      "noise_off",
      "seeded_noise",
      "ledger_lost",
      "unequal_weights",
      "selection_not_as_declared",
    ];
    const ledger = gaps.reduce(recordGap, after(10, coin));
    const answer = spent(ledger, { delta: 1e-5 });
    expect(answer.epsilon).toBe("unknown");
    expect((answer as { readonly reasons: readonly string[] }).reasons).toHaveLength(gaps.length);
    expect(roundsWithin(ledger, { ...coin, delta: 1e-5, targetEpsilon: 5 })).toMatchObject({
      rounds: "unknown",
    });
  });

  it("is unknown at a delta that would let one client's data through", () => {
    const reasons = ["delta: expected less than 1 / population = 0.001, got 0.001"];
    expect(spent(after(10, coin, 1000), { delta: 1e-3 })).toEqual({ epsilon: "unknown", reasons });
    expect(spent(after(10, sample), { delta: 1e-3 })).toEqual({ epsilon: "unknown", reasons });
    expect(spent(after(10, coin, 1000), { delta: 9e-4 }).epsilon).toBeGreaterThan(0);
  });

  it("refuses a delta or a method that is none", () => {
    expect(() => spent(after(1, coin), { delta: 0 })).toThrow("delta: expected a number in (0, 1), got 0");
    expect(() => spent(after(1, coin), { delta: 1e-5, method: "magic" as "rdp" })).toThrow(
      'method: expected "rdp" or "pld", got magic',
    );
  });
});

describe("roundsWithin", () => {
  it("is the last round that fits, by Renyi divergence", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 300 }),
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        fc.boolean(),
        (done, targetEpsilon, byCoin) => {
          const round = byCoin ? coin : { ...sample, noiseMultiplier: 4 };
          const ledger = after(done, round);
          const { rounds } = roundsWithin(ledger, { ...round, delta: 1e-5, targetEpsilon }) as {
            rounds: number;
          };
          if (rounds > 0) {
            expect(epsilonOf(after(done + rounds, round), { delta: 1e-5 })).toBeLessThanOrEqual(
              targetEpsilon,
            );
          }
          expect(epsilonOf(after(done + rounds + 1, round), { delta: 1e-5 })).toBeGreaterThan(targetEpsilon);
        },
      ),
      { seed: 5, numRuns: 40 },
    );
  });

  it("fits more of them by the tight method, and never too many", () => {
    const plan = { ...coin, delta: 1e-5, targetEpsilon: 2 };
    const { rounds: byRdp } = roundsWithin(after(100, coin), plan) as { rounds: number };
    const { rounds } = roundsWithin(after(100, coin), { ...plan, method: "pld" }) as { rounds: number };
    expect(rounds).toBeGreaterThan(byRdp * 1.1);
    const at = (count: number) => epsilonOf(after(100 + count, coin), { delta: 1e-5, method: "pld" });
    expect(at(rounds)).toBeLessThanOrEqual(2);
    expect(at(Math.ceil(rounds * 1.002))).toBeGreaterThan(2);
  });

  it("knows rounds that cost nothing, none left, and a delta too large", () => {
    const plan = { ...coin, delta: 1e-5, targetEpsilon: 1 };
    expect(roundsWithin(after(1, coin), { ...plan, samplingRate: 0 })).toEqual({
      rounds: Number.POSITIVE_INFINITY,
    });
    expect(roundsWithin(after(10_000, coin), plan)).toEqual({ rounds: 0 });
    expect(
      roundsWithin(createLedger({ sampling: "fixed-size" }), { ...sample, delta: 0.01, targetEpsilon: 1 }),
    ).toEqual({
      rounds: "unknown",
      reasons: ["delta: expected less than 1 / population = 0.001, got 0.01"],
    });
    expect(() => roundsWithin(after(1, coin), { ...plan, noiseMultiplier: 0 })).toThrow(
      "noiseMultiplier: expected a finite number > 0, got 0",
    );
  });
});

describe("noiseMultiplierFor", () => {
  it.each([
    ["rdp", 1e-8],
    ["pld", 2e-4],
  ] as const)("keeps the target by %s and wastes little", (method, waste) => {
    const plan = { samplingRate: 0.02, rounds: 800, delta: 1e-6, targetEpsilon: 3, method };
    const noiseMultiplier = noiseMultiplierFor(plan);
    const at = (z: number) =>
      epsilonOf(after(800, { samplingRate: 0.02, noiseMultiplier: z }), { delta: 1e-6, method });
    expect(at(noiseMultiplier)).toBeLessThanOrEqual(3);
    expect(at(noiseMultiplier * (1 - waste))).toBeGreaterThan(3);
  });

  it("needs less by the tight method, and far more for samples of fixed size", () => {
    const plan = { rounds: 100, delta: 1e-6, targetEpsilon: 3 };
    const byRdp = noiseMultiplierFor({ ...plan, samplingRate: 0.02 });
    expect(noiseMultiplierFor({ ...plan, samplingRate: 0.02, method: "pld" })).toBeLessThan(byRdp);
    const fixed = noiseMultiplierFor({ ...plan, sampleSize: 20, population: 1000 });
    expect(fixed).toBeGreaterThan(1.5 * byRdp);
  });

  it("refuses what no noise can show", () => {
    const plan = { samplingRate: 0.02, rounds: 100, delta: 1e-6 };
    expect(() => noiseMultiplierFor({ ...plan, targetEpsilon: 1e-4 })).toThrow(
      "targetEpsilon: expected one that rdp can show at delta 0.000001, got 0.0001",
    );
    expect(noiseMultiplierFor({ ...plan, targetEpsilon: 1e-4, method: "pld" })).toBeGreaterThan(100);
    expect(() => noiseMultiplierFor({ ...plan, targetEpsilon: 1, rounds: 0 })).toThrow(
      "rounds: expected an integer >= 1, got 0",
    );
    expect(() =>
      noiseMultiplierFor({ sampleSize: 2, population: 50, rounds: 1, delta: 0.02, targetEpsilon: 1 }),
    ).toThrow("delta: expected less than 1 / population = 0.02, got 0.02");
  });
});
