import { randomStream } from "@fedloom/fl-strategy";
import { describe, expect, it } from "vitest";
import { countLabels } from "./dataset.js";
import { type SplitOptions, splitIndices } from "./split-indices.js";

const labels = Uint8Array.from({ length: 1000 }, (_, i) => (i < 900 ? 0 : i < 990 ? 1 : 2));
const split = (options: Partial<SplitOptions> = {}, seed = 1) =>
  splitIndices({ labels, valShare: 0.1, testShare: 0.2, random: randomStream(seed, "split"), ...options });

describe("splitIndices", () => {
  it("puts every sample into one part, each class in its share, in rising order", () => {
    const { train, val, test } = split();
    expect([train, val, test].map((indices) => countLabels(labels, 3, indices))).toEqual([
      [630, 63, 7],
      [90, 9, 1],
      [180, 18, 2],
    ]);
    expect([...train, ...val, ...test].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 1000 }, (_, i) => i),
    );
    for (const indices of [train, val, test])
      expect(indices.every((index, i) => i === 0 || index > (indices[i - 1] as number))).toBe(true);
  });

  it("draws the same parts for the same seed, and others for another", () => {
    expect(split()).toEqual(split());
    expect([...split({}, 2).test]).not.toEqual([...split().test]);
  });

  it("does not lose classes that are too small for their shares over and over", () => {
    const many = Uint8Array.from({ length: 300 }, (_, i) => i % 100);
    const { train, val, test } = split({ labels: many });
    expect([train.length, val.length, test.length]).toEqual([210, 30, 60]);
  });

  it("keeps groups together", () => {
    const groups = Array.from(labels, (_, i) => `patient ${Math.floor(i / 7)}`);
    const parts = Object.values(split({ groups }));
    const sets = parts.map((indices) => new Set([...indices].map((i) => groups[i])));
    expect(sets.reduce((sum, set) => sum + set.size, 0)).toBe(new Set(groups).size);
    expect(parts.map(({ length }) => Math.round(length / 100))).toEqual([7, 1, 2]);
  });

  it("refuses shares and sizes that leave a part empty", () => {
    expect(() => split({ valShare: 0.6, testShare: 0.4 })).toThrow("expected a sum below 1, got 0.6 + 0.4");
    for (const share of [-0.1, 1, Number.NaN]) {
      expect(() => split({ testShare: share })).toThrow(
        `testShare: expected a number in [0, 1), got ${share}`,
      );
    }
    expect(() => split({ labels: Uint8Array.of(0, 1) })).toThrow("got 2: none is left for val");
    expect(() => split({ groups: Array.from(labels, () => "one") })).toThrow(
      "got 1000 in groups: none is left for",
    );
    expect(split({ valShare: 0, testShare: 0 }).train).toHaveLength(1000);
  });
});
