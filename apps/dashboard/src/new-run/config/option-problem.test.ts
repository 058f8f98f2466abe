import type { OptionDescription } from "@fedloom/protocol";
import { describe, expect, it } from "vitest";
import { problemOf, rangeOf, rangeToTell } from "./option-problem.js";

const option = (more: Partial<OptionDescription>): OptionDescription => ({
  name: "x",
  kind: "number",
  about: "",
  is_required: false,
  ...more,
});

describe("what is wrong with an option", () => {
  it("names what was expected, and what was received", () => {
    const share = option({ min: 0, is_above_min: true, max: 1 });
    expect(problemOf(share, 0.5)).toBeUndefined();
    expect(problemOf(share, 1)).toBeUndefined();
    expect(problemOf(share, 0)).toBe("Expected more than 0, at most 1, received 0.");
    expect(problemOf(share, "abc")).toBe('Expected a number, received "abc".');
    expect(problemOf(option({ kind: "integer" }), 1.5)).toBe("Expected a whole number, received 1.5.");
    expect(problemOf(option({ kind: "choice", choices: ["a", "b"] }), "c")).toBe(
      'Expected one of a, b, received "c".',
    );
    expect(problemOf(option({ kind: "list" }), "a")).toBe('Expected a list, received "a".');
    expect(problemOf(option({ kind: "object" }), [])).toBe(
      "Expected an object in JSON, such as {}, received [].",
    );
    expect(problemOf(option({ kind: "boolean" }), 1)).toBe("Expected true or false, received 1.");
  });

  it("is that nothing is given, only where something has to be", () => {
    expect(problemOf(option({}), undefined)).toBeUndefined();
    expect(problemOf(option({ is_required: true, default: 1 }), undefined)).toBeUndefined();
    expect(problemOf(option({ is_required: true }), undefined)).toBe("Expected a number, received nothing.");
  });
});

it("says which numbers are good", () => {
  expect(rangeOf({ min: 1, max: 3 })).toBe("from 1 to 3");
  expect(rangeOf({ min: 0, max: 1, is_below_max: true })).toBe("at least 0, less than 1");
  expect(rangeOf({})).toBeUndefined();
  expect(rangeToTell({ min: 1, max: 2 ** 31 - 1 })).toBe("at least 1");
});
