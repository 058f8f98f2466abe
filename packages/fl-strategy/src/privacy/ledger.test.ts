import { describe, expect, it } from "vitest";
import {
  createLedger,
  describeGap,
  type PrivacyLedger,
  readLedger,
  recordGap,
  recordRound,
} from "./ledger.js";

const poisson = { samplingRate: 0.01, noiseMultiplier: 1.1 };
const fixed = { sampleSize: 10, population: 1000, noiseMultiplier: 1.1 };

const times = (ledger: PrivacyLedger, count: number, round: Parameters<typeof recordRound>[1]) =>
  Array.from({ length: count }).reduce<PrivacyLedger>((before) => recordRound(before, round), ledger);

describe("the ledger", () => {
  it("stays small: equal rounds share an entry, kept or not", () => {
    let ledger = times(createLedger({ sampling: "poisson" }), 500, poisson);
    ledger = times(ledger, 3, { ...poisson, kept: false });
    ledger = times(ledger, 2, { ...poisson, noiseMultiplier: 2 });
    ledger = times(ledger, 1, poisson);
    expect(ledger.entries).toEqual([
      { ...poisson, rounds: 504, kept: 501 },
      { samplingRate: 0.01, noiseMultiplier: 2, rounds: 2, kept: 2 },
    ]);
  });

  it("is a value: recording leaves the old one as it was", () => {
    const empty = createLedger({ sampling: "fixed-size", population: 1000 });
    const once = recordRound(empty, fixed);
    recordRound(once, fixed);
    recordGap(once, "noise_off");
    expect(empty).toEqual({
      version: 1,
      unit: "client",
      sampling: "fixed-size",
      population: 1000,
      entries: [],
      gaps: [],
    });
    expect(once.entries).toEqual([{ ...fixed, rounds: 1, kept: 1 }]);
    expect(once.gaps).toEqual([]);
  });

  it("keeps each gap once and can say what it means", () => {
    let ledger = createLedger({ sampling: "poisson" });
    for (const gap of ["clipping_off", "seeded_noise", "clipping_off"] as const) {
      ledger = recordGap(ledger, gap);
    }
    expect(ledger.gaps).toEqual(["clipping_off", "seeded_noise"]);
    expect(describeGap("ledger_lost")).toContain("resumed without its ledger");
  });

  it("survives JSON", () => {
    const full = recordGap(
      times(createLedger({ sampling: "poisson", population: 60_000 }), 9, poisson),
      "noise_off",
    );
    for (const ledger of [full, recordRound(createLedger({ sampling: "fixed-size" }), fixed)]) {
      expect(readLedger(JSON.parse(JSON.stringify(ledger)))).toEqual({ ledger });
    }
  });

  it.each([
    [null, "version: expected 1, got undefined"],
    ["ledger", "version: expected 1, got undefined"],
    [{ version: 2 }, "version: expected 1, got 2"],
    [{ version: 1, unit: "client", entries: {} }, "entries: expected a list"],
    [{ version: 1, unit: "client", entries: [] }, "gaps: expected a list"],
    [{ version: 1, sampling: "poisson", entries: [], gaps: [] }, 'unit: expected "client", got undefined'],
    [{ version: 1, unit: "record", entries: [], gaps: [] }, 'unit: expected "client", got record'],
    [{ version: 1, unit: "client", sampling: "no", entries: [], gaps: [] }, "sampling: expected"],
    [
      { version: 1, unit: "client", sampling: "poisson", entries: [], gaps: ["no"] },
      "gap: expected one of clipping_off",
    ],
    [
      { version: 1, unit: "client", sampling: "poisson", entries: [], gaps: ["toString"] },
      "gap: expected one of",
    ],
    [
      { version: 1, unit: "client", sampling: "poisson", population: 0, entries: [], gaps: [] },
      "population: expected",
    ],
    [
      { version: 1, unit: "client", sampling: "poisson", entries: [null], gaps: [] },
      "rounds: expected an integer >= 1",
    ],
    [
      {
        version: 1,
        unit: "client",
        sampling: "poisson",
        entries: [{ ...poisson, rounds: 1, kept: 2 }],
        gaps: [],
      },
      "kept: expected no more than rounds 1, got 2",
    ],
    [
      {
        version: 1,
        unit: "client",
        sampling: "poisson",
        entries: [{ ...fixed, rounds: 1, kept: 1 }],
        gaps: [],
      },
      "samplingRate: expected a number in [0, 1], got undefined",
    ],
  ])("says what is wrong with a foreign one: %j", (value, problem) => {
    const read = readLedger(value) as { readonly problem: string };
    expect(read.problem).toContain(problem);
  });

  it("refuses rounds of another sampling and numbers out of range", () => {
    const coins = createLedger({ sampling: "poisson" });
    const samples = createLedger({ sampling: "fixed-size" });
    expect(() => recordRound(coins, fixed)).toThrow(
      "samplingRate: expected a number in [0, 1], got undefined",
    );
    expect(() => recordRound(samples, poisson)).toThrow(
      "population: expected an integer >= 1, got undefined",
    );
    expect(() => recordRound(samples, { ...fixed, sampleSize: 1001 })).toThrow(
      "sampleSize: expected an integer in [1, 1000], got 1001",
    );
    expect(() => recordRound(coins, { ...poisson, noiseMultiplier: 0 })).toThrow(
      "noiseMultiplier: expected a finite number > 0, got 0",
    );
    expect(() => recordGap(coins, "sunshine" as "noise_off")).toThrow("got sunshine");
  });
});
