import { describe, expect, it } from "vitest";
import type { AggregateHook } from "../hooks.js";
import { fedAvg } from "../strategies/fed-avg.js";
import type { Strategy } from "../strategy.js";
import { openSmallRound, smallLayout, smallUpdate } from "../testing/small-round.js";
import type { Update } from "../update.js";
import { matchesPattern } from "../weights/matches-pattern.js";
import { addNoise } from "./add-noise.js";
import { filterTensors } from "./filter-tensors.js";
import { rejectInvalid } from "./reject-invalid.js";

type Options = Parameters<typeof filterTensors>[0];

function play(options: Options, updates: readonly Update[], others: readonly AggregateHook[] = []) {
  const round = openSmallRound({ hooks: [rejectInvalid(), filterTensors(options), ...others] });
  for (const update of updates) round.receive(update);
  return round.close();
}

/** Shows the updates that reach the strategy. */
function watched(): { strategy: Strategy; seen: Update[] } {
  const seen: Update[] = [];
  const inner = fedAvg();
  const strategy: Strategy<null> = {
    ...inner,
    fold(sums, item, context) {
      seen.push(item.update);
      return inner.fold(sums, item, context);
    },
  };
  return { strategy, seen };
}

describe("filterTensors", () => {
  it.each<[Options, number[]]>([
    [{ include: ["kernel"] }, [3, 3, 1, 1]],
    [{ exclude: ["bias"] }, [3, 3, 1, 1]],
    [{ exclude: ["ker*"] }, [1, 1, 3, 1]],
    [{ include: ["*"], exclude: ["*as"] }, [3, 3, 1, 1]],
    [{ include: ["bias", "head"] }, [1, 1, 3, 1]],
    [{ exclude: ["head"] }, [3, 3, 3, 1]],
  ])("aggregates what %j leaves", (options, weights) => {
    const asDelta = smallUpdate("b", 3, { form: "delta" });
    const result = play(options, [smallUpdate("a", 2), asDelta]);
    expect([...result.weights]).toEqual(weights);
  });

  it("makes the difference 0 exactly, keeps the form, private tensors and what was handed over", () => {
    const { strategy, seen } = watched();
    const round = openSmallRound({ strategy, hooks: [filterTensors({ exclude: ["bias"] })] });
    const updates = [smallUpdate("a", 0.1), smallUpdate("b", 0.1, { form: "delta" })];
    for (const update of updates) round.receive(update);
    expect(seen.map(({ form, values }) => [form, ...values])).toEqual([
      ["weights", ...Float32Array.of(0.1, 0.1, 1, 0.1)],
      ["delta", ...Float32Array.of(0.1, 0.1, 0, 0.1)],
    ]);
    expect(updates.map(({ values }) => values[2])).toEqual([Math.fround(0.1), Math.fround(0.1)]);
  });

  it("leaves the tensors out of vectors too, but not those of another length", () => {
    const { strategy, seen } = watched();
    const round = openSmallRound({ strategy, hooks: [filterTensors({ exclude: ["bias"] })] });
    const vectors = { control: Float32Array.of(1, 2, 3, 4), other: Float32Array.of(1, 2, 3) };
    round.receive(smallUpdate("a", 2, { vectors }));
    expect(seen[0]?.vectors).toEqual({ control: Float32Array.of(1, 2, 0, 4), other: vectors.other });
    expect([...vectors.control]).toEqual([1, 2, 3, 4]);
  });

  it("takes noise off the tensors that are left out, and so wants to come before it", () => {
    const noise = addNoise({ sigma: 1 });
    const { weights } = play({ exclude: ["bias"] }, [smallUpdate("a", 2)], [noise]);
    expect([weights[0] === 2, weights[1] === 2, weights[2], weights[3]]).toEqual([false, false, 1, 1]);
    expect(() => openSmallRound({ hooks: [noise, filterTensors({ exclude: ["bias"] })] })).toThrow(
      "hook filter-tensors: expected add-noise to come after it, because noise would move the tensors left out",
    );
  });

  it.each<[Options, string]>([
    [
      { exclude: ["kernel", "conv*"] },
      'exclude[1]: expected a pattern that matches one of "kernel", "bias", "head", got "conv*"',
    ],
    [
      { include: ["Bias"] },
      'include[0]: expected a pattern that matches one of "kernel", "bias", "head", got "Bias"',
    ],
    [
      { exclude: ["*"] },
      'filter-tensors: expected at least one tensor to aggregate, got none of "kernel", "bias", "head"',
    ],
    [{ include: ["head"] }, "filter-tensors: expected at least one tensor to aggregate"],
  ])("refuses %j at the start of a run", (options, message) => {
    expect(() => filterTensors(options).init?.(smallLayout)).toThrow(message);
    expect(() => play(options, [])).toThrow(message);
  });

  it.each<[unknown, string]>([
    [{}, "filter-tensors: expected include or exclude, got neither"],
    [{ include: [] }, "include: expected at least one pattern, got an empty list"],
    [{ exclude: "bias" }, 'exclude: expected a list of patterns, got "bias"'],
    [{ exclude: ["bias", 3] }, "exclude[1]: expected a non-empty pattern, got 3"],
    [{ exclude: [""] }, 'exclude[0]: expected a non-empty pattern, got ""'],
    [{ only: ["bias"] }, 'filter-tensors: expected options among include, exclude, got "only"'],
  ])("refuses %j", (options, message) => {
    expect(() => filterTensors(options as Options)).toThrow(message);
  });
});

describe("matchesPattern", () => {
  it.each([
    ["bias", "bias", true],
    ["bias", "bias2", false],
    ["*", "", true],
    ["*", "dense/kernel", true],
    ["dense/*", "dense/kernel", true],
    ["dense/*", "dense", false],
    ["*/bias", "a/b/bias", true],
    ["*/bias", "a/bias/c", false],
    ["a*b*c", "a1b2c", true],
    ["a*b*c", "abcb", false],
    ["a*b*c", "acb", false],
    ["ab*ba", "aba", false],
    ["ab*ba", "abba", true],
    ["**", "x", true],
    ["a.c", "abc", false],
    ["[a]*", "[a]b", true],
  ])("%s on %s: %s", (pattern, text, expected) => {
    expect(matchesPattern(pattern, text)).toBe(expected);
  });

  it("takes no time to speak of for patterns that make a regular expression slow", () => {
    expect(matchesPattern(`${"a*".repeat(200)}b`, "a".repeat(10_000))).toBe(false);
  });
});
