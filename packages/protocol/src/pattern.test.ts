import { describe, expect, it } from "vitest";
import { matches } from "./pattern.js";

describe("matches", () => {
  it.each([
    ["round_end", "round_end", true],
    ["round_end", "round_ended", false],
    ["round_*", "round_end", true],
    ["round_*", "ground_end", false],
    ["*_end", "training_end", true],
    ["*", "", true],
    ["gpu-*-a", "gpu-7-a", true],
    ["gpu-*-a", "gpu-a", false],
    ["a*a", "a", false],
    ["*ab*", "xxabyy", true],
    ["*ab*", "xxbayy", false],
    ["x*ab*y", "xaby", true],
    ["x*ab*y", "xab", false],
    ["a.c", "abc", false],
  ])("%s, %s: %s", (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });
});
