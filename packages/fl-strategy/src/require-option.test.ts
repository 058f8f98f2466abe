import { describe, expect, it } from "vitest";
import { StrategyError } from "./errors.js";
import { type NumberRule, requireNumber } from "./require-option.js";

const allowed: readonly (readonly [NumberRule, readonly number[], readonly unknown[]])[] = [
  ["a number >= 0", [0, 1, Number.POSITIVE_INFINITY], [-1, Number.NaN, "1", undefined]],
  ["a number > 0", [1e-300, Number.POSITIVE_INFINITY], [0, Number.NaN]],
  ["a finite number", [-1, 0], [Number.POSITIVE_INFINITY, Number.NaN, null]],
  ["a finite number >= 0", [0, 1e300], [Number.POSITIVE_INFINITY, -1e-9, Number.NaN]],
  ["a finite number > 0", [1e-9], [0, Number.POSITIVE_INFINITY]],
  ["a number in (0, 1)", [1e-9, 0.5], [0, 1, Number.NaN]],
  ["a number in [0, 1]", [0, 1], [-0.1, 1.1, Number.NaN]],
  ["an integer >= 0", [0, 7], [0.5, -1, 2 ** 60, 1n]],
  ["an integer >= 1", [1], [0, 1.5]],
];

describe("requireNumber", () => {
  it.each(allowed)("knows %s", (rule, good, bad) => {
    for (const value of good) expect(requireNumber("field", value, rule)).toBe(value);
    for (const value of bad) {
      expect(() => requireNumber("field", value, rule)).toThrow(
        new StrategyError(
          "invalid_option",
          `field: expected ${rule}, got ${typeof value === "string" ? JSON.stringify(value) : String(value)}`,
        ),
      );
    }
  });
});
