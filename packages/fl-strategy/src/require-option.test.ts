import { describe, expect, it } from "vitest";
import { StrategyError } from "./errors.js";
import {
  type NumberRule,
  refuseOption,
  requireKnownOptions,
  requireNumber,
  requireOneOf,
} from "./require-option.js";

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
/** For each rule what it takes and what it refuses. */
const table: readonly [NumberRule, readonly number[], readonly number[]][] = [
  ["a number", [0, -1.5, infinity, -infinity], [nan]],
  ["a finite number", [0, -1e300], [nan, infinity, -infinity]],
  ["a number >= 0", [0, 1, infinity], [-1e-9, nan]],
  ["a number > 0", [5e-324, infinity], [0, -1, nan]],
  ["a finite number >= 0", [0, 1e300], [-1, infinity, nan]],
  ["a finite number > 0", [5e-324], [0, infinity, nan]],
  ["a number >= 1", [1, infinity], [0.999, nan]],
  ["a number in (0, 1)", [0.5], [0, 1, nan]],
  ["a number in (0, 1]", [1, 1e-9], [0, 1.0000001, nan]],
  ["a number in [0, 1)", [0, 0.999], [1, -0.1, nan]],
  ["a number in [0, 1]", [0, 1], [-0.1, 1.1, nan]],
  ["a number in (0, 0.5)", [0.25], [0, 0.5, nan]],
  ["an integer >= 0", [0, 2 ** 53 - 1], [-1, 0.5, 2 ** 53, infinity, nan]],
  ["an integer >= 1", [1], [0, 1.5, infinity, nan]],
];

describe("requireNumber", () => {
  it.each(table)("takes %s and nothing else", (rule, taken, refused) => {
    for (const value of taken) expect(requireNumber("beta", value, rule)).toBe(value);
    for (const value of [...refused]) {
      expect(() => requireNumber("beta", value, rule)).toThrow(`beta: expected ${rule}, got ${value}`);
    }
    for (const [value, described] of [
      ["1", '"1"'],
      [null, "null"],
      [undefined, "undefined"],
      [true, "true"],
      [[1], "a list"],
      [{ value: 1 }, "an object"],
      [1n, "1"],
    ] as const) {
      expect(() => requireNumber("beta", value, rule)).toThrow(`beta: expected ${rule}, got ${described}`);
    }
  });

  it("throws the package's error, with a code for programs", () => {
    expect(() => requireNumber("f", -1, "an integer >= 0")).toThrow(StrategyError);
    expect(() => requireNumber("f", -1, "an integer >= 0")).toThrow(
      expect.objectContaining({ code: "invalid_option" }),
    );
  });
});

describe("requireOneOf", () => {
  it("takes a choice and lists them all when it refuses", () => {
    expect(requireOneOf("weighting", "uniform", ["samples", "uniform"])).toBe("uniform");
    for (const [value, described] of [
      ["Uniform", '"Uniform"'],
      [undefined, "undefined"],
      [["uniform"], "a list"],
    ] as const) {
      expect(() => requireOneOf("weighting", value, ["samples", "uniform"])).toThrow(
        `weighting: expected one of samples, uniform, got ${described}`,
      );
    }
  });
});

describe("requireKnownOptions", () => {
  it("names the first option that nobody reads", () => {
    expect(() => requireKnownOptions("krum", { f: 1 }, ["f"])).not.toThrow();
    expect(() => requireKnownOptions("krum", {}, [])).not.toThrow();
    expect(() => requireKnownOptions("krum", { f: 1, n: 3 }, ["f", "m"])).toThrow(
      'krum: expected options among f, m, got "n"',
    );
    expect(() => requireKnownOptions("fedavg", { f: 1 }, [])).toThrow('fedavg: expected no options, got "f"');
  });
});

describe("refuseOption", () => {
  it("describes what came", () => {
    expect(() => refuseOption("selection", "an object", "half")).toThrow(
      'selection: expected an object, got "half"',
    );
  });
});
