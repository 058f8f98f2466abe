import { describe, expect, it } from "vitest";
import { RateLimit } from "./rate-limit.js";

describe("RateLimit", () => {
  it("lets a burst pass, then asks to wait until the budget is full enough again", () => {
    const limit = new RateLimit({ messagesPerSecond: 10, bytesPerSecond: 1_000 }, 0);
    expect(Array.from({ length: 5 }, () => limit.take(1, 0))).toEqual([0, 0, 0, 0, 0]);
    expect(limit.take(1, 0)).toBe(100);
    expect(limit.take(1, 200)).toBe(0);
    expect(limit.take(2_000, 10_000)).toBe(1_500);
  });

  it("is not filled by a clock that goes backwards", () => {
    const limit = new RateLimit({ messagesPerSecond: 2, bytesPerSecond: 1_000 }, 1_000);
    expect(limit.take(1, 1_000)).toBe(0);
    expect(limit.take(1, 0)).toBe(500);
  });
});
