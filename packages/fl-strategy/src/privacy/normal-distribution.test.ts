import { describe, expect, it } from "vitest";
import {
  logExpMinusOne,
  logNormalCdf,
  logOnePlusExp,
  logSumExp,
  millsRatio,
  normalCdf,
  normalDensity,
  normalInterval,
} from "./normal-distribution.js";

// From the power series and the continued fraction in 120 decimal digits.
const upperTail: readonly (readonly [number, number, number, number])[] = [
  [0.001, 1.252314763639392, 0.49960105778608893, -0.6939453834669652],
  [0.5, 0.8763644564536923, 0.3085375387259869, -1.1759117615936185],
  [1, 0.6556795424187984, 0.15865525393145705, -1.8410216450092636],
  [2, 0.4213692292880545, 0.02275013194817921, -3.783184333682032],
  [3, 0.3045902987101033, 0.0013498980316300946, -6.607726221510349],
  [5, 0.19280810471531576, 2.866515718791939e-7, -15.064998393988725],
  [10, 0.09902859647173193, 7.619853024160525e-24, -53.23128515051247],
  [20, 0.04987592598183679, 2.7536241186062337e-89, -203.91715537109727],
  [37, 0.027007327965128336, 5.725571222524577e-300, -689.0305855768906],
  [100, 0.009999000299850106, 0, -5005.524208694205],
];

const relative = (value: number, exact: number) => (value === exact ? 0 : Math.abs(value / exact - 1));

describe("the standard normal distribution", () => {
  it.each(upperTail)("is exact to 1e-14 at -%d, in the tail too", (x, mills, tail, logTail) => {
    expect(relative(millsRatio(x), mills)).toBeLessThan(1e-14);
    expect(relative(normalCdf(-x), tail)).toBeLessThan(1e-14);
    expect(relative(logNormalCdf(-x), logTail)).toBeLessThan(1e-14);
    expect(relative(normalCdf(x), 1 - tail)).toBeLessThan(1e-14);
  });

  it("agrees with numeric integration of its density", () => {
    for (const [lower, upper] of [
      [-1, 2],
      [0.3, 0.4],
      [3, 3.5],
      [-8, -7],
    ] as const) {
      const steps = 2000;
      const width = (upper - lower) / steps;
      let simpson = normalDensity(lower) + normalDensity(upper);
      for (let i = 1; i < steps; i += 1) simpson += (i % 2 ? 4 : 2) * normalDensity(lower + i * width);
      expect(relative(normalInterval(lower, upper), (simpson * width) / 3)).toBeLessThan(1e-12);
    }
  });

  it("keeps the upper tail of its logarithm", () => {
    expect(relative(logNormalCdf(3), -0.0013508099647481938)).toBeLessThan(1e-14);
    expect(relative(logNormalCdf(10), -7.619853024160525e-24)).toBeLessThan(1e-14);
  });

  it("is right at 0 and at the ends", () => {
    expect(normalCdf(0)).toBeCloseTo(0.5, 15);
    expect(normalCdf(Number.POSITIVE_INFINITY)).toBe(1);
    expect(normalCdf(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(logNormalCdf(Number.NEGATIVE_INFINITY)).toBe(Number.NEGATIVE_INFINITY);
    expect(logNormalCdf(Number.POSITIVE_INFINITY)).toBe(-0);
    expect(millsRatio(Number.POSITIVE_INFINITY)).toBe(0);
    expect(millsRatio(-50)).toBe(Number.POSITIVE_INFINITY);
    expect(millsRatio(1e12)).toBeCloseTo(1e-12, 25);
    expect(normalInterval(2, 2)).toBe(0);
  });
});

describe("sums in log space", () => {
  it("neither overflow nor lose small terms", () => {
    expect(logOnePlusExp(1000)).toBe(1000);
    expect(logOnePlusExp(-50)).toBeCloseTo(Math.exp(-50), 35);
    expect(logOnePlusExp(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(logExpMinusOne(1000)).toBe(1000);
    expect(relative(logExpMinusOne(1e-12), Math.log(1e-12))).toBeLessThan(1e-13);
    expect(logExpMinusOne(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(logSumExp([1000, 1000])).toBeCloseTo(1000 + Math.LN2, 12);
    expect(logSumExp([])).toBe(Number.NEGATIVE_INFINITY);
    expect(logSumExp([Number.POSITIVE_INFINITY, 0])).toBe(Number.POSITIVE_INFINITY);
  });
});
