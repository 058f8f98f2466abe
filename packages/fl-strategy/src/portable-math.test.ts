import { describe, expect, it } from "vitest";
import { portableExp, portableLog } from "./portable-math.js";

describe("portable logarithm and exponential", () => {
  it("log agrees with the platform's to a few units in the last place", () => {
    for (let i = -700; i <= 700; i += 1) {
      const x = 1.000123 ** i * 10 ** (i / 3);
      expect(Math.abs(portableLog(x) - Math.log(x))).toBeLessThanOrEqual(
        4e-16 * Math.max(1, Math.abs(Math.log(x))),
      );
    }
    expect(portableLog(1)).toBe(0);
    expect(portableLog(2)).toBe(Math.LN2);
    expect(portableLog(5e-324)).toBeCloseTo(-744.4400719213812, 10);
  });

  it("exp agrees with the platform's to a few units in the last place", () => {
    for (let x = -700; x <= 700; x += 0.37) {
      expect(Math.abs(portableExp(x) / Math.exp(x) - 1)).toBeLessThan(6e-16);
    }
    expect(portableExp(0)).toBe(1);
    expect(portableExp(-740)).toBeGreaterThan(0);
  });

  it("handles the ends of the range", () => {
    expect([portableLog(0), portableLog(-1), portableLog(Infinity)]).toEqual([
      -Infinity,
      Number.NaN,
      Infinity,
    ]);
    expect([portableExp(-Infinity), portableExp(Infinity), portableExp(Number.NaN)]).toEqual([
      0,
      Infinity,
      Number.NaN,
    ]);
  });
});
