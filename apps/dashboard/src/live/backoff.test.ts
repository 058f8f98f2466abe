import { expect, it } from "vitest";
import { backoffMs } from "./backoff.js";

it("waits up to twice as long after each failure, to a limit", () => {
  const longest = [1, 2, 3, 4, 5, 6, 7, 1_000].map((attempt) => backoffMs(attempt, () => 1));
  expect(longest).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
  expect(backoffMs(5, () => 0.25)).toBe(2_000);
});
