import { describe, expect, it } from "vitest";
import { endOf, fieldTime } from "./silence-times.js";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");

describe("endOf", () => {
  it("counts from now, or takes a time of the reader's zone", () => {
    expect(endOf("4h", "", NOW)).toBe("2026-11-21T14:00:00.000Z");
    expect(endOf("until", fieldTime(NOW + 90 * 60_000), NOW)).toBe("2026-11-21T11:30:00.000Z");
  });

  it("knows no end that is past, or none at all", () => {
    expect(endOf("until", fieldTime(NOW - 60_000), NOW)).toBeUndefined();
    expect(endOf("until", "", NOW)).toBeUndefined();
  });
});
