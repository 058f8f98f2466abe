import { describe, expect, it } from "vitest";
import { betterRound } from "./best-round.js";

const evaluated = (round: number, val: Record<string, number>) => ({ round, val, test: {} });

describe("betterRound", () => {
  it("goes by AUROC on validation data; the earlier of equals stays", () => {
    const first = evaluated(1, { auroc: 0.8, accuracy: 0.9 });
    expect(betterRound(undefined, first)).toBe(first);
    const better = evaluated(2, { auroc: 0.9, accuracy: 0.1 });
    expect(betterRound(first, better)).toBe(better);
    expect(betterRound(better, evaluated(3, { auroc: 0.9 }))).toBe(better);
  });

  it("goes by accuracy where there is no AUROC, and never prefers NaN", () => {
    const first = evaluated(1, { accuracy: Number.NaN });
    const second = evaluated(2, { accuracy: 0.2 });
    expect(betterRound(first, second)).toBe(second);
    expect(betterRound(second, evaluated(3, { accuracy: Number.NaN }))).toBe(second);
  });
});
