import { describe, expect, it } from "vitest";
import { formatAgo, formatRate, machineFigures } from "./figures.js";

describe("figures", () => {
  it("are written with their units", () => {
    expect(formatRate(1_234_567.8)).toBe("1.2 MB/s");
    expect(formatRate(12.4)).toBe("12 B/s");
    expect(formatRate(undefined)).toBe("–");
    expect(machineFigures[0]?.format(42.5)).toBe("42.5%");
  });

  it("say how long ago something was", () => {
    expect([42, 60, 3_599, 7_800].map(formatAgo)).toEqual([
      "42 s ago",
      "1 min ago",
      "59 min ago",
      "2 h 10 min ago",
    ]);
  });
});
