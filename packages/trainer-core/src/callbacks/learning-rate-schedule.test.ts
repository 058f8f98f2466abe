import { describe, expect, it } from "vitest";
import {
  type LearningRateSchedule,
  learningRateFactor,
  learningRateSchedule,
} from "./learning-rate-schedule.js";

const factors = (schedule: LearningRateSchedule, totalSteps: number) =>
  Array.from({ length: totalSteps }, (_, i) => learningRateFactor(schedule, { step: i + 1, totalSteps }));
const close = (values: number[]) => values.map((value) => expect.closeTo(value, 6));

describe("learningRateFactor", () => {
  it("stays", () => expect(factors({ kind: "constant" }, 3)).toEqual([1, 1, 1]));

  it("falls in steps", () =>
    expect(factors({ kind: "step", every: 2, factor: 0.1 }, 5)).toEqual(close([1, 1, 0.1, 0.1, 0.01])));

  it("falls exponentially", () =>
    expect(factors({ kind: "exponential", factor: 0.5 }, 4)).toEqual(close([1, 0.5, 0.25, 0.125])));

  it("falls along half a cosine, to a floor", () => {
    expect(factors({ kind: "cosine" }, 4)).toEqual(close([1, 0.853553, 0.5, 0.146447]));
    expect(factors({ kind: "cosine", steps: 2, floor: 0.2 }, 4)).toEqual(close([1, 0.6, 0.2, 0.2]));
  });

  it("rises first where it is to warm up", () => {
    expect(factors({ kind: "constant", warmUp: 3 }, 5)).toEqual(close([0.25, 0.5, 0.75, 1, 1]));
    expect(factors({ kind: "cosine", warmUp: 1 }, 5)).toEqual(close([0.5, 1, 0.853553, 0.5, 0.146447]));
  });
});

describe("learningRateSchedule", () => {
  it.each([
    [{ kind: "linear" }, "kind: expected one of constant, step, exponential, cosine, got linear"],
    [{ kind: "step", every: 0, factor: 0.1 }, "every: expected an integer >= 1, got 0"],
    [{ kind: "exponential", factor: 0 }, "factor: expected a number in (0, 1], got 0"],
    [{ kind: "cosine", floor: 2 }, "floor: expected a number in [0, 1], got 2"],
    [{ kind: "constant", warmUp: -1 }, "warmUp: expected an integer >= 0, got -1"],
    [{ kind: "cosine", warmup: 3 }, "cosine: expected fields among kind, warmUp, steps, floor, got warmup"],
  ])("refuses %j", (schedule, message) => {
    expect(() => learningRateSchedule(schedule as LearningRateSchedule)).toThrow(message);
  });
});
