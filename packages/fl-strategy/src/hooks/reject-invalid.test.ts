import { describe, expect, it } from "vitest";
import { openSmallRound, smallLayout, smallUpdate } from "../testing/small-round.js";
import type { Update } from "../update.js";
import { createLayout } from "../weights/layout.js";
import { rejectInvalid } from "./reject-invalid.js";

const withValue = (index: number, value: number): Partial<Update> => {
  const values = new Float32Array(4).fill(2);
  values[index] = value;
  return { values };
};
const other = (tensors: Parameters<typeof createLayout>[0]): Partial<Update> => ({
  layout: createLayout(tensors),
});

const bad: [string, Partial<Update>, string, string][] = [
  ["NaN", withValue(2, Number.NaN), "not_finite", 'tensor "bias", index 0: expected a finite value, got NaN'],
  [
    "Infinity",
    withValue(1, Infinity),
    "not_finite",
    'tensor "kernel", index 1: expected a finite value, got Infinity',
  ],
  ["-Infinity", withValue(0, -Infinity), "not_finite", 'tensor "kernel", index 0: expected a finite value'],
  ["1e30", withValue(0, 1e30), "too_large", "expected at most 1000000000 in magnitude"],
  [
    "2^53 steps",
    { numSteps: 2 ** 53 },
    "invalid_step_count",
    "num_steps: expected an integer in [0, 10000000]",
  ],
  [
    "NaN steps",
    { numSteps: Number.NaN },
    "invalid_step_count",
    "num_steps: expected an integer in [0, 10000000], got NaN",
  ],
  ["missing tensor", other([{ name: "kernel", shape: [4] }]), "wrong_layout", "tensors: expected 3, got 1"],
  [
    "other order",
    other([
      { name: "bias", shape: [1] },
      { name: "kernel", shape: [2] },
      { name: "head", shape: [1] },
    ]),
    "wrong_layout",
    'tensor 0: expected "kernel" [2], got "bias" [1]',
  ],
  [
    "broadcastable shape",
    other([
      { name: "kernel", shape: [1] },
      { name: "bias", shape: [1] },
      { name: "head", shape: [1] },
    ]),
    "wrong_layout",
    'tensor 0: expected "kernel" [2], got "kernel" [1]',
  ],
  [
    "too short",
    { values: new Float32Array(3) },
    "wrong_layout",
    "values: expected 4 float32, got 3 elements of Float32Array",
  ],
  [
    "other dtype",
    { values: new Float64Array(4) as unknown as Float32Array },
    "wrong_layout",
    "values: expected 4 float32, got 4 elements of Float64Array",
  ],
  ...[0, -1, 1.5, Number.NaN, 1e308, 2 ** 53, "10" as unknown as number].map(
    (numSamples): [string, Partial<Update>, string, string] => [
      `${numSamples} samples`,
      { numSamples },
      "invalid_sample_count",
      `num_samples: expected an integer in [1, 10000000], got ${numSamples}`,
    ],
  ),
];

describe("rejectInvalid", () => {
  it.each(bad)("refuses %s; the others' mean is exact", (_what, changes, code, message) => {
    const round = openSmallRound();
    expect(round.receive(smallUpdate("a", 2)).status).toBe("accepted");
    const verdict = round.receive(smallUpdate("b", 2, changes));
    expect(verdict).toMatchObject({ status: "refused", by: "reject-invalid", clientId: "b", code });
    expect((verdict as { message: string }).message).toContain(message);
    expect(round.receive(smallUpdate("c", 4)).status).toBe("accepted");
    const result = round.close();
    expect([result.outcome, ...result.weights]).toEqual(["aggregated", 3, 3, 3, 1]);
    expect(result.refused).toMatchObject([{ clientId: "b", code }]);
    expect(result.hooks).toMatchObject([
      { verdict: "refused", counters: { calls: 3, refused: 1, [code]: 1 } },
    ]);
  });

  it("takes one update per client and round", () => {
    const round = openSmallRound();
    round.receive(smallUpdate("a", 2));
    expect(round.receive(smallUpdate("a", 100))).toMatchObject({ code: "duplicate_update" });
    expect([...round.close().weights]).toEqual([2, 2, 2, 1]);
  });

  it("refuses strangers and other rounds without costing the client its place", () => {
    const round = openSmallRound();
    expect(round.receive(smallUpdate("mallory", 100))).toMatchObject({ code: "not_picked" });
    expect(round.receive(smallUpdate("a", 100, { round: 1 }))).toMatchObject({
      code: "wrong_round",
      message: "round: expected 2, got 1",
    });
    expect(round.receive(smallUpdate("a", 2)).status).toBe("accepted");
    expect([...round.close().weights]).toEqual([2, 2, 2, 1]);
  });

  it("accepts an equal layout that is another object, and does not look at private tensors", () => {
    const round = openSmallRound();
    const layout = JSON.parse(JSON.stringify(smallLayout));
    expect(round.receive(smallUpdate("a", 2, { ...withValue(3, Number.NaN), layout })).status).toBe(
      "accepted",
    );
    expect([...round.close().weights]).toEqual([2, 2, 2, 1]);
  });

  it("refuses bad options", () => {
    expect(() => rejectInvalid({ maxSamples: 0 })).toThrow("maxSamples: expected an integer >= 1, got 0");
    expect(() => rejectInvalid({ maxMagnitude: -1 })).toThrow("maxMagnitude: expected a number > 0, got -1");
  });
});
